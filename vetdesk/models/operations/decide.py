"""The bureau's acts on a submission: compare the identity, return figures with remarks, accept."""

from __future__ import annotations

import datetime as dt

from vetdesk.models.operations.desk import Desk, desk, unit_of
from vetdesk.models.operations.missing import missing_in
from vetdesk.models.operations.rectify import take_replies
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import exchange, figures, inspection, journal
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.inspection import Comment
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import key_digits, only_digits, short_code

_BEGINNING = 8
"""So many digits of a hash mean one; fewer are the number of a version."""


def current(workspace: Workspace, unit: str) -> Submission:
    """The submission of a unit that counts.

    Raises KnownError where there is none, or the unit is unknown.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    record = unit_of(workspace, unit)
    found = exchange.current_submission(workspace, desk(workspace).round.id, unit)
    if found is None:
        raise KnownError(_("{school} 还没有上报，这一步没有做。").format(school=record.name), code="not_received")
    return found


def declared(each: Submission) -> dict[str, Entry]:
    """The declared figures of a submission."""
    body = body_of(each)
    return bodies.entries(body.facts, body.words)


def body_of(each: Submission) -> bodies.SubmissionBody:
    """The body of a stored submission."""
    return bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=each.unit)


def digits_of(workspace: Workspace, fingerprint: str) -> str:
    """The 30 digits of a known key, in six groups of five."""
    key = exchange.key(workspace, fingerprint)
    return key_digits(bytes.fromhex(key.public)) if key else ""


def unconfirmed(workspace: Workspace, unit: str) -> Submission | None:
    """The newest submission of a unit whose key nobody has confirmed yet; None where there is none."""
    for each in exchange.submissions(workspace, desk(workspace).round.id, unit=unit):
        key = exchange.key(workspace, each.key)
        if key is not None and key.state == "unconfirmed":
            return each
    return None


def confirm_identity(workspace: Workspace, unit: str, *, who: str, digits: str) -> Changes:
    """Note that the officer compared the 30 digits of one of the school's keys with the stamped sheet or by telephone.

    The newest submission of a key that was not confirmed before becomes the one that counts, where it is newer than that
    and nothing was decided on that one, and that one was not entered here for the school; else it waits. Raises
    KnownError where the digits are those of no submission of this school, or of a key that was withdrawn.
    """
    current(workspace, unit)
    given = only_digits(digits)
    round_id = desk(workspace).round.id
    held = exchange.submissions(workspace, round_id, unit=unit)
    same = [each for each in held if only_digits(digits_of(workspace, each.key)) == given]
    found = max(same, key=lambda each: each.seq, default=None)
    if found is None:
        raise KnownError(
            _("这 30 位身份码与该校上报文件的身份码不一样，没有确认。请与学校负责人电话核实。"), code="digits_differ"
        )
    key = exchange.key(workspace, found.key)
    assert key is not None
    if key.state == "revoked":
        raise KnownError(
            _("这个身份已经停用，没有确认。学校换了电脑请用新的身份上报，再核对新的身份码。"), code="revoked"
        )
    fresh = key.state == "unconfirmed"
    with workspace.atomic():
        exchange.confirm_key(workspace, found.key, who=who)
        counts = next(each for each in held if each.current)
        decided = counts.state in ("accepted", "returned") or counts.hash in _chosen(workspace, unit)
        decided = decided or exchange.is_proxy(workspace, counts.key)  # entered here: only a choice replaces it
        decided = decided or any(
            each.state == "assigned" and unit in each.units for each in inspection.assignments(workspace, round_id)
        )
        if counts.key == found.key:
            if counts.state == "unconfirmed":
                exchange.set_submission_state(workspace, counts.hash, "received")
        elif fresh and held.index(found) < held.index(counts) and not decided:
            _replace(workspace, counts, found, "received")
        for each in held:
            if each.key == found.key and not each.current and each.state == "unconfirmed" and each is not found:
                exchange.set_submission_state(workspace, each.hash, "superseded")
        if fresh and found.key != counts.key and (decided or held.index(found) > held.index(counts)):
            exchange.set_submission_state(workspace, found.hash, "waiting")
        journal.write(workspace, [journal.Note("confirm_identity", unit, f"key.{found.key}", new=given, why=who)])
    return Changes(units=frozenset({unit}))


def set_received(workspace: Workspace, unit: str, day: str, *, reason: str) -> Changes:
    """Let the submission that counts have come in on another day (`YYYY-MM-DD`): a stick lay on a desk over a holiday.

    Raises KnownError for what is no day or lies ahead, and without a reason.
    """
    each = current(workspace, unit)
    today = dt.datetime.now(dt.UTC).astimezone().date().isoformat()
    if not is_day(day) or day > today:
        raise KnownError(
            _("“{day}”不是今天以前的日期，没有改动。请写成 2026-09-30 这样。").format(day=day[:20]), code="date"
        )
    if not reason.strip():
        raise KnownError(_("没有写原因，没有改动。"), code="no_reason")
    with workspace.atomic():
        exchange.set_received(workspace, each, day, why=reason.strip()[:200])
    return Changes(units=frozenset({unit}))


def _replace(workspace: Workspace, counts: Submission, new: Submission, state: str) -> None:
    """Let another submission count, in the caller's transaction; written so that it can be taken back."""
    exchange.make_current(workspace, new, state)
    take_replies(workspace, new.unit, body_of(new).replies)
    journal.write(
        workspace,
        [
            journal.Note(
                "supersede", new.unit, f"package.{counts.hash}", old=counts.state, new=new.hash, round=new.round
            )
        ],
    )


