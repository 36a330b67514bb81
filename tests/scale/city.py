"""Build a demo city of two years and compare every figure of its roll-up with an independent calculation.

python tests/scale/city.py --schools 300 --seed 1 [--folder DIR]      (about five minutes for 300 schools)
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> int:
    """Do it; says how many figures were compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the city here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place) / "city"
        os.environ["VETDESK_HOME"] = str(folder.with_name(f"{folder.name}-home"))
        from tests.scale.independent import check
        from vetdesk.charts.draw import to_png
        from vetdesk.models.operations import demo
        from vetdesk.models.store.workspace import open_workspace

        begun = time.monotonic()
        demo.build(folder, schools=given.schools, seed=given.seed, rounds=2, draw=to_png)
        built = time.monotonic() - begun
        with open_workspace(folder / "bureau") as bureau:
            count = check(bureau, schools=given.schools, seed=given.seed, tables=Path(place) / "tables")
    print(f"{given.schools} schools, two years: built in {built:.0f} s, {count} figures compared, all equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
