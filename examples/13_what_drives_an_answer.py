"""Ask what an outcome of the whole chain hangs on, and in which futures it falls short."""

# --8<-- [start:factors]
import foedus as fd
from foedus.ensemble.boxes import discover, parse_question
from foedus.ensemble.chain_model import ChainModel
from foedus.ensemble.sampled import sampled_cells
from foedus.ensemble.sensitivity import decompose, ordinary

summit = fd.load("minimal")
request = fd.make_request(summit, option="rear-8k-backed", seed=7)
cells, chain = sampled_cells(summit, request), ChainModel(summit, request, ("forces",))
strength = "forces/balanced_persons"
found = decompose(cells, chain, [strength], seed=7, draws=1024)
for row in found.table(strength).head(4).to_dicts():
    alone, total = row["first_share"], row["total_share"]
    print(f"{row['factor']:20} alone {alone:4.0%}, with others {total:4.0%}")
# --8<-- [end:factors]

# --8<-- [start:boxes]
draws, outcomes = ordinary(cells, chain, seed=7, draws=2048)
inputs = {str(cell): values for cell, values in draws.drawn.items()}
events = chain.events(draws, block=0)
inputs |= {name: happens.astype(float) for name, happens in events.items()}
question = parse_question(f"{strength} < 2000")
for box in discover(question, outcomes[strength], inputs).boxes:
    names = " and ".join(limit.name for limit in box.limits)
    coverage, density = box.fit.coverage_share, box.fit.density_share
    print(f"{names}: {coverage:.0%} of the cases, {density:.0%} dense")
# --8<-- [end:boxes]
