"""Chart spec in, figure or PNG file out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from vetdesk.charts.style import COLOURS, SOFT, families, plain
from vetdesk.models.rollup.charts import ChartSpec, HeatMap, StackedBars
from vetdesk.models.store.outputs import written_whole


def figure(spec: ChartSpec, *, width: float = 8.0, height: float = 5.0) -> Figure:
    """The figure of a spec; `width` and `height` in inches at 100 dots each."""
    with mpl.rc_context({"font.family": list(families()), "axes.unicode_minus": False}):
        drawn = Figure(figsize=(width, height), dpi=100, facecolor="white")
        axes = drawn.add_subplot()
        if isinstance(spec, HeatMap):
            _heat(axes, spec)
        else:
            _bars(axes, spec)
        drawn.set_layout_engine("constrained")
        drawn.draw_without_rendering()
    return drawn


def to_png(spec: ChartSpec, target: Path) -> None:
    """Write the chart to a PNG file, whole or not at all."""
    height = max(5.0, len(spec.rows) * 0.24 + 1.5) if isinstance(spec, HeatMap) else 5.0
    drawn = figure(spec, width=10.0, height=height)
    with written_whole(target) as part, mpl.rc_context({"font.family": list(families())}):
        drawn.savefig(part, format="png")


def _bars(axes: Any, spec: StackedBars) -> None:
    places = range(len(spec.labels))
    left = [0] * len(spec.labels)
    for series in spec.series:
        axes.barh(
            places,
            series.values,
            left=left,
            color=COLOURS[series.role],
            label=plain(series.name),
            height=0.62,
        )
        for place, (start, value) in enumerate(zip(left, series.values, strict=True)):
            if value:
                colour = COLOURS["text"] if series.role == "unknown" else "white"
                axes.text(start + value / 2, place, str(value), ha="center", va="center", color=colour, fontsize=9)
        left = [start + value for start, value in zip(left, series.values, strict=True)]
    axes.set_yticks(list(places), [plain(each) for each in spec.labels])
    axes.invert_yaxis()
    axes.set_xlim(0, max(left, default=1) * 1.02 or 1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(plain(spec.unit), color=COLOURS["muted"])
    narrow = axes.figure.get_figwidth() < 5
    if not narrow:
        axes.set_title(plain(spec.title), loc="left", color=COLOURS["text"], fontsize=13, fontweight="bold")
    axes.figure.legend(loc="outside lower left", ncols=1 if narrow else 3, frameon=False, fontsize=9)
    axes.tick_params(length=0, colors=COLOURS["text"], labelsize=9)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(COLOURS["line"])
    axes.grid(axis="x", color=COLOURS["line"], linewidth=0.6)
    axes.set_axisbelow(True)


def _heat(axes: Any, spec: HeatMap) -> None:
    for row, (roles, texts) in enumerate(zip(spec.roles, spec.texts, strict=True)):
        for column, (role, text) in enumerate(zip(roles, texts, strict=True)):
            axes.add_patch(
                mpl.patches.Rectangle((column + 0.03, row + 0.06), 0.94, 0.88, color=SOFT[role], linewidth=0)
            )
            axes.text(
                column + 0.5, row + 0.5, plain(text), ha="center", va="center",
                color=COLOURS["muted" if role == "unknown" else role], fontsize=9,
            )  # fmt: skip
    axes.set_xlim(0, max(len(spec.columns), 1))
    axes.set_ylim(max(len(spec.rows), 1), 0)
    axes.set_xticks([at + 0.5 for at in range(len(spec.columns))], [plain(each) for each in spec.columns])
    axes.set_yticks([at + 0.5 for at in range(len(spec.rows))], [plain(each) for each in spec.rows])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, colors=COLOURS["text"], labelsize=9)
    axes.tick_params(axis="x", rotation=20)
    axes.set_title(plain(spec.title), loc="left", color=COLOURS["text"], fontsize=13, fontweight="bold", pad=26)
    for side in axes.spines.values():
        side.set_visible(False)


def to_bytes(spec: ChartSpec, *, width: float, height: float) -> bytes:
    """The chart as PNG bytes, twice as fine as shown, for a window."""
    import io

    drawn = figure(spec, width=width, height=height)
    content = io.BytesIO()
    with mpl.rc_context({"font.family": list(families())}):
        drawn.savefig(content, format="png", dpi=200)
    return content.getvalue()
