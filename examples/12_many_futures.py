"""Draw an option many times through the whole chain, keep the draws, and ask them something."""

# --8<-- [start:run]
import tempfile
from pathlib import Path

import polars as pl

import foedus as fd

folder = tempfile.TemporaryDirectory()
futures = Path(folder.name) / "futures"
summit = fd.load("minimal")
request = fd.make_request(summit, option="rear-8k-backed", draws=2_000, seed=7)
found = fd.run_ensemble(summit, request, out=futures)
for name, mean, error in found.summary.select("outcome", "mean", "mean_error").head(5).rows():
    print(f"{name:32} {mean:9,.2f} ± {error:.2f}")
# --8<-- [end:run]

# --8<-- [start:ask]
kept = fd.open_ensemble(futures).scan().filter(pl.col("status") == "ok")
weak = (pl.col("forces/balanced_persons") < 2_000).alias("is_weak")
war = pl.col("deterrence/direct_war_prob").mean()
for is_weak, draws, prob in kept.group_by(weak).agg(pl.len(), war).sort("is_weak").collect().rows():
    print(f"{'weak' if is_weak else 'strong'} in {draws:,} draws: direct war in {prob:.0%}")
# --8<-- [end:ask]
folder.cleanup()
