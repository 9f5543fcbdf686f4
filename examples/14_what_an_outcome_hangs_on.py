"""Ask for all that `foedus sensitivity` prints, and draw it."""

# --8<-- [start:analysis]
import foedus as fd

summit = fd.load("minimal")
found = fd.sensitivity(summit, draws=1024, seed=7, discover="balanced_persons < 2000", across=True)
print(f"{found.about.title}: {found.numbers.mean():,.0f} on average, {found.runs_count:,} runs")
for row in found.leading_factors.head(3).to_dicts():
    alone, total = row["first_share"], row["total_share"]
    print(f"{row['title']}: alone {alone:.0%}, with others {total:.0%}")
for row in found.tables()["options"].to_dicts():
    print(f"{row['option']}: regret {row['regret_mean_value']:,.0f} on average")
# --8<-- [end:analysis]

# --8<-- [start:charts]
for figure in fd.plots.of_sensitivity(found):
    print(f"{figure.name}: {figure.title}")
# --8<-- [end:charts]
