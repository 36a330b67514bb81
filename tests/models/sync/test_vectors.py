"""The program's own reader says of every test vector what `cases.json` says, as another reader must."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.data.packages import make
from vetdesk.models.sync import sign
from vetdesk.models.sync.codes import fingerprint
from vetdesk.models.sync.manifest import KINDS
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import RefusedError

VECTORS = Path(make.__file__).parent
CASES = make.all_cases()


def verdict(path: Path, reader: Callable[[Path], object]) -> str:
    """`ok` or the code of the refusal."""
    try:
        reader(path)
    except RefusedError as error:
        return error.reason.value
    return "ok"


def test_every_vector_gets_its_verdict() -> None:
    found = {each.file: verdict(VECTORS / each.file, verify) for each in CASES}

    assert found == {each.file: each.verdict for each in CASES}


def test_every_kind_has_a_good_vector() -> None:
    good = [verify(VECTORS / each.file) for each in CASES if each.file.removeprefix("ok-")[:-6] in make.KINDS]

    assert {each.manifest.kind for each in good} == set(KINDS)
    assert {each.fingerprint for each in good} == {fingerprint(sign.public_of(make.OWN))}
