"""Change one number of the reference scenario for one run, and see what follows."""

# --8<-- [start:change]
import foedus as fd

paris = fd.load("paris-2025")
cell = "options/rear-30k-us/us_backing_prob"

for backing in (0.1, 0.5, 0.9):
    size = fd.ask(paris, "size", set={cell: backing}, draws=500, seed=7, plan=False)["size"]
    print(
        f"backing {backing:.0%}: {size.value:,.0f} soldiers ({size.low:,.0f} to {size.high:,.0f})"
    )
# --8<-- [end:change]
