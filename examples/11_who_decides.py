"""Who decides under a rule, who can stop it, and how a joint cost can be shared."""

# --8<-- [start:imports]
import foedus as fd
from foedus.engines.voting.counting import swing_counts
from foedus.engines.voting.indices import power_indices
from foedus.engines.voting.rules import weighted
from foedus.engines.voting.sharing.airport import airport_nucleolus, airport_shapley

# --8<-- [end:imports]

# --8<-- [start:rule]
paris = fd.load("paris-2025")
votes = fd.run(paris, fd.Voting(rule="eu-qmv"), draws=500, seed=7).result
power = votes.power_table().sort("shapley_shubik_share", descending=True)
for code, share in power.select("delegation", "shapley_shubik_share").head(3).iter_rows():
    print(f"{code} has {share:.2%} of the power (Shapley-Shubik)")
rule = votes.rule_table().row(0, named=True)
print(f"{rule['smallest_blocking_count']} members can block, in {rule['ways_to_block_count']} ways")
# --8<-- [end:rule]

# --8<-- [start:ballots]
for ballot in votes.ballot_table().iter_rows(named=True):
    print(f"{ballot['ballot']} by {ballot['rule']}: {ballot['pass_used_prob']:.0%} of futures")
# --8<-- [end:ballots]

# --8<-- [start:own]
founders = power_indices(swing_counts(weighted([4, 4, 4, 2, 2, 1], 12)))
print([str(share) for share in founders.shapley_shubik.exact])
# --8<-- [end:own]

# --8<-- [start:share]
# A base is as large as its largest user needs. What if it cost these alone, in millions?
alone = [2, 5, 5, 12]
print("Shapley:  ", [round(share, 2) for share in airport_shapley([alone])[0].tolist()])
print("nucleolus:", [round(share, 2) for share in airport_nucleolus([alone])[0].tolist()])
# --8<-- [end:share]
