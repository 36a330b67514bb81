"""What a submission would change at the bureau, said before anything is stored."""

from __future__ import annotations

from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.desk import Desk
from vetdesk.models.operations.handed_down import disputes
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.facts import UNFILLED, Entry, Stage
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import exchange, figures
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies

_SHOWN = 12


def preview(workspace: Workspace, found: Desk, unit: UnitRecord, body: bodies.SubmissionBody) -> tuple[str, ...]:
    """Changed figures against the submission that counts, verdict of the deciding pack, rules that fire."""
    entries = bodies.entries(body.facts, body.words)
    lines = []
    current = exchange.current_submission(workspace, found.round.id, body.unit)
    if current is not None:
        old_body = bodies.decode(current.body.encode("utf-8"), bodies.SubmissionBody, file=unit.name)
        old = bodies.entries(old_body.facts, old_body.words)
        fields = found.fields
        changed = [
            name
            for name in dict.fromkeys((*old, *entries))
            if old.get(name, UNFILLED) != entries.get(name, UNFILLED) and name in fields
        ]
        lines.append(_("与第 {seq} 版相比，改了 {count} 项").format(seq=current.seq, count=len(changed)))
        for name in changed[:_SHOWN]:
            before, after = old.get(name, UNFILLED), entries.get(name, UNFILLED)
            lines.append(
                _("{name}：{before} → {after}").format(
                    name=pick(fields[name].text),
                    before=_short(fields[name], before),
                    after=_short(fields[name], after),
                )
            )
    assessed = Assessment(found.seen_by(unit).packs, entries, bodies.entries(body.previous, body.previous_words), unit)
    lines.append(assessed.full_sentence())
    handed = figures.read(workspace, found.round.id, unit.code, stage=Stage.ACCEPTED, year=figures.LAST)
    lines.extend(each.sentence for each in disputes(found.fields, handed, assessed.previous))
    fired = assessed.rules()
    waiting = [each for each in fired if each.rule.severity is Severity.BLOCK]
    if waiting:
        lines.append(
            _("不能上报的校验 {count} 项：{rules}").format(
                count=len(waiting), rules=" ".join(f"[{each.rule.id}]" for each in waiting)
            )
        )
    silent = [
        each
        for each in fired
        if each.rule.severity is Severity.MUST_EXPLAIN and not body.explanations.get(each.rule.id)
    ]
    if silent:
        lines.append(
            _("没有说明的校验 {count} 项：{rules}").format(
                count=len(silent), rules=" ".join(f"[{each.rule.id}]" for each in silent)
            )
        )
    return tuple(lines)


def _short(field: Field, entry: Entry) -> str:
    unit = "" if entry.unit else field.unit
    text = f"{entry_text(field, entry)} {unit}".strip() if entry.text else entry.state.word if entry.reason else ""
    return (text if len(text) <= 20 else f"{text[:18]}…") or _("未填")
