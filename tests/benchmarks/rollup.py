"""G5: the sums of every county from what is kept, against a bare read of the same rows and against pandas over the same
figures in the same file; and one school received anew against all of it.

    python tests/benchmarks/rollup.py [--schools 10000]

Ratios against a baseline in the same run, both sides interleaved. The cost at 100, 1,000 and 10,000 schools is told too.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import struct
import sys
import tempfile
from contextlib import closing
from fractions import Fraction
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pyrage import x25519

from tests.benchmarks.run import Ratio, compare, sixty, timed
from tests.factory import GOOD
from vetdesk.models.operations import city_figures as sums
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.records.districts import DISTRICTS
from vetdesk.models.records.facts import Entry, State
from vetdesk.models.rollup.together import Adder
from vetdesk.models.store import derived, driver, exchange, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies

ROUNDS = 9
AGE = str(x25519.Identity.generate().to_public())


def build(folder: Path, schools: int, pack: str) -> Workspace:
    """A bureau that holds a submission of every school."""
    chance = random.Random(1)
    counties = [code for code in DISTRICTS if code != "411400"]
    bureau = set_up_bureau(folder / f"bureau-{schools}", name="局（虚构）", district="411400", officer="x")
    with bureau.atomic():
        register.put_units(
            bureau,
            [
                UnitRecord(
                    f"3641{at:06}", f"第{at}校（虚构）", "school", counties[at % len(counties)], "365", "公办", "1990"
                )
                for at in range(schools)
            ],
        )
    publish(bureau, RoundPlan((pack,), "2026", "2026-12-31", peers=False), folder / f"任务-{schools}.vdpkg")
    with bureau.atomic():
        for at in range(schools):
            put(bureau, f"3641{at:06}", at, chance)
    return bureau


def put(bureau: Workspace, code: str, number: int, chance: random.Random) -> None:
    """A submission of a school as receiving leaves it, in place of the one before."""
    found = desk(bureau)
    entries = {name: Entry(State.GIVEN, str(int(Fraction(text)) + chance.randrange(1, 999))) for name, text in GOOD.items()
               if name in found.fields and found.fields[name].number}  # fmt: skip
    body = bodies.SubmissionBody(
        round=found.round.id, unit=code, name=code, filler="", phone="", age=AGE, facts=bodies.figures(entries, found.fields),
        words={}, previous={}, previous_words={}, explanations={}, evidence=[], replies=[], with_errors="",
    )  # fmt: skip
    hash_ = f"{number:064x}"
    exchange.put_package(
        bureau,
        exchange.PackageRecord(
            hash=hash_, kind="submission", direction="in", issuer_role="school", issuer_id=code, key="",
            cycle=found.round.id, seq=1, prev="", unit=code, at="2026-10-01", path="", state="taken",
        ),
    )  # fmt: skip
    bureau.db.execute("UPDATE submission SET current = 0 WHERE round = ? AND unit = ?", (found.round.id, code))
    exchange.put_submission(
        bureau,
        exchange.Submission(
            hash=hash_, round=found.round.id, unit=code, seq=1, key="", state="received",
            body=bodies.encode(body).decode("utf-8"), received="2026-10-01", current=True,
        ),
    )  # fmt: skip


class Measured:
    """One bureau with its sums kept, and the same figures as plain columns for pandas."""

    def __init__(self, bureau: Workspace) -> None:
        self.bureau = bureau
        self.round = desk(bureau).round.id
        self.first = timed(self.rolled)
        self.path = bureau.folder / "derived" / "board.sqlite"
        self.count = 10**9

    def rolled(self) -> None:
        """Every county from the file, as after opening the workspace."""
        self.bureau.built.pop(f"sums {desk(self.bureau).round.id}", None)
        sums.city_figures(self.bureau)

    def bare(self) -> None:
        """The same rows, read and left alone."""
        with closing(driver.connect(self.path)) as opened:
            opened.execute("SELECT sums FROM sums WHERE round = ? AND pack = 'sixty'", (self.round,)).fetchall()

    def again(self) -> float:
        """Seconds from one school's new submission to the figures."""
        sums.city_figures(self.bureau)
        self.count += 1
        with self.bureau.atomic():
            put(self.bureau, "3641000007", self.count, random.Random(self.count))
        return timed(lambda: sums.city_figures(self.bureau))

    def flat(self) -> None:
        """The figures as columns of plain numbers in the same file, as pandas likes them best."""
        width = 2 * len(Adder(desk(self.bureau).deciding).ratios)
        names = ", ".join(f"v{at} REAL" for at in range(width))
        with (
            derived.sums_file(self.bureau) as file,
            closing(driver.connect(self.path.with_name("flat.sqlite"))) as opened,
        ):
            rows = [struct.unpack(f"<{len(row) // 8 - 1}q", row[8:]) for row in file.rows(self.round, "sixty")]
            opened.execute("PRAGMA page_size=16384").fetchall()
            opened.execute(f"CREATE TABLE flat (county INTEGER, {names})")
            opened.execute("BEGIN")
            opened.executemany(
                f"INSERT INTO flat VALUES (?{', ?' * width})",
                ((row[2], *(each / 10**6 for each in row[4:])) for row in rows),
            )
            opened.execute("COMMIT")

    def pandas(self) -> None:
        """What one would write with pandas: read, group, sum."""
        import pandas as pd

        with closing(sqlite3.connect(self.path.with_name("flat.sqlite"))) as opened:
            pd.read_sql("SELECT * FROM flat", opened).groupby("county").sum()


def ratios(one: Measured) -> list[Ratio]:
    """The three ratios of G5."""
    one.flat()
    one.pandas()
    bare, pandas, ours = (partial(timed, each) for each in (one.bare, one.pandas, one.rolled))
    return [
        compare("G5 roll-up ÷ bare read of the same rows", 3.5, bare, ours, rounds=ROUNDS),
        compare("G5 roll-up ÷ pandas read_sql and groupby", 1 / 8, pandas, ours, rounds=ROUNDS),
        compare("G5 one school anew ÷ roll-up", 1 / 20, ours, one.again, rounds=ROUNDS),
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=10_000)
    given = parser.parse_args()
    found: list[Ratio] = []
    with tempfile.TemporaryDirectory() as place:
        os.environ["VETDESK_HOME"] = str(Path(place) / "home")
        pack = str(sixty(Path(place)))
        sizes = [each for each in (100, 1_000, 10_000) if each < given.schools] + [given.schools]
        for schools in sizes:
            with build(Path(place), schools, pack) as bureau:
                one = Measured(bureau)
                every = statistics.median(timed(one.rolled) for _each in range(ROUNDS))
                single = statistics.median(one.again() for _each in range(ROUNDS))
                print(
                    f"{schools} schools: made first {one.first:.2f} s, from the file {every * 1000:.1f} ms, one school anew "
                    f"{single * 1000:.2f} ms"
                )
                if schools == given.schools:
                    found = ratios(one)
    for each in found:
        print(each.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
