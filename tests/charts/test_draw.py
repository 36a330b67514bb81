"""Drawing: a real picture of sensible size, every glyph there (a missing one is a warning, and warnings are errors)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.factory import DemoCity, demo_city
from vetdesk.charts.draw import figure, to_png
from vetdesk.models.operations.roll_up import board
from vetdesk.models.records.errors import KnownError
from vetdesk.models.rollup.charts import KINDS, ChartSpec, HeatMap, Series, StackedBars, spec
from vetdesk.models.store.workspace import open_workspace


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    """The demo city."""
    return demo_city(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def specs(demo: DemoCity) -> dict[str, ChartSpec]:
    """The specs of the demo's charts."""
    with open_workspace(demo.folder / "bureau") as bureau:
        found = board(bureau)
    return {kind: spec(found, kind) for kind in KINDS}


def colours(path: Path) -> set[str]:
    """The colours of a picture that cover more than a few dots."""
    with Image.open(path) as picture:
        dots = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    found, counts = np.unique(dots, axis=0, return_counts=True)
    return {f"#{r:02x}{g:02x}{b:02x}" for (r, g, b), count in zip(found.tolist(), counts, strict=True) if count > 500}


def test_the_chart_of_the_demo_is_a_real_picture(demo: DemoCity) -> None:
    with Image.open(demo.folder / "chart.png") as picture:
        picture.verify()
    assert (demo.folder / "chart.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert {"#ffffff", "#1b7a43", "#b3341f", "#c3cad3"} <= colours(demo.folder / "chart.png")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_in_a_sensible_size(specs: dict[str, ChartSpec], tmp_path: Path, kind: str) -> None:
    path = tmp_path / "neu" / f"{kind}.png"
    to_png(specs[kind], path)
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert 900 <= picture.width <= 2000
        assert 400 <= picture.height <= 2000
    assert len(colours(path)) >= 3
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_bars_show_title_labels_words_and_counts(specs: dict[str, ChartSpec]) -> None:
    bars = specs["indicators"]
    assert isinstance(bars, StackedBars)
    drawn = figure(bars)
    axes = drawn.axes[0]
    texts = [each.get_text() for each in axes.texts]
    assert axes.get_title(loc="left") == bars.title
    assert [each.get_text() for each in axes.get_yticklabels()] == list(bars.labels)
    legend = axes.get_legend() or drawn.legends[0]
    assert legend is not None
    assert [each.get_text() for each in legend.get_texts()] == [each.name for each in bars.series]
    assert sorted(map(int, texts)) == sorted(value for each in bars.series for value in each.values if value)
    for each in [*axes.get_yticklabels(), *axes.texts]:
        box = each.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= drawn.bbox.x1


def test_the_heat_map_has_a_cell_for_every_school_and_indicator(specs: dict[str, ChartSpec]) -> None:
    cells = specs["heat"]
    assert isinstance(cells, HeatMap)
    axes = figure(cells).axes[0]
    assert len(axes.texts) == len(cells.rows) * len(cells.columns) == len(axes.patches)
    assert [each.get_text() for each in axes.get_yticklabels()] == list(cells.rows)


def test_a_tall_heat_map_grows(tmp_path: Path) -> None:
    rows = tuple(f"学校{at}" for at in range(100))
    to_png(HeatMap("题", rows, ("甲",), (("met",),) * 100, (("✓",),) * 100), tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (1000, 2550)


def test_nothing_to_draw_is_drawn_as_nothing(tmp_path: Path) -> None:
    to_png(StackedBars("题", (), (Series("达标", "met", ()),), "所"), tmp_path / "a.png")
    to_png(StackedBars("题", ("甲",), (Series("达标", "met", (0,)),), "所"), tmp_path / "b.png")
    to_png(HeatMap("题", (), (), (), ()), tmp_path / "c.png")
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("name", ["$100$", "a$b", "\\alpha", "a\\b$c", "{x}", "x_1^2", "100%", "<b>", "#1", "㎡"])
def test_labels_are_shown_as_they_are(tmp_path: Path, name: str) -> None:
    """The picture of a label is that of the same text with formulas switched off altogether."""
    pictures = []
    for formulas in (True, False):
        drawn = figure(StackedBars("题", (name if formulas else "x",), (Series("达标", "met", (1,)),), "所"))
        label = drawn.axes[0].get_yticklabels()[0]
        if not formulas:
            label.set_parse_math(False)
            label.set_text(name)
        pictures.append(label.get_window_extent().width)
    assert pictures[0] == pictures[1]


def test_a_place_that_cannot_be_written_leaves_nothing(specs: dict[str, ChartSpec], tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(KnownError) as caught:
        to_png(specs["counties"], tmp_path / "x.png")
    assert caught.value.code == "is_folder"
    assert [each.name for each in tmp_path.iterdir()] == ["x.png"]
