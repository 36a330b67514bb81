"""The bureau's acts on a submission: compare the identity, return figures with remarks, accept."""

from __future__ import annotations

from vetdesk.models.operations.desk import desk, unit_of
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Entry, Stage
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import exchange, figures, inspection, journal
from vetdesk.models.store.exchange import Submission
from vetdesk.models.store.inspection import Comment
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.codes import key_digits


def current(workspace: Workspace, unit: str) -> Submission:
    """The submission of a unit that counts.

    Raises KnownError where there is none, or the unit is unknown.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    record = unit_of(workspace, unit)
    found = exchange.current_submissions(workspace, desk(workspace).round.id).get(unit)
    if found is None:
        raise KnownError(_("{school} 还没有上报，这一步没有做。").format(school=record.name), code="not_received")
    return found


def declared(each: Submission) -> dict[str, Entry]:
    """The declared figures of a submission."""
    return bodies.entries(body_of(each).facts)


def body_of(each: Submission) -> bodies.SubmissionBody:
    """The body of a stored submission."""
    return bodies.decode(each.body.encode("utf-8"), bodies.SubmissionBody, file=each.unit)


def digits_of(workspace: Workspace, fingerprint: str) -> str:
    """The 30 digits of a known key, in six groups of five."""
    key = exchange.key(workspace, fingerprint)
    return key_digits(bytes.fromhex(key.public)) if key else ""


def confirm_identity(workspace: Workspace, unit: str, *, who: str, digits: str = "") -> Changes:
    """Note that the officer compared the digits of the school's key with the stamped sheet or by telephone.

    Raises KnownError where the given digits differ.
    """
    found = current(workspace, unit)
    shown = digits_of(workspace, found.key)
    if digits and "".join(filter(str.isdigit, digits)) != shown.replace(" ", ""):
        raise KnownError(
            _("两边的身份码不一样（屏幕上是 {shown}），没有确认。请与学校负责人电话核实。").format(shown=shown),
            code="digits_differ",
        )
    with workspace.atomic():
        exchange.confirm_key(workspace, found.key, who=who)
        if found.state == "unconfirmed":
            exchange.set_submission_state(workspace, found.hash, "received")
        journal.write(workspace, [journal.Note("confirm_identity", unit, f"key.{found.key}", new=shown, why=who)])
    return Changes(units=frozenset({unit}))


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


def accept(workspace: Workspace, unit: str) -> Changes:
    """Accept a submission: verified values where an inspector found them, declared ones elsewhere.

    Raises KnownError while the school's identity is not confirmed.
    """
    found = current(workspace, unit)
    key = exchange.key(workspace, found.key)
    if key is None or key.state != "confirmed":
        raise KnownError(
            _("{school} 的身份还没有核对，没有通过。请先比对身份码（屏幕上是 {digits}）。").format(
                school=unit_of(workspace, unit).name, digits=digits_of(workspace, found.key)
            ),
            code="unconfirmed",
        )
    round_id = desk(workspace).round.id
    verified = figures.read(workspace, round_id, unit, stage=Stage.VERIFIED)
    settled = {**declared(found), **{name: each for name, each in verified.items() if each.text}}
    before = figures.read(workspace, round_id, unit, stage=Stage.ACCEPTED)
    gone = {name: Entry() for name in before if name not in settled}
    with workspace.atomic():
        exchange.set_submission_state(workspace, found.hash, "accepted")
        inspection.set_comments(workspace, round_id, unit, [])
        figures.write(workspace, round_id, unit, {**settled, **gone}, stage=Stage.ACCEPTED, action="accept")
        journal.write(workspace, [journal.Note("accept_submission", unit, f"package.{found.hash}", round=round_id)])
    return Changes(units=frozenset({unit}))


def remark_text(workspace: Workspace, each: Comment) -> str:
    """A remark with the name of its figure, for lists."""
    for pack in desk(workspace).packs:
        if each.fact in pack.fields:
            return f"{pick(pack.fields[each.fact].text)}：{each.text}"
    return each.text
