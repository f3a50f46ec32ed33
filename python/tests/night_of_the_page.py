"""Makes the files that the settings of the farm's page name, in the current folder, and prints the keys' digest."""

import csv
from pathlib import Path

import tailproof as tp

FACTORS = ["AAPL", "KO", "XOM"]

if __name__ == "__main__":
    market = tp.Scenarios.historical(tp.sample.prices(), window=60, factors=FACTORS)
    mandate = tp.Mandate("Desk", clauses=[tp.var(0.95, limit_nav=0.2)])
    keys = tp.Keys.insecure_development(mandate.smallest_shape(market))
    market.write("market.scn")
    mandate.write("mandate.toml")
    keys.write("keys")
    Path("books").mkdir()
    # The books as a folder and as a table of jobs: the page has both.
    with Path("jobs.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "book", "opening", "commitment"])
        for number in range(4):
            book = Path(f"books/book-{number}.csv")
            book.write_text(f"factor,exposure\nAAPL,{100_000 + number}\nKO,50000\n")
            commitment, opening = tp.Book.read(book, nav=1_000_000).commit(market)
            opening.write(book.with_suffix(".opening"))
            commitment.write(f"{book.stem}.json")
            rows.writerow([book.stem, book, book.with_suffix(".opening"), f"{book.stem}.json"])
    print(keys.verifying.digest)
