"""Run the two engines by themselves, with settings of one's own."""

# --8<-- [start:consent]
import foedus as fd

summit = fd.load("minimal")
calm = fd.run(summit, fd.Consent(drift_score=4), option="rear-8k-alone", draws=500, seed=7)
for row in calm.result.join_prob.iter_rows(named=True):
    low, high = row["join_prob_low"], row["join_prob_high"]
    print(f"{row['delegation']} joins: {row['join_prob']:.0%} ({low:.0%} to {high:.0%})")
# --8<-- [end:consent]

# --8<-- [start:forces]
everyone = fd.run(summit, fd.SustainedForce(dwell_scale_ratio=0.5), draws=500, seed=7)
for name, values in everyone.result.outcomes().items():
    print(f"{name}: {values.mean():,.2f} on average over {values.size} draws")
# --8<-- [end:forces]
