"""Commands on results: `rollup`, `outliers`, `trend`, `report`, `chart`, `demo`."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import click

from vetdesk.models.operations import demo as demo_city
from vetdesk.models.operations import report as reports
from vetdesk.models.operations.as_of_day import board_of_day
from vetdesk.models.operations.desk import desk_of_round
from vetdesk.models.operations.export_tables import export_tables
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.trend import trend
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.numbers import shown
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.city_rollup import percent, reported_line, shortage_line, stages_line
from vetdesk.models.rollup.outliers import FEWEST, outliers
from vetdesk.ui.commands.common import AS_JSON, FILE, OUTPUT, WORKSPACE, Bar, opened, print_json, say

_ROUND = click.option("--round", "of", default="", help="An earlier round: its year, title or id.")
_STAGE = click.option(
    "--stage",
    type=click.Choice([each.value for each in Stage]),
    default=Stage.DECLARED.value,
    show_default=True,
    help="Count by the figures that were declared, verified on site, or accepted.",
)


@click.command()
@WORKSPACE
@click.option("--as-of", "day", default="", help="YYYY-MM-DD: as it stood at the end of that day.")
@_ROUND
@_STAGE
@AS_JSON
def rollup(workspace: Path, day: str, of: str, stage: str, as_json: bool) -> None:
    """Every school and indicator: verdicts on declared, verified and accepted figures."""
    with opened(workspace, role="bureau") as ws:
        here = desk_of_round(ws, of)
        found = (board_of_day(ws, day, of=here) if day else board(ws, of=here)).by(Stage(stage))
    if as_json:
        print_json(
            {
                "stage": stage,
                "rates": {one.value: asdict(found.tally(one)) for one in Stage},
                "results": [
                    {
                        "unit": line.unit.code,
                        "indicator": name,
                        **{stage.value: line.judged[stage][name].verdict.value for stage in Stage},
                    }
                    for line in found.lines
                    for pack in line.packs
                    for name in pack.indicators
                ],
            }
        )
        return
    rate = found.rate()
    said = _("达标 {met} 所，达标率 {rate}%（{met}/{scope}）。").format(
        met=found.met, rate=percent(rate) if rate is not None else "—", scope=len(found.in_scope)
    )
    say(reported_line(found) + said)
    stages = stages_line(found)
    if stages:
        say(stages)
    short = shortage_line(found)
    if short:
        say(short)
    for line in found.lines:
        signs = "".join(line.asked(name).sign for name in line.deciding.indicators)
        say(f"{line.unit.code}　{signs}　{line.conclusion.outcome.word}　{line.state.word}　{line.unit.name}")


@click.command("outliers")
@WORKSPACE
@_ROUND
@_STAGE
@AS_JSON
def outliers_(workspace: Path, of: str, stage: str, as_json: bool) -> None:
    """List values of the deciding standard that are far from those of similar schools."""
    with opened(workspace, role="bureau") as ws:
        found = board(ws, of=desk_of_round(ws, of)).by(Stage(stage))
    lines, indicators = {line.unit.code: line for line in found.lines}, found.indicators
    rows = [
        (lines[unit], name, around, value)
        for (unit, name), around in outliers(found).items()
        if (value := lines[unit].judged[found.stage][name].value) is not None
    ]
    if as_json:
        print_json(
            {
                "outliers": [
                    {
                        "unit": line.unit.code, "indicator": name, "value": str(value), "low": str(around.low),
                        "high": str(around.high), "peers": around.peers,
                    }
                    for line, name, around, value in rows
                ]
            }
        )  # fmt: skip
        return
    for line, name, around, value in rows:
        indicator = indicators[name]
        say(
            _("{school}　{indicator} {value} {unit}　同类 {count} 所一般在 {low} 到 {high} 之间").format(
                school=line.unit.name, indicator=pick(indicator.text), value=shown(value), unit=indicator.unit,
                count=around.peers, low=shown(max(around.low, Fraction(0))), high=shown(around.high),
            )
        )  # fmt: skip
    if not rows:
        say(_("没有与同类差得多的数（同类至少要 {count} 所）。").format(count=FEWEST))


@click.command("trend")
@WORKSPACE
@AS_JSON
def trend_(workspace: Path, as_json: bool) -> None:
    """Say how the city did round by round, each by its own standards, on what was declared."""
    with opened(workspace, role="bureau") as ws:
        found = trend(ws)
    if as_json:
        print_json(
            {
                "rounds": [
                    {
                        "period": each.round.period, "standard": each.deciders[0].id,
                        "standards": [one.id for one in each.deciders], "scope": each.scope,
                        "received": each.received, "met": each.met,
                        "indicators": {name: list(counts) for name, counts in each.indicators.items()},
                        **{
                            stage.value: {"known": known, "met": met}
                            for stage, (known, met) in each.stages.items()
                        },
                    }
                    for each in found
                ]
            }
        )  # fmt: skip
        return
    for each in found:
        say(
            _("{period}　应报 {scope} 所，已报 {received} 所，按申报值达标 {met} 所，达标率 {rate}%　{standard}").format(
                period=each.round.period, scope=each.scope, received=each.received, met=each.met,
                rate=percent(each.rate) if each.rate is not None else "—",
                standard=_("；").join(pick(one.text) for one in each.deciders),
            )
        )  # fmt: skip
        for stage, (known, met) in each.stages.items():
            if known:
                say(
                    "　　"
                    + _("按{stage}达标 {met} 所（有{stage}的 {known} 所）").format(
                        stage=stage.word, met=met, known=known
                    )
                )
    if not found:
        say(_("还没有年度任务。"))


@click.command()
@WORKSPACE
@click.option("--tables", "folder", required=True, type=FILE, metavar="DIR", help="A new or empty folder.")
@_ROUND
def export(workspace: Path, folder: Path, of: str) -> None:
    """Write all data of the round as plain tables (CSV) with a dictionary, for other programs."""
    with opened(workspace, role="bureau") as ws:
        files = export_tables(ws, folder, of=of, progress=Bar())
    say(_("已导出 {count} 张表：{folder}").format(count=len(files), folder=folder))


@click.command()
@WORKSPACE
@click.argument("kind")
@OUTPUT
@click.option("--half", default="", help="For `plan`: the half-year, 2026-1 or 2026-2.")
@click.option("--as-of", "day", default="", help="For `rollup` and `briefing`: YYYY-MM-DD, as of the end of that day.")
@_ROUND
@_STAGE
def report(workspace: Path, kind: str, target: Path, half: str, day: str, of: str, stage: str) -> None:
    """Write a document (.xlsx or .docx). KIND: rollup, briefing, plan."""
    with opened(workspace, role="bureau") as ws:
        reports.write(ws, kind, target, reports.Asked(half, day, of, Stage(stage)))
    say(_("已生成：{file}").format(file=target))


@click.command()
@WORKSPACE
@click.argument("kind")
@click.option("--standard", default="", help="Only the schools this standard decides about.")
@_ROUND
@_STAGE
@OUTPUT
def chart(workspace: Path, kind: str, standard: str, of: str, stage: str, target: Path) -> None:
    """Draw a chart to a .png. KIND: indicators, counties, heat."""
    from vetdesk.charts.draw import to_png

    with opened(workspace, role="bureau") as ws:
        reports.chart(
            ws, kind, target, draw=to_png, standard=standard, asked=reports.Asked(round=of, stage=Stage(stage))
        )
    say(_("已生成：{file}").format(file=target))


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--schools", type=click.IntRange(1, 2000), default=12, show_default=True, help="How many schools.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--rounds", type=click.IntRange(1, 2), default=1, show_default=True, help="How many years.")
def demo(folder: Path, schools: int, seed: int, rounds: int) -> None:
    """Build a demo city in a new folder DIR and run the whole loop on it."""
    from vetdesk.charts.draw import to_png

    result = demo_city.build(folder, schools=schools, seed=seed, rounds=rounds, draw=to_png, progress=Bar())
    say(result.summary)


COMMANDS = (rollup, outliers_, trend_, export, report, chart, demo)
