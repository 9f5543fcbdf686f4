"""Put one delegation in or out in every future, and compare the force."""

# --8<-- [start:france]
import foedus as fd

paris = fd.load("paris-2025")
cases = {
    "as it stands": {},
    "France in for certain": {"consent/FRA/level": 4},
    "France out for certain": {"consent/FRA/level": 0},
}

for words, cells in cases.items():
    size = fd.ask(paris, "size", set=cells, draws=500, seed=7, plan=False)["size"]
    print(f"{words}: {size.value:,.0f} soldiers ({size.low:,.0f} to {size.high:,.0f})")
# --8<-- [end:france]
