"""Put the requirement of another mission in the place of a scenario's own, and see who could go."""

# --8<-- [start:tables]
import tempfile
from pathlib import Path

import foedus as fd

folder = tempfile.TemporaryDirectory()
port, papers = Path(folder.name) / "port.csv", Path(folder.name) / "papers.csv"
port.write_text(
    """\
line,requirement,capability,needed_count,fill_priority,sector,start_month,verified,source
port-01,small,division_hq,1,1,rear,0,assumed,staff-paper
port-02,small,battlegroup,1,1,north,1,assumed,staff-paper
port-03,small,logistics,1,1,rear,0,assumed,staff-paper
port-04,small,tanker_aircraft,1,2,air,0,assumed,staff-paper
""",
    encoding="utf-8",
)
papers.write_text(
    """\
source,title,publisher,verified
staff-paper,A port and the road to it (invented),A planning staff,assumed
""",
    encoding="utf-8",
)
# --8<-- [end:tables]

# --8<-- [start:faults]
summit = fd.load("minimal")
try:
    fd.with_tables(summit, {"requirement": port})
except fd.ScenarioError as error:
    first = error.problems[0]
    print(f"{Path(first.path).name}:{first.line} {first.field}: {first.says}")
    print(f"    fix: {first.fix}")
# --8<-- [end:faults]

# --8<-- [start:import]
mission = fd.with_tables(summit, {"requirement": port, "sources": papers})
for scenario in (summit, mission):
    force = fd.run(scenario, fd.SustainedForce()).result.outcomes()
    filled = force["filled_persons"][0]
    print(f"{len(scenario.requirement)} lines: {filled:,.0f} soldiers asked for on land can stay")
# --8<-- [end:import]
folder.cleanup()
