import tailproof as tp

# Public: a year of real prices of 20 stocks, and a mandate.
market = tp.Scenarios.historical(tp.sample.prices(), window=250)
mandate = tp.Mandate(
    "Global equity",
    unit="USD",
    clauses=[tp.var(0.99, limit_nav=0.04), tp.cvar(0.975, limit=450_000)],
)

# Private: a book. Its figures, and a commitment to it, which is public.
book = tp.Book(tp.sample.book(), nav=10_000_000)
print(book.risk(market, mandate).holds)
commitment, opening = book.commit(market, mandate)

# Whoever makes keys alone can forge proofs: for real ones there is a ceremony.
keys = tp.Keys.insecure_development(mandate.smallest_shape(market))
proof = keys.prove(book, opening, market, mandate)

# Anybody, from here on: the key, the terms, the commitment and the proof.
verified = proof.verify(keys.verifying, market, mandate, commitment=commitment)
print(verified)
