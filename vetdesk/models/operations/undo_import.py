"""Takes back the taking of a package: also after later ones, or says exactly why that cannot be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vetdesk.models.operations.arrive_copy import put_other
from vetdesk.models.operations.desk import desk, unit_of
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import conflicts, exchange, figures, inspection, journal
from vetdesk.models.store.exchange import PackageRecord, Submission
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.refusals import kind_word


@dataclass(frozen=True, slots=True)
class Undoable:
    """A package that was taken, and why its taking cannot be taken back ('' where it can)."""

    package: PackageRecord
    why_not: str


def imports(workspace: Workspace) -> list[Undoable]:
    """Every package that was taken, the newest first."""
    taken = [each for each in exchange.packages(workspace, direction="in") if each.state != "undone"]
    return [Undoable(each, _why_not(workspace, each)) for each in taken]


def undo_import(workspace: Workspace, code_or_hash: str = "") -> tuple[str, Changes]:
    """Take back one import (the last without a code). Returns a sentence; the file stays archived.

    Raises KnownError where there is none of that code, or with the exact reason why it must stay.
    """
    given = code_or_hash.replace(" ", "")
    every = imports(workspace)
    hits = [
        each
        for each in every
        if each.package.hash.startswith(given) or short_code(each.package.hash).replace(" ", "") == given
    ]
    if not hits or (given and len(hits) > 1):
        raise KnownError(
            _("没有（或不止一个）核对码为“{code}”的接收，没有改动。").format(code=code_or_hash), code="no_import"
        )
    chosen = hits[0]
    if chosen.why_not:
        raise KnownError(_("不能撤销这次接收：{why}。没有改动。").format(why=chosen.why_not), code="cannot_undo")
    each = chosen.package
    with workspace.atomic():
        if each.kind == "submission" and workspace.role == "bureau":
            _take_back_submission(workspace, each)
        elif each.kind in ("copy", "submission"):
            _take_back_merge(workspace, each)
        else:
            exchange.set_package_state(workspace, each.hash, "undone")
        journal.write(
            workspace,
            [
                journal.Note(
                    "undo_receive", each.unit, f"package.{each.hash}", old=[each.kind, each.seq], round=each.cycle
                )
            ],
        )  # fmt: skip
    said = _("已撤销接收：{kind} 第 {seq} 版（{who}）。原文件还在存档里，可以重新接收。").format(
        kind=kind_word(each.kind), seq=each.seq, who=_name(workspace, each)
    )
    return said, Changes(units=frozenset({each.unit}) if each.unit else frozenset(), packages=True)


def _name(workspace: Workspace, each: PackageRecord) -> str:
    return unit_of(workspace, each.unit).name if each.unit else each.issuer_id


def _why_not(workspace: Workspace, each: PackageRecord) -> str:
    if workspace.role == "bureau" and each.kind == "submission":
        return _why_not_submission(workspace, each)
    if workspace.role == "bureau" and each.kind == "evidence":
        return ""
    if workspace.role == "school" and each.kind in ("copy", "submission"):
        return _why_not_merge(workspace, each)
    if each.kind == "standard":
        return _("标准更新请用“退回上一版标准”撤销，填的数据不受影响")
    if each.kind in ("receipt", "feedback"):
        return _("主管部门的回复是对方已经发出的事实，撤销接收不会让它消失；有误请对方重新回复")
    if each.kind == "review":
        return _("核查结果已并入各校的核实值；要改，请专家重新交回，以新的为准")
    return _("{kind}是任务本身的一部分，撤销后就没有任务了").format(kind=kind_word(each.kind))


def _submission(workspace: Workspace, each: PackageRecord) -> Submission | None:
    held = exchange.submissions(workspace, each.cycle, unit=each.unit)
    return next((one for one in held if one.hash == each.hash), None)


def _why_not_submission(workspace: Workspace, each: PackageRecord) -> str:
    found = _submission(workspace, each)
    if found is None:
        return _("它已经不在上报记录里")
    if found.state == "accepted":
        return _("这一版已经审核通过")
    if found.state == "returned":
        return _("这一版已经退回学校，学校手里有退回意见")
    for task in inspection.assignments(workspace, each.cycle):
        if each.unit in task.units and task.package and _was_sent(workspace, task.package, found):
            return _("核查任务（专家 {number}）是按这一版派出的").format(number=task.inspector)
    if _replied_since(workspace, each):
        return _("已经给学校发过包含这一版的回执（{at}），撤销后两边会对不上").format(
            at=_replied_since(workspace, each)
        )
    return ""


def _was_sent(workspace: Workspace, task: str, found: Submission) -> bool:
    sent = exchange.package(workspace, task)
    return sent is not None and found.current and sent.at >= found.received


def _replied_since(workspace: Workspace, each: PackageRecord) -> str:
    """When a reply went out after this package came in; order is that of the packages here, not of a clock."""
    for other in exchange.packages(workspace):  # the newest first
        if other.hash == each.hash:
            return ""
        if other.direction == "out" and other.kind in ("receipt", "feedback") and other.cycle == each.cycle:
            return other.at[:16].replace("T", " ")
    return ""


def _take_back_submission(workspace: Workspace, each: PackageRecord) -> None:
    """Forget it; where it counted, the one it replaced counts again as it did."""
    found = _submission(workspace, each)
    assert found is not None
    exchange.drop_submission(workspace, each.hash)
    if not found.current:
        return
    held = {one.hash for one in exchange.submissions(workspace, each.cycle, unit=each.unit)}
    seen, ahead = set[str](), [each.hash]
    while ahead:  # what it replaced; where that was taken back too, what that had replaced
        hash_ = ahead.pop(0)
        seen.add(hash_)
        for field, state in journal.with_new(workspace, "supersede", hash_):
            before = field.partition(".")[2]
            if before in held:
                exchange.set_current(workspace, before, state)
                return
            if before not in seen:
                ahead.append(before)
    for one in reversed(exchange.submissions(workspace, each.cycle, unit=each.unit)):
        key = exchange.key(workspace, one.key)
        if one.state in exchange.WAITING and key is not None and key.state != "revoked":
            # as if the one that was taken back had never come: the first of those that wait is the first there is
            exchange.set_current(workspace, one.hash, "received" if key.state == "confirmed" else "unconfirmed")
            return


def _merge_acts(workspace: Workspace, each: PackageRecord) -> list[str]:
    """The act that took it last: one before that was taken back."""
    return journal.acts_because(workspace, "merge_copy", each.hash)[-1:]


def _why_not_merge(workspace: Workspace, each: PackageRecord) -> str:
    """A merge can be taken back while nothing it wrote was written again."""
    for act in _merge_acts(workspace, each):
        every = journal.of_act(workspace, act)
        for row in every:
            stage, _dot, rest = str(row["field"]).partition(".")
            if stage == "copy":
                held = (conflicts.conflict(workspace, id_) for id_ in row["new"][0])
                if any(one is None or one.state != "open" for one in held):
                    return _("并入时两边不一样的地方已经选定；请先撤销那次选定，或先撤销后来的接收")
                continue
            if stage != "declared":
                if journal.of_field(workspace, str(row["unit"]), str(row["field"]), limit=1)[0]["act"] != act:
                    return _("并入以后，说明、佐证材料或整改措施又改过；请在原处改回")
                continue
            year, _dot, fact = rest.partition(".")
            now = figures.read(workspace, str(row["round"]), str(row["unit"]), year=year).get(fact)
            if now is None or figures.plain(now) != _last_new(every, str(row["field"])):
                field = desk(workspace).fields.get(fact)
                name = pick(field.text) if field else fact
                return _("并入以后，“{name}”又改过；请在填报页改回").format(name=name)
    return ""


def _last_new(rows: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    """What an act left a field at."""
    return list(next(row["new"] for row in reversed(rows) if row["field"] == field))


def _put_back(workspace: Workspace, row: Mapping[str, Any], kind: str, rest: str, act: str) -> None:
    """What an act wrote besides figures, as it was before."""
    old, new = row["old"], row["new"]
    if kind == "rule":
        put_other(workspace, ("explanation", rest), str(old or ""), act=act)
    elif kind == "evidence":
        indicator, label = old or new
        put_other(workspace, ("evidence", rest, str(indicator)), str(label) or " " if old else "", act=act)
    elif kind == "finding" and isinstance(old, dict):
        put_other(workspace, ("reply", rest), json.dumps([old["state"], old["measure"]]), act=act)
    elif kind == "copy":
        opened, settled = new
        for id_ in settled:
            conflicts.reopen(workspace, id_)
        for id_ in opened:
            conflicts.drop(workspace, id_)


def _take_back_merge(workspace: Workspace, each: PackageRecord) -> None:
    act = journal.new_act()
    for done in _merge_acts(workspace, each):
        for row in reversed(journal.of_act(workspace, done)):
            stage, _dot, rest = str(row["field"]).partition(".")
            if stage == "declared":
                year, _dot, fact = rest.partition(".")
                figures.write(
                    workspace, str(row["round"]), str(row["unit"]), {fact: figures.from_plain(row["old"])},
                    year=year, action="merge", why=f"undo {each.hash}", act=act,
                )  # fmt: skip
            else:
                _put_back(workspace, row, stage, rest, act)
    exchange.set_package_state(workspace, each.hash, "undone")
