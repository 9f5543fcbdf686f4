"""Follow an answer back to the rows and sources that it rests on."""

# --8<-- [start:follow]
import foedus as fd

paris = fd.load("paris-2025")
answer = fd.ask(paris, "contributions", draws=500, seed=7, plan=False)["contributions"]
print(answer.headline)

french = [address for address in answer.rows if address.startswith("units/FRA:")]
print(f"{len(answer.rows)} rows in all; {len(french)} on French units, such as {french[0]}")

unit = paris.row("units", "FRA:manoeuvre_medium")
print(f"{unit.held_count:g} held, {unit.home_floor_count:g} kept; {unit.verified}: {unit.note}")
for key in unit.source:
    source = paris.row("sources", key)
    print(f"[{key}] {source.title} ({source.verified})")
# --8<-- [end:follow]

# --8<-- [start:drivers]
for driver in answer.drivers:
    print(f"{driver.cell}: {driver.says}")
# --8<-- [end:drivers]
