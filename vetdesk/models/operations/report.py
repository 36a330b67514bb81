"""Writes documents and charts of a bureau."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vetdesk.models.operations.city_figures import city_figures
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.reports import to_excel
from vetdesk.models.reports.city_rollup import city_rollup
from vetdesk.models.rollup.charts import KINDS as CHARTS
from vetdesk.models.rollup.charts import ChartSpec, spec
from vetdesk.models.store.workspace import Workspace, storage_trouble

KINDS = ("rollup",)
Draw = Callable[[ChartSpec, Path], None]


def write(workspace: Workspace, kind: str, target: Path) -> None:
    """Write a document of a kind (`rollup`) to an .xlsx file.

    Raises KnownError for an unknown kind or ending, and where the place cannot be written.
    """
    if kind not in KINDS:
        raise KnownError(
            _("没有“{kind}”这种报表，没有生成。可用的有：{known}。").format(kind=kind, known=_("、").join(KINDS)),
            code="unknown_report",
        )
    if target.suffix.lower() != ".xlsx":
        raise KnownError(_("这种报表只能生成 .xlsx，没有生成。请把文件名改成以 .xlsx 结尾。"), code="unknown_format")
    to_excel.write(city_rollup(board(workspace), desk(workspace).round, city_figures(workspace)), target)


def chart(workspace: Workspace, kind: str, target: Path, *, draw: Draw) -> None:
    """Draw a chart of a kind (`indicators`, `counties`, `heat`) to a PNG file.

    Raises KnownError for an unknown kind or ending.
    """
    if kind not in CHARTS:
        raise KnownError(
            _("没有“{kind}”这种图，没有生成。可用的有：{known}。").format(kind=kind, known=_("、").join(CHARTS)),
            code="unknown_chart",
        )
    if target.suffix.lower() != ".png":
        raise KnownError(_("图只能生成 .png，没有生成。请把文件名改成以 .png 结尾。"), code="unknown_format")
    try:
        draw(spec(board(workspace), kind), target)
    except OSError as error:
        raise storage_trouble(target, error) from error
