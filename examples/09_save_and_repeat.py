"""Save a brief, and make it again from what was saved."""

# --8<-- [start:keep]
from pathlib import Path
from tempfile import TemporaryDirectory

import foedus as fd

brief = fd.brief(fd.load("minimal"), draws=500, seed=7)
with TemporaryDirectory() as place:
    brief.save(Path(place) / "kept")
    found = fd.verify(Path(place) / "kept")
print(f"{found.runs_count} runs and {found.answers_count} answers: {found.agrees=}")
for change in found.changed:
    print(f"{change.what}: {change.saved}, now {change.now}")
# --8<-- [end:keep]
