"""Load a scenario, answer its questions and print one line for each."""

# --8<-- [start:brief]
import foedus as fd

summit = fd.load("minimal")
brief = fd.brief(summit, draws=2000, seed=7)

for answer in brief.answers:
    print(f"{answer.id}: {answer.headline}")
# --8<-- [end:brief]

# --8<-- [start:consent]
consent = brief["consent"]
print(f"\n{consent.question}")
print(f"Joining: {consent.value:.0f} ({consent.low:.0f} to {consent.high:.0f}) {consent.unit}")
for sentence in consent.more:
    print(f"- {sentence}")
# --8<-- [end:consent]