def waiting(workspace: Workspace, unit: str) -> list[Submission]:
    """Submissions of a unit that are kept beside the one that counts, for the officer to choose; the newest first."""
    return [
        each
        for each in exchange.submissions(workspace, desk(workspace).round.id, unit=unit)
        if not each.current and each.state in exchange.WAITING
    ]


def adopt(workspace: Workspace, unit: str, seq_or_hash: str, *, reason: str) -> Changes:
    """Let a waiting submission count; the one that counted stays in the history.

    Raises KnownError for none that waits under this number or hash, an unconfirmed key, or no reason.
    """
    counts = current(workspace, unit)
    hits = [
        each
        for each in waiting(workspace, unit)
        if str(each.seq) == seq_or_hash
        or (len(seq_or_hash) >= _BEGINNING and each.hash.startswith(seq_or_hash))
        or short_code(each.hash).replace(" ", "") == seq_or_hash.replace(" ", "")
    ]
    if len(hits) != 1:
        raise KnownError(
            _("没有（或不止一个）以“{number}”等候的版本，没有改动。").format(number=seq_or_hash), code="not_waiting"
        )
    if not reason.strip():
        raise KnownError(_("请写明为什么采用这一版，没有改动。"), code="no_reason")
    key = exchange.key(workspace, hits[0].key)
    confirmed = key is not None and key.state == "confirmed"
    if not confirmed and _identified(workspace, counts):
        raise KnownError(
            _("这一版的身份还没有核对，不能代替已核对过的版本，没有改动。请先比对身份码（屏幕上是 {digits}）。").format(
                digits=digits_of(workspace, hits[0].key)
            ),
            code="unconfirmed",
        )
    with workspace.atomic():
        _replace(workspace, counts, hits[0], "received" if confirmed else "unconfirmed")
        journal.write(
            workspace,
            [
                journal.Note(
                    "adopt_submission", unit, f"package.{hits[0].hash}", old=counts.hash, new=hits[0].hash,
                    why=reason.strip()[:500],
                )
            ],
        )  # fmt: skip
    return Changes(units=frozenset({unit}))


def _chosen(workspace: Workspace, unit: str) -> set[str]:
    """Submissions that an officer chose to count."""
    return {str(each["new"]) for each in journal.of_action(workspace, "adopt_submission") if each["unit"] == unit}


def return_figures(workspace: Workspace, unit: str, remarks: dict[str, str], *, due: str = "") -> Changes:
    """Return a submission with remarks per figure.

    Raises KnownError for an unknown figure or no remark.
    """
    found = current(workspace, unit)
    round_id = desk(workspace).round.id
    fields = {name: field for pack in desk(workspace).packs for name, field in pack.fields.items()}
    unknown = [name for name in remarks if name not in fields]
    if unknown:
        raise KnownError(_("没有数据项“{fact}”，没有退回。").format(fact=unknown[0]), code="unknown_fact")
    check_due(due)
    if not remarks or not all(text.strip() for text in remarks.values()):
        raise KnownError(_("请写明退回的数据项和理由，没有退回。"), code="no_remark")
    with workspace.atomic():
        exchange.set_submission_state(workspace, found.hash, "returned")
        inspection.set_comments(
            workspace, round_id, unit,
            [Comment(round_id, unit, name, text.strip()[:5000], due) for name, text in remarks.items()],
        )  # fmt: skip
        journal.write(workspace, [journal.Note("return", unit, f"package.{found.hash}", new=remarks, round=round_id)])
    return Changes(units=frozenset({unit}))


