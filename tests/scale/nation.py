"""The national case: one bureau with thousands of schools and several rounds. What opening, reopening and one change cost.

python tests/scale/nation.py [--schools 10000] [--rounds 3] [--folder DIR]

The submissions are put into the store as receiving leaves them (their figures are those of the demo, their files are not
written): what is measured is the desk, not the receiving (that is in tests/benchmarks/packages.py).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def build(folder: Path, schools: int, rounds: int) -> None:
    """The bureau's workspace with that many schools, each of which submitted in every round."""
    from pyrage import x25519

    from vetdesk.models.operations import demo_city, publish_round
    from vetdesk.models.operations.set_up_bureau import set_up_bureau
    from vetdesk.models.records.facts import Entry, State
    from vetdesk.models.store import exchange, register
    from vetdesk.models.store.register import UnitRecord
    from vetdesk.models.sync import bodies

    made = demo_city.schools(schools, 1)
    age = str(x25519.Identity.generate().to_public())
    with set_up_bureau(folder, name="全国（虚构）", district="411400", officer="经办") as bureau:
        with bureau.atomic():
            register.put_units(
                bureau,
                [UnitRecord(each.code, each.name, "school", each.district, "365", "公办", "1990") for each in made],
            )
        for at in range(rounds):
            plan = publish_round.RoundPlan(
                ("cn_db_2022_zz", "cn_zz_2010"), str(2024 + at), f"{2024 + at}-12-31", peers=False
            )
            publish_round.publish(bureau, plan, folder.with_name(f"任务{at}.vdpkg"))
            one = register.newest_round(bureau)
            fields = {name: field for pack in register.packs(bureau, one) for name, field in pack.fields.items()}
            with bureau.atomic():
                for number, each in enumerate(made):
                    if each.kind == "silent":
                        continue
                    entries = {name: Entry(State.GIVEN, text) for name, text in each.facts.items()}
                    body = bodies.SubmissionBody(
                        round=one, unit=each.code, name=each.name, filler="", phone="", age=age,
                        facts=bodies.figures(entries, fields), words={}, previous={}, previous_words={},
                        explanations={}, evidence=[], replies=[], with_errors="",
                    )  # fmt: skip
                    hash_ = hashlib.sha256(f"{at} {number}".encode()).hexdigest()
                    exchange.put_package(
                        bureau,
                        exchange.PackageRecord(
                            hash=hash_, kind="submission", direction="in", issuer_role="school", issuer_id=each.code,
                            key="", cycle=one, seq=1, prev="", unit=each.code, at="2026-10-01", path="", state="taken",
                        ),
                    )  # fmt: skip
                    exchange.put_submission(
                        bureau,
                        exchange.Submission(
                            hash=hash_, round=one, unit=each.code, seq=1, key="", state="received",
                            body=bodies.encode(body).decode("utf-8"), received="2026-10-01", current=True,
                        ),
                    )  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place) / "bureau"
        os.environ["VETDESK_HOME"] = str(folder.with_name(f"{folder.name}-home"))
        from vetdesk.models.operations import views
        from vetdesk.models.operations.city_figures import city_figures
        from vetdesk.models.operations.trend import trend
        from vetdesk.models.store.workspace import open_workspace

        if not folder.exists():
            begun = time.monotonic()
            build(folder, given.schools, given.rounds)
            print(f"built {given.schools} × {given.rounds} in {time.monotonic() - begun:.1f} s")
        for name in ("first", "again"):
            begun = time.monotonic()
            with open_workspace(folder) as bureau:
                opened = time.monotonic()
                view = views.view(bureau)
                seen = time.monotonic()
                views.view(bureau)
                again = time.monotonic()
                print(
                    f"{name}: open {opened - begun:.2f} s, snapshot {seen - opened:.2f} s, snapshot again "
                    f"{again - seen:.2f} s, {len(view.board.lines)} schools"  # type: ignore[union-attr]
                )
                if name == "again":
                    begun = time.monotonic()
                    city_figures(bureau)
                    print(f"city figures {time.monotonic() - begun:.2f} s")
                    begun = time.monotonic()
                    trend(bureau)
                    print(f"round by round {time.monotonic() - begun:.2f} s")
        print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
