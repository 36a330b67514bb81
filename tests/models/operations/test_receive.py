"""Receiving files: every reason to refuse, nothing changed by looking or refusing, one act for a batch."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import content_of, forged, keys, resealed, rows_of
from vetdesk.models.operations import bureau_trust, inspect, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.backup import backup
from vetdesk.models.operations.copies import export_copy
from vetdesk.models.operations.receive import Outcome, look_alone
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.store import evidence, exchange, journal
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.read import verify
from vetdesk.models.sync.refusals import Refusal, RefusedError

Case = Callable[[City, Path], tuple[Workspace, Path]]


def stored(workspace: Workspace) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, str]]:
    """Everything a workspace holds, but for restore points."""
    files = {name: sha for name, sha in content_of(workspace.folder).items() if not name.startswith("restore-points/")}
    return rows_of(workspace), {name: sha for name, sha in files.items() if name != "vetdesk.db"}


def at_bureau(**changes: Any) -> Case:
    """A submission changed and signed again by its school, at the bureau."""

    def case(city: City, folder: Path) -> tuple[Workspace, Path]:
        return city.bureau, resealed(city.submission(), folder / "x.vdpkg", city.school(), **changes)

    return case


def as_bytes(change: Callable[[bytes], bytes]) -> Case:
    """A submission with its bytes changed, at the bureau."""

    def case(city: City, folder: Path) -> tuple[Workspace, Path]:
        path = folder / "x.vdpkg"
        path.write_bytes(change(city.submission().read_bytes()))
        return city.bureau, path

    return case


def set_keys(**values: object) -> Callable[[dict[str, Any]], None]:
    """An edit of keys of the data."""
    return lambda body: body.update(values)


def stranger_at_school(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received()
    return city.school(), forged(city.reply(), folder / "x.vdpkg", keys(city.school(SECOND)))


def other_schools_key(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received(SECOND)
    return city.bureau, forged(city.submission(), folder / "x.vdpkg", keys(city.school(SECOND)))


def revoked(city: City, _folder: Path) -> tuple[Workspace, Path]:
    city.received()
    with city.bureau.atomic() as db:
        db.table("known_key").update(keys(city.school()).fingerprint, {"state": "revoked"})
    return city.bureau, city.submission()


def unknown_unit(city: City, folder: Path) -> tuple[Workspace, Path]:
    source = city.submission()
    issuer = type(verify(source).manifest.issuer)("school", "3641999999")
    return city.bureau, resealed(
        source, folder / "x.vdpkg", city.school(), issuer=issuer, edit=set_keys(unit="3641999999")
    )


def audience_elsewhere(city: City, folder: Path) -> tuple[Workspace, Path]:
    source = city.submission()
    audience = type(verify(source).manifest.audience)("bureau", "411402")
    return city.bureau, resealed(source, folder / "x.vdpkg", city.school(), audience=audience)


def reply_for_others(city: City, _folder: Path) -> tuple[Workspace, Path]:
    city.received(SECOND)
    return city.school(), city.reply()


def reply_to_the_computer_before(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received()
    city.received(SECOND)
    bundle = city.reply()

    def swap(body: dict[str, Any]) -> None:
        first, second = body["parts"]
        first["sha256"], second["sha256"] = second["sha256"], first["sha256"]

    return city.school(), resealed(bundle, folder / "x.vdpkg", city.bureau, edit=swap)


def campaign_at_bureau(city: City, _folder: Path) -> tuple[Workspace, Path]:
    return city.bureau, city.campaign


def older(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received()
    first = city.reply()
    receive.receive(city.school(), [first, city.reply()])
    return city.school(), resealed(first, folder / "x.vdpkg", city.bureau, created="x")


def fork(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received()
    receive.receive(city.school(), [city.reply()])
    return city.school(), resealed(city.reply(), folder / "x.vdpkg", city.bureau, prev="ab" * 32)


def edited_journal(city: City, folder: Path) -> tuple[Workspace, Path]:
    """The journal carried along says less than the head in the manifest."""

    def edit(body: dict[str, Any]) -> None:
        body["journal"]["rows"] -= 1

    return city.bureau, resealed(city.submission(), folder / "x.vdpkg", city.school(), edit=edit)


def copy_of_another_school(city: City, folder: Path) -> tuple[Workspace, Path]:
    export_copy(city.school(SECOND), folder / "x.vdpkg")
    return city.school(), folder / "x.vdpkg"


def withdrawn_since(city: City, _folder: Path) -> tuple[Workspace, Path]:
    city.received()
    bureau_trust.withdraw(city.bureau, FIRST, reason="电脑丢失")
    return city.bureau, city.submission()


def encrypted(city: City, folder: Path) -> tuple[Workspace, Path]:
    city.received()
    inspect.assign(city.bureau, folder / "x.vdpkg", inspector="1", units=[FIRST])
    return city.school(), folder / "x.vdpkg"


def without_evidence(city: City, folder: Path) -> tuple[Workspace, Path]:
    attach(city.school(), pdf(folder), indicator="db22_land")
    return city.bureau, resealed(city.submission(), folder / "x.vdpkg", city.school(), blobs=[])


def review(city: City, folder: Path) -> Path:
    """A review of the first school."""
    city.received()
    inspector = city.inspector()
    inspect.mark(inspector, FIRST, "teachers_ft", found="agree")
    inspect.hand_back(inspector, folder / "核查结果.vdpkg")
    return folder / "核查结果.vdpkg"


def outside_scope(city: City, folder: Path) -> tuple[Workspace, Path]:
    def edit(body: dict[str, Any]) -> None:
        body["marks"][0]["unit"] = SECOND

    return city.bureau, resealed(review(city, folder), folder / "x.vdpkg", city.inspector(), edit=edit)


def no_assignment(city: City, folder: Path) -> tuple[Workspace, Path]:
    edit = set_keys(token="0" * 64)
    return city.bureau, resealed(review(city, folder), folder / "x.vdpkg", city.inspector(), edit=edit)


def own_backup(city: City, folder: Path) -> tuple[Workspace, Path]:
    backup(city.bureau, folder / "备份.zip")
    return city.bureau, folder / "备份.zip"


def missing(city: City, folder: Path) -> tuple[Workspace, Path]:
    return city.bureau, folder / "无.vdpkg"


def huge_data(city: City, folder: Path) -> tuple[Workspace, Path]:
    return city.bureau, resealed(city.submission(), folder / "x.vdpkg", city.school(), data=bytes(33 * 1024 * 1024))


CASES: dict[Refusal, Case] = {
    Refusal.UNREADABLE: missing,
    Refusal.NOT_OURS: as_bytes(lambda data: b"%PDF-1.4" + data),
    Refusal.ARCHIVE: as_bytes(lambda data: b"Rar!\x1a\x07" + data),
    Refusal.BACKUP: own_backup,
    Refusal.TRUNCATED: as_bytes(lambda data: data[: len(data) // 2]),
    Refusal.TOO_LARGE: huge_data,
    Refusal.ALTERED: as_bytes(lambda data: data + b"\0"),
    Refusal.BAD_SIGNATURE: at_bureau(key="ab" * 32),
    Refusal.NEWER: at_bureau(min_reader=2),
    Refusal.MALFORMED: at_bureau(edit=set_keys(extra=1)),
    Refusal.ENCRYPTED: as_bytes(lambda data: b"age-encryption.org/v1\n" + data),
    Refusal.UNKNOWN_SENDER: stranger_at_school,
    Refusal.OTHER_SCHOOLS_KEY: other_schools_key,
    Refusal.REVOKED: revoked,
    Refusal.NOT_FOR_US: audience_elsewhere,
    Refusal.OTHER_ROUND: at_bureau(cycle="another"),
    Refusal.UNKNOWN_UNIT: unknown_unit,
    Refusal.WRONG_KIND: campaign_at_bureau,
    Refusal.OLDER: older,
    Refusal.FORK: fork,
    Refusal.JUMP: at_bureau(seq=1002),
    Refusal.OUTSIDE_SCOPE: outside_scope,
    Refusal.NO_ASSIGNMENT: no_assignment,
    Refusal.MISSING_EVIDENCE: without_evidence,
    Refusal.JOURNAL: edited_journal,
    Refusal.NOT_OUR_SCHOOL: copy_of_another_school,
    Refusal.LATE_KEY: withdrawn_since,
    Refusal.OTHER_COMPUTER: reply_to_the_computer_before,
}
MORE: list[tuple[Refusal, Case]] = [
    (Refusal.ENCRYPTED, encrypted),
    (Refusal.NOT_FOR_US, reply_for_others),
    (Refusal.OTHER_ROUND, at_bureau(edit=set_keys(round="another"))),
    (Refusal.NEWER, at_bureau(kind="gossip")),
    (Refusal.MALFORMED, at_bureau(edit=set_keys(unit=SECOND))),
    (Refusal.MALFORMED, at_bureau(edit=lambda body: body.pop("facts"))),
    (Refusal.MALFORMED, at_bureau(edit=set_keys(age="age1" + "q" * 58))),
    (Refusal.MALFORMED, at_bureau(data=b"{}")),
    (Refusal.MALFORMED, at_bureau(data=b"[" * 100_000)),
    (Refusal.MALFORMED, at_bureau(data=b"\xff\xfe")),
    (Refusal.TRUNCATED, as_bytes(lambda data: data[:-1])),
    (Refusal.ALTERED, as_bytes(lambda data: data[:-200] + bytes([data[-200] ^ 1]) + data[-199:])),
    (Refusal.NOT_OURS, as_bytes(lambda _data: b"")),
]


def test_every_reason_has_a_case() -> None:
    assert set(CASES) == set(Refusal) - {Refusal.WRONG_PASSWORD, Refusal.NO_PASSWORD}, (
        "a password opens files, it never receives them"
    )


@pytest.mark.parametrize(
    ("reason", "case"),
    [*CASES.items(), *MORE],
    ids=[f"{each[0]}-{at}" for at, each in enumerate([*CASES.items(), *MORE])],
)
def test_a_refusal_says_why_and_changes_nothing(city: City, tmp_path: Path, reason: Refusal, case: Case) -> None:
    workspace, path = case(city, tmp_path)
    before = stored(workspace)
    points = sorted((workspace.folder / "restore-points").iterdir())
    for dry_run in (True, False):
        result = receive.receive(workspace, [path], dry_run=dry_run)
        only = result.offers[0]
        assert (only.outcome, only.reason) == (Outcome.REFUSED, reason.value)
        assert path.name in only.sentence
        assert only.file == path.name
        assert "{" not in only.sentence
        assert "\n" not in only.sentence
        assert (result.taken, result.settled) == (0, 0)
        assert stored(workspace) == before
        assert sorted((workspace.folder / "restore-points").iterdir()) == points


def figures_of(**change: object) -> Callable[[dict[str, Any]], None]:
    """An edit of the first figure."""

    def edit(body: dict[str, Any]) -> None:
        body["facts"]["teachers_ft"].update(change)

    return edit


@pytest.mark.parametrize(
    "change",
    [
        {"text": "NaN"}, {"text": "１"}, {"text": "1_000"}, {"text": "-1"}, {"text": "1e5"}, {"text": "01"},
        {"text": "1."}, {"text": " 1"}, {"text": "1\n"}, {"text": 100}, {"text": None}, {"text": "9" * 19},
        {"state": "unfilled"}, {"state": "maybe"}, {"unit": "x" * 11}, {"reason": "x" * 20_001}, {"more": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_figure_that_is_not_exactly_a_figure_is_refused(
    city: City, tmp_path: Path, change: dict[str, object]
) -> None:
    path = resealed(city.submission(), tmp_path / "x.vdpkg", city.school(), edit=figures_of(**change))
    only = receive.receive(city.bureau, [path]).offers[0]
    assert (only.outcome, only.reason) == (Outcome.REFUSED, "malformed")


@pytest.mark.parametrize("fact", ["nonsense", "land_counted", "../x", "Teachers"])
def test_a_figure_the_round_does_not_ask_for_is_refused(city: City, tmp_path: Path, fact: str) -> None:
    def edit(body: dict[str, Any]) -> None:
        body["facts"][fact] = body["facts"]["teachers_ft"]

    path = resealed(city.submission(), tmp_path / "x.vdpkg", city.school(), edit=edit)
    assert receive.receive(city.bureau, [path]).offers[0].reason == "malformed"


def test_a_figure_whose_unit_measures_something_else_counts_as_no_figure(city: City, tmp_path: Path) -> None:
    from vetdesk.models.operations.roll_up import board
    from vetdesk.models.records.facts import Stage

    path = resealed(city.submission(), tmp_path / "x.vdpkg", city.school(), edit=figures_of(unit="亩"))
    receive.receive(city.bureau, [path])
    assert board(city.bureau).lines[0].judged[Stage.DECLARED]["db22_teachers"].verdict == "incomplete"


def test_a_dry_run_says_what_would_happen_and_changes_nothing(city: City) -> None:
    path = city.submission()
    before = stored(city.bureau), content_of(city.bureau.folder)
    result = receive.receive(city.bureau, [path], dry_run=True)
    assert [each.outcome for each in result.offers] == [Outcome.CAN_TAKE]
    assert "第 1 版" in result.offers[0].sentence
    assert (stored(city.bureau), content_of(city.bureau.folder)) == before


def test_a_submission_is_taken_once(city: City) -> None:
    file = city.submission()
    first = receive.receive(city.bureau, [file])
    after = stored(city.bureau)
    again = receive.receive(city.bureau, [file])
    assert [each.outcome for each in first.offers] == [Outcome.TAKEN]
    assert [each.outcome for each in again.offers] == [Outcome.KNOWN]
    assert (first.changes.units, first.changes.packages) == ({FIRST}, True)
    assert (again.taken, again.settled) == (0, 1)
    assert stored(city.bureau) == after


def test_what_was_taken_is_archived_verbatim_under_its_hash_behind_a_restore_point(city: City, tmp_path: Path) -> None:
    proof = pdf(tmp_path)
    sha256, _changes = attach(city.school(), proof, indicator="db22_land")
    file = city.submission()
    receive.receive(city.bureau, [file])
    hash_ = verify(file).hash
    assert (city.bureau.folder / "inbox" / f"{hash_}.vdpkg").read_bytes() == file.read_bytes()
    assert (city.bureau.folder / "evidence" / sha256[:2] / sha256).read_bytes() == proof.read_bytes()
    point = next((city.bureau.folder / "restore-points").glob("*before-receive.db"))
    row = journal.of_field(city.bureau, FIRST, f"package.{hash_}")[0]
    assert (row["action"], row["new"], row["why"]) == ("receive", ["submission", 1], point.name)
    assert journal.broken_at(city.bureau) is None


def test_a_batch_takes_the_good_ones_among_bad_ones(city: City, tmp_path: Path) -> None:
    good, other = city.submission(), city.submission(SECOND)
    cut = tmp_path / "cut.vdpkg"
    cut.write_bytes(good.read_bytes()[:500])
    text = tmp_path / "x.docx"
    text.write_text("x", encoding="utf-8")
    files = [cut, good, text, tmp_path / "无.vdpkg", city.campaign, other]
    result = receive.receive(city.bureau, files)
    assert [each.outcome.value for each in result.offers] == [
        "refused", "taken", "refused", "refused", "refused", "taken"
    ]  # fmt: skip
    assert [each.file for each in result.offers] == [each.name for each in files]
    assert "任务包" in result.offers[4].sentence
    assert (result.taken, result.changes.units) == (2, {FIRST, SECOND})
    assert len(list((city.bureau.folder / "restore-points").glob("*before-receive*"))) == 1


def test_the_same_file_twice_in_one_batch_is_taken_once(city: City, tmp_path: Path) -> None:
    file = city.submission()
    copy = Path(shutil.copy(file, tmp_path / "另存.vdpkg"))
    result = receive.receive(city.bureau, [file, copy, file])
    assert [each.outcome.value for each in result.offers] == ["taken", "known", "known"]
    assert len(exchange.submissions(city.bureau, verify(file).manifest.cycle)) == 1


def test_two_versions_in_one_batch_leave_the_newer_one_whatever_their_order(city: City) -> None:
    files = [city.submission(), city.submission()]
    cycle = verify(files[0]).manifest.cycle
    result = receive.receive(city.bureau, files)
    assert [each.outcome.value for each in result.offers] == ["taken", "taken"]
    assert exchange.current_submissions(city.bureau, cycle)[FIRST].seq == 2
    newer, older_ = city.submission(), city.submission()
    backwards = receive.receive(city.bureau, [older_, newer])
    assert backwards.offers[0].outcome is Outcome.TAKEN
    assert exchange.current_submissions(city.bureau, cycle)[FIRST].seq == 4


def test_of_two_forks_in_one_batch_one_counts_and_the_other_waits(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    file = city.submission()
    content = b"%PDF-1.4\nonly in the fork"

    def edit(body: dict[str, Any]) -> None:
        import hashlib

        body["evidence"][0].update(sha256=hashlib.sha256(content).hexdigest(), size=len(content))

    twin = resealed(file, tmp_path / "zwilling.vdpkg", city.school(), edit=edit, blobs=[content])
    result = receive.receive(city.bureau, [file, twin])
    assert [(each.outcome.value, each.reason) for each in result.offers] == [("taken", ""), ("taken", "")]
    assert "两台电脑" in result.offers[1].sentence
    held = {
        each.hash: (each.current, each.state) for each in exchange.submissions(city.bureau, verify(file).manifest.cycle)
    }
    assert held == {verify(file).hash: (True, "unconfirmed"), verify(twin).hash: (False, "fork")}


def test_trouble_in_the_middle_of_a_batch_leaves_nothing_of_it(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    files = [city.submission(), city.submission(SECOND)]
    bureau = city.bureau
    bureau.db.execute(
        f"CREATE TRIGGER full BEFORE INSERT ON submission WHEN NEW.unit = '{SECOND}'"
        " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    before = stored(bureau)
    with pytest.raises(KnownError) as caught:
        receive.receive(bureau, files)
    assert caught.value.status is ExitStatus.STORAGE
    assert stored(bureau) == before
    bureau.db.execute("DROP TRIGGER full")
    assert receive.receive(bureau, files).taken == 2


def test_cancelling_leaves_nothing(city: City, tmp_path: Path) -> None:
    from vetdesk.models.records.changes import Cancelled

    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    files = [city.submission(), city.submission(SECOND)]
    before = stored(city.bureau)
    calls: list[tuple[int, int]] = []

    def progress(done: int, total: int, _text: str) -> None:
        calls.append((done, total))
        if len(calls) == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        receive.receive(city.bureau, files, progress=progress)
    assert calls == [(0, 2), (1, 2), (2, 2), (0, 2), (1, 2)]
    assert stored(city.bureau) == before


def test_versions_may_be_skipped_but_not_rewritten(city: City) -> None:
    files = [city.submission() for _each in range(3)]
    assert receive.receive(city.bureau, [files[2]]).taken == 1
    late = receive.receive(city.bureau, files)
    assert [each.outcome.value for each in late.offers] == ["taken", "taken", "known"]
    assert all("晚到" in each.sentence for each in late.offers[:2])
    held = exchange.submissions(city.bureau, verify(files[0]).manifest.cycle)
    assert [each.seq for each in held if each.current] == [3]


def test_a_jump_of_a_thousand_is_the_limit(city: City, tmp_path: Path) -> None:
    source = city.submission()
    far = resealed(source, tmp_path / "a.vdpkg", city.school(), seq=1001)
    assert receive.receive(city.bureau, [far]).offers[0].reason == "jump"
    near = resealed(source, tmp_path / "b.vdpkg", city.school(), seq=1000)
    assert receive.receive(city.bureau, [near]).taken == 1


@pytest.mark.parametrize("place", ["a" * 300, "a/" * 50 + "b"])
def test_odd_paths_are_refused_like_any_other(
    city: City, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = receive.receive(city.bureau, [Path(place), city.submission()])
    assert [each.outcome for each in result.offers] == [Outcome.REFUSED, Outcome.TAKEN]


def test_a_file_beyond_every_limit_is_refused_without_copying_it(city: City, tmp_path: Path) -> None:
    path = tmp_path / "riesig.vdpkg"
    with path.open("wb") as stream:
        stream.truncate(20 * 1024**3)
    assert receive.receive(city.bureau, [path]).offers[0].reason == "too_large"


def test_a_bureau_without_a_round_says_so(city: City, tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "b", name="局", district="411400") as other:
        assert receive.receive(other, [city.submission()]).offers[0].reason == "no_round"


def test_an_inspector_receives_nothing(city: City) -> None:
    city.received()
    assert receive.receive(city.inspector(), [city.submission()]).offers[0].reason == "wrong_kind"


def test_looking_without_a_workspace(city: City, tmp_path: Path) -> None:
    plain = look_alone(city.submission()).plain()
    assert (plain["kind"], plain["sender"], plain["sequence"], plain["verified"]) == ("submission", FIRST, 1, True)
    with pytest.raises(RefusedError):
        look_alone(tmp_path / "无.vdpkg")


def test_an_unconfirmed_identity_is_received_and_said(city: City) -> None:
    only = city.received().offers[0]
    assert only.arrival is not None
    assert only.arrival.unconfirmed
    assert "待核对身份" in only.sentence


def test_evidence_that_came_before_may_be_absent(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    lean = resealed(city.submission(), tmp_path / "x.vdpkg", city.school(), blobs=[])
    assert receive.receive(city.bureau, [lean]).taken == 1


def test_outcomes_have_words() -> None:
    assert len({each.word for each in Outcome}) == len(Outcome)


def test_submitting_again_after_a_receipt_goes_on_counting(city: City, tmp_path: Path) -> None:
    city.received()
    receive.receive(city.school(), [city.reply()])
    posted, _changes = submit(city.school(), tmp_path / "x.vdpkg")
    assert posted.seq == 2
    assert receive.receive(city.bureau, [posted.path]).taken == 1


def test_a_school_that_gets_its_own_file_back_is_told_so(city: City, tmp_path: Path) -> None:
    own = city.submission()
    before = stored(city.school())
    [offer] = receive.receive(city.school(), [own]).offers
    assert (offer.outcome, offer.reason) == (Outcome.KNOWN, "own")
    assert "自己生成的" in offer.sentence
    assert stored(city.school()) == before


def test_a_table_that_is_not_known_may_say_anything_and_stays_unknown(city: City, tmp_path: Path) -> None:
    def edit(body: dict[str, Any]) -> None:
        body["words"]["majors"] = {"state": "unknown", "text": "[", "reason": "没有统计"}

    export_copy(city.school(), tmp_path / "a.vdpkg")
    path = resealed(tmp_path / "a.vdpkg", tmp_path / "x.vdpkg", city.school(), edit=edit)
    assert receive.receive(city.school(), [path]).offers[0].outcome is Outcome.TAKEN


def test_a_size_that_is_claimed_is_never_stored(city: City, tmp_path: Path) -> None:
    """One school must not spoil what is known of another's evidence."""
    attach(city.school(), pdf(tmp_path), indicator="db22_land")

    def claim(body: dict[str, Any]) -> None:
        body["evidence"][0]["size"] = 5

    source = city.submission()
    sha256 = verify(source).manifest.files[1].sha256
    wrong = resealed(source, tmp_path / "x.vdpkg", city.school(), edit=claim, blobs=[], absent=[sha256])
    assert receive.receive(city.bureau, [wrong]).taken == 1
    assert city.bureau.rows("SELECT * FROM evidence") == []
    attach(city.school(SECOND), pdf(tmp_path), indicator="db22_land")
    assert receive.receive(city.bureau, [city.submission(SECOND)]).taken == 1
    assert evidence.missing_files(city.bureau) == []
    again = resealed(source, tmp_path / "y.vdpkg", city.school(), edit=claim, seq=2, prev="", absent=[sha256], blobs=[])
    assert receive.receive(city.bureau, [again]).offers[0].reason == "malformed"
    export_copy(city.school(), tmp_path / "c.vdpkg")
    copy = resealed(tmp_path / "c.vdpkg", tmp_path / "d.vdpkg", city.school(), edit=claim)
    assert receive.receive(city.school(), [copy]).offers[0].reason == "malformed"


def test_a_name_from_outside_breaks_no_line(city: City, tmp_path: Path) -> None:
    export_copy(city.school(), tmp_path / "c.vdpkg")
    path = resealed(tmp_path / "c.vdpkg", tmp_path / "d.vdpkg", city.school(), edit=set_keys(filler="王\n丽\u202e"))
    [offer] = receive.receive(city.school(), [path]).offers
    assert offer.outcome is Outcome.TAKEN
    assert offer.sentence.isprintable()
