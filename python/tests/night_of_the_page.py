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
    with Path("jobs.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "book", "opening", "commitment"])
        for number in range(4):
            name = f"book-{number}"
            Path(f"{name}.csv").write_text(f"factor,exposure\nAAPL,{100_000 + number}\nKO,50000\n")
            commitment, opening = tp.Book.read(f"{name}.csv", nav=1_000_000).commit(market)
            commitment.write(f"{name}.json")
            opening.write(f"{name}.opening")
            rows.writerow([name, f"{name}.csv", f"{name}.opening", f"{name}.json"])
    print(keys.verifying.digest)
