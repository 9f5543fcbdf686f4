"""Change a scenario, save it, spoil it, and read what is said of it."""

# --8<-- [start:replace]
import tempfile
from pathlib import Path

import foedus as fd

summit = fd.load("minimal")
sure = [row.model_copy(update={"us_backing_prob": 1.0}) for row in summit.options]
changed = summit.replace(name="sure", options=tuple(sure))
print(f"{changed.name} differs from {summit.name}: {changed.digest != summit.digest}")
# --8<-- [end:replace]

# --8<-- [start:check]
with tempfile.TemporaryDirectory() as folder:
    place = Path(folder) / "sure"
    fd.save(changed, place)
    stances = place / "stances.csv"
    stances.write_text(stances.read_text(encoding="utf-8").replace(",85,", ",185,"))
    try:
        fd.load(place)
    except fd.ScenarioError as error:
        for problem in error.problems:
            print(f"{Path(problem.path).name}:{problem.line} {problem.field}: {problem.says}")
            print(f"    fix: {problem.fix}")
# --8<-- [end:check]
