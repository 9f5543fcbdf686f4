"""What a force costs, and how two options differ."""

# --8<-- [start:spend]
import foedus as fd

summit = fd.load("minimal")
for persons in (2000, 4000):
    sent = {"forces/ALD/sent_land_persons": persons}
    cost = fd.run(summit, fd.Spending(), draws=500, seed=7, set=sent).result
    aldmark = cost.force_usd_bn[:, cost.codes.index("ALD")].mean()
    print(f"{persons:,} soldiers of Aldmark cost {aldmark:.2f} bn dollars over the mission")
# --8<-- [end:spend]

# --8<-- [start:compare]
found = fd.compare("minimal@rear-8k-backed", "minimal@rear-8k-alone", draws=500, seed=7)
for difference in found.answers[:2]:
    print(f"{difference.id}: {difference.says}")
# --8<-- [end:compare]
