"""Looks after a workspace: database, journal chain, evidence, archived packages, keys."""

from __future__ import annotations

from dataclasses import dataclass

from vetdesk.models.operations.carried_journal import read_journal
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, exchange, health, journal
from vetdesk.models.store.workspace import Workspace, free_space
from vetdesk.models.sync import bodies
from vetdesk.models.sync.keys import has_keys
from vetdesk.models.sync.read import verify


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: a name, whether it is well, and a sentence."""

    name: str
    well: bool
    sentence: str


def examine(workspace: Workspace, *, progress: Progress = silent) -> list[Check]:
    """Look at everything; nothing is changed."""
    looks = (_database, _journal, _evidence, _packages, _keys, _space)
    checks = []
    for at, each in enumerate(looks):
        progress(at, len(looks), each.__name__)
        checks.append(each(workspace))
    progress(len(looks), len(looks), "")
    return checks


def _database(workspace: Workspace) -> Check:
    problem = health.database_problem(workspace)
    sentence = (
        _("数据库完好。") if not problem else _("数据库有损坏（{problem}），请从备份恢复。").format(problem=problem)
    )
    return Check("database", not problem, sentence)


def _journal(workspace: Workspace) -> Check:
    broken = journal.broken_at(workspace)
    if broken is None:
        return Check("journal", True, _("修改记录连续，没有被改动。"))
    return Check("journal", False, _("修改记录从第 {row} 条起被改动过或缺失，请联系主管部门。").format(row=broken))


def _evidence(workspace: Workspace) -> Check:
    gone = set(evidence.missing_files(workspace))
    gone |= {
        path.name
        for path in (workspace.folder / "evidence").glob("??/*")
        if path.is_file() and evidence.sha256_of(path) != path.name
    }
    if not gone:
        return Check("evidence", True, _("佐证材料齐全，内容未变。"))
    return Check(
        "evidence",
        False,
        _("有 {count} 个佐证材料文件丢失或被改动，请重新添加或从备份恢复。").format(count=len(gone)),
    )


def _packages(workspace: Workspace) -> Check:
    bad = []
    for each in exchange.packages(workspace):
        try:
            found = verify(workspace.folder / each.path)
            if found.hash != each.hash:
                bad.append(each.path)
            elif each.kind in ("submission", "copy"):  # the journal of the sender has no gap and no edit either
                body = bodies.decode(found.data(), bodies.SubmissionBody, file=each.path)
                read_journal(found, body.journal, each.path)
        except KnownError:
            bad.append(each.path)
    if not bad:
        return Check("packages", True, _("收发的文件存档完好。"))
    return Check(
        "packages",
        False,
        _("有 {count} 个存档文件丢失或损坏：{first}。").format(count=len(bad), first=bad[0]),
    )


def _keys(workspace: Workspace) -> Check:
    if workspace.role != "bureau" and not has_keys(workspace.id):
        return Check(
            "keys", False,
            _("这台电脑上没有这个工作台的身份文件（可能是复制或恢复来的）：下次生成文件会用新的身份，要重新核对。"),
        )  # fmt: skip
    try:
        own_keys(workspace)
    except KnownError as error:
        return Check("keys", False, error.sentence)
    return Check("keys", True, _("本机身份文件可用。"))


def _space(workspace: Workspace) -> Check:
    free = free_space(workspace.folder)
    if free >= 512 * 1024 * 1024:
        return Check("space", True, _("磁盘空间充足。"))
    return Check("space", False, _("磁盘只剩 {mb} MB，请清理。").format(mb=free // (1024 * 1024)))
