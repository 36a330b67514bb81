"""Writes documents and charts of a bureau."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vetdesk.models.operations.as_of_day import board_of_day, rollup_of_day
from vetdesk.models.operations.city_figures import figures_of
from vetdesk.models.operations.desk import desk_of_round
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports import to_excel, to_word
from vetdesk.models.reports.briefing import briefing
from vetdesk.models.reports.city_rollup import city_rollup
from vetdesk.models.reports.content import Document
from vetdesk.models.rollup.charts import KINDS as CHARTS
from vetdesk.models.rollup.charts import ChartSpec, spec
from vetdesk.models.store.outputs import check_target
from vetdesk.models.store.workspace import Workspace, storage_trouble

KINDS = ("rollup", "briefing", "plan")
Draw = Callable[[ChartSpec, Path], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document or chart is asked of: a half-year (`2026-1`, of the plan), the end of a day, a round ('' for the
    newest), the figures of a stage."""

    half: str = ""
    day: str = ""
    round: str = ""
    stage: Stage = Stage.DECLARED


NEWEST = Asked()
"""The newest round as it stands, by declared figures."""


def write(workspace: Workspace, kind: str, target: Path, asked: Asked = NEWEST) -> None:
    """Write a document of a kind to an .xlsx or .docx file; `plan` is that of a half-year, `rollup` and `briefing` may be
    those of a day, an earlier round, a stage.

    Raises KnownError for an unknown kind or ending, round or day, and where the place cannot be written.
    """
    if kind not in KINDS:
        raise KnownError(
            _("没有“{kind}”这种报表，没有生成。可用的有：{known}。").format(kind=kind, known=_("、").join(KINDS)),
            code="unknown_report",
        )
    if kind == "plan" and (asked.day or asked.round or asked.stage is not Stage.DECLARED):
        raise KnownError(
            _("目标和任务的材料不分日期、年度任务和申报、核实、审定，没有生成。请不要写这几项。"), code="no_day"
        )
    writer = {".xlsx": to_excel.write, ".docx": to_word.write}.get(target.suffix.lower())
    if writer is None:
        raise KnownError(
            _("报表只能生成 .xlsx 或 .docx，没有生成。请把文件名改成以 .xlsx 或 .docx 结尾。"), code="unknown_format"
        )
    check_target(target)
    writer(document(workspace, kind, asked), target)


def document(workspace: Workspace, kind: str, asked: Asked = NEWEST) -> Document:
    """The content of a document of a known kind."""
    if kind == "plan":
        from vetdesk.models.operations.plan_report import meeting_report
        from vetdesk.models.operations.region import goals
        from vetdesk.models.operations.task_ledger import ledger, plan

        lines = ledger(workspace, asked.half)
        return meeting_report(lines, goals(workspace), asked.half, pick(plan(workspace).pack.text))
    found = desk_of_round(workspace, asked.round)
    if asked.day and kind == "rollup":
        return rollup_of_day(workspace, asked.day, of=found, stage=asked.stage)
    if asked.day:
        made = briefing(board_of_day(workspace, asked.day, of=found).by(asked.stage), found.round)
        return Document(made.title, (_("截至 {day}").format(day=asked.day), *made.paragraphs), made.tables)
    seen = board(workspace, of=found).by(asked.stage)
    if kind == "briefing":
        return briefing(seen, found.round)
    return city_rollup(seen, found.round, figures_of(workspace, found, asked.stage))


def chart(
    workspace: Workspace, kind: str, target: Path, *, draw: Draw, standard: str = "", asked: Asked = NEWEST
) -> None:
    """Draw a chart of a kind (`indicators`, `counties`, `heat`) to a PNG file, of the schools a standard decides about.

    Raises KnownError for an unknown kind, ending or round, and for a standard that decides about no school.
    """
    if kind not in CHARTS:
        raise KnownError(
            _("没有“{kind}”这种图，没有生成。可用的有：{known}。").format(kind=kind, known=_("、").join(CHARTS)),
            code="unknown_chart",
        )
    if target.suffix.lower() != ".png":
        raise KnownError(_("图只能生成 .png，没有生成。请把文件名改成以 .png 结尾。"), code="unknown_format")
    found = board(workspace, of=desk_of_round(workspace, asked.round)).by(asked.stage)
    deciding = [each.id for each in found.deciders]
    if standard and standard not in deciding:
        raise KnownError(
            _("“{standard}”不是主标准，没有生成。主标准有：{known}。").format(
                standard=standard[:40], known=_("、").join(deciding)
            ),
            code="not_deciding",
        )
    try:
        draw(spec(found, kind, standard=standard), target)
    except OSError as error:
        raise storage_trouble(target, error) from error