def check_due(due: str) -> None:
    """Refuse a date that is none; '' is no date.

    Raises KnownError.
    """
    try:
        if due:
            dt.date.fromisoformat(due)
    except ValueError as error:
        raise KnownError(
            _("期限“{due}”不是日期，没有改动。请写成 2026-09-30 这样。").format(due=due[:20]), code="date"
        ) from error


def accept(workspace: Workspace, unit: str, *, withdraw: bool = False) -> Changes:
    """Accept a submission: verified values where an inspector found them, declared ones elsewhere.

    One that is accepted once more keeps what was corrected by hand. One of which figures were returned is accepted only with
    `withdraw`: the remarks are void then.

    Raises KnownError while the school's identity is not confirmed, and for one of which figures were returned.
    """
    found = current(workspace, unit)
    left = inspection.comments(workspace, desk(workspace).round.id, unit) if found.state == "returned" else []
    if left and not withdraw:
        raise KnownError(
            _(
                "{school} 第 {seq} 版已经退回（{count} 条意见），没有通过。"
                "要收回退回意见再通过，请在窗口里按【通过】确认，或用 feedback accept --withdraw。"
            ).format(school=unit_of(workspace, unit).name, seq=found.seq, count=len(left)),
            code="returned",
        )
    if not _identified(workspace, found):
        raise KnownError(
            _("{school} 的身份还没有核对，没有通过。请先比对身份码（屏幕上是 {digits}）。").format(
                school=unit_of(workspace, unit).name, digits=digits_of(workspace, found.key)
            ),
            code="unconfirmed",
        )
    lacking = missing_in(workspace, found)
    if lacking:
        raise KnownError(
            _("{school} 还缺 {count} 个佐证材料文件（{first}…），没有通过。请先收齐，或退回让学校补发。").format(
                school=unit_of(workspace, unit).name, count=len(lacking), first=lacking[0][1]
            ),
            code="missing_evidence",
        )
    from vetdesk.models.operations.explanation_review import returned_now

    back = returned_now(workspace, unit, body_of(found))
    if back:
        raise KnownError(
            _("对 {rules} 的说明退回了，没有通过。请先认可这些说明，或等学校改了再报。").format(
                rules=" ".join(f"[{each}]" for each in back)
            ),
            code="explanation_returned",
        )
    round_id = desk(workspace).round.id
    verified = figures.read(workspace, round_id, unit, stage=Stage.VERIFIED)
    before = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED)
    corrected = set[str]()
    if found.state == "accepted":  # accepted once more: what was corrected by hand since stays
        corrected = set(figures.sources(workspace, round_id, unit, stage=Stage.ACCEPTED)) & before.keys()
    settled = {
        **declared(found),
        **{name: each for name, each in verified.items() if each.text},
        **{name: before[name] for name in corrected},
    }
    gone = {name: Entry() for name in before if name not in settled}
    with workspace.atomic():
        exchange.set_submission_state(workspace, found.hash, "accepted")
        inspection.set_comments(workspace, round_id, unit, [])
        figures.write(workspace, round_id, unit, {**settled, **gone}, stage=Stage.ACCEPTED, action="accept")
        journal.write(workspace, [journal.Note("accept_submission", unit, f"package.{found.hash}", round=round_id)])
    return Changes(units=frozenset({unit}))


def _identified(workspace: Workspace, each: Submission) -> bool:
    """Whether the key of a submission is confirmed, or was when it was withdrawn after that submission."""
    key = exchange.key(workspace, each.key)
    if key is None or key.state != "revoked":
        return key is not None and key.state == "confirmed"
    before = [row["old"] for row in journal.of_action(workspace, "withdraw_key") if row["field"] == f"key.{each.key}"]
    return before[-1:] == ["confirmed"] and each.seq <= int(key.revoked_after or 0)


def remark_text(found: Desk, each: Comment) -> str:
    """A remark with the name of its figure, for lists."""
    for pack in found.every:
        if each.fact in pack.fields:
            return f"{pick(pack.fields[each.fact].text)}：{each.text}"
    return each.text
