"""The demo: an invented city goes through the whole loop, on real workspaces, workbooks and signed files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.operations import (
    decide,
    demo_city,
    demo_second_round,
    harvest,
    inspect,
    publish_round,
    read_register,
    receive,
    rectify,
    reply,
    report,
)
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.demo_city import DemoSchool
from vetdesk.models.operations.desk import desk, unit_of
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.submit import submit
from vetdesk.models.packs.typed import plain_value
from vetdesk.models.records.changes import Progress, silent
from vetdesk.models.records.errors import BugError, KnownError
from vetdesk.models.records.facts import Stage, State
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports.city_rollup import percent, shortage_line
from vetdesk.models.rollup.board import Board
from vetdesk.models.rollup.charts import ChartSpec
from vetdesk.models.store import figures, inspection
from vetdesk.models.store.workspace import Workspace, open_workspace

PACKS = ("cn_db_2022_zz", "cn_zz_2010")
PERIOD = "2026"


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo city: its folder and a readable summary."""

    folder: Path
    summary: str


def build(
    folder: Path,
    *,
    schools: int,
    seed: int,
    draw: Callable[[ChartSpec, Path], None],
    rounds: int = 1,
    progress: Progress = silent,
) -> Demo:
    """Build the city in a new or empty folder and run the loop, in a second year too where two `rounds` are asked for.

    Raises KnownError where the folder is in use, and for a second year of a city that is too small.
    """
    if rounds > 1 and schools < demo_second_round.FEWEST:
        raise KnownError(
            _("第二年要合并、拆分学校，至少要 {count} 所，没有建立演示城市。").format(count=demo_second_round.FEWEST),
            code="too_few",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KnownError(
            _("“{folder}”里已经有文件，没有建立演示城市。请换一个空文件夹。").format(folder=folder), code="not_empty"
        )
    city = _City(folder, demo_city.schools(schools, seed), seed, progress)
    city.set_up()
    city.schools_submit()
    city.bureau_receives()
    city.inspect()
    city.feed_back()
    city.rectify()
    city.accept()
    if rounds > 1:
        city.second_year()
    return Demo(folder, city.finish(draw))


class _City:
    """One run of the loop, step by step."""

    def __init__(self, folder: Path, made: list[DemoSchool], seed: int, progress: Progress) -> None:
        self.folder = folder
        self.made = made
        self.seed = seed
        self.chance = random.Random(f"draw {seed}")  # noqa: S311 - a demo's draw
        self.progress = progress
        self.packages = folder / "packages"
        self.inputs = folder / "inputs"
        self.steps: list[str] = []
        self.inspected: list[DemoSchool] = []

    def _note(self, text: str) -> None:
        self.steps.append(text)

    @property
    def submitting(self) -> list[DemoSchool]:
        return [each for each in self.made if each.kind != "silent"]

    def school(self, each: DemoSchool) -> Workspace:
        workspace = open_workspace(self.folder / "schools" / each.code)
        workspace.actor.name = workspace.meta("person")
        return workspace

    def bureau(self) -> Workspace:
        workspace = open_workspace(self.folder / "bureau")
        workspace.actor.name = workspace.meta("person")
        return workspace

    def set_up(self) -> None:
        """The bureau: register and round."""
        self.packages.mkdir(parents=True)
        self.inputs.mkdir()
        register_file = self.inputs / "学校名录.xlsx"
        demo_city.write_register(self.made, register_file)
        name = _("示例市教育体育局{demo}").format(demo=demo_city.DEMO)
        with set_up_bureau(self.folder / "bureau", name=name, district="411400", officer="演示经办人") as bureau:
            offer = read_register.look(register_file)
            read_register.take(bureau, offer)
            plan = publish_round.RoundPlan(PACKS, PERIOD, f"{PERIOD}-12-31", reference_date=f"{PERIOD}-09-01")
            publish_round.publish(bureau, plan, self.packages / "01_任务包.vdpkg")
        self._note(_("主管部门导入名录 {count} 所，发布任务包。").format(count=len(offer.units)))

    def schools_submit(self) -> None:
        """Every school opens the task file, fills from its workbooks, attaches evidence, submits."""
        campaign = read_campaign(self.packages / "01_任务包.vdpkg")
        rejected = 0
        for at, each in enumerate(self.made):
            self.progress(at, len(self.made), each.name)
            place = self.inputs / each.code
            place.mkdir()
            folder = self.folder / "schools" / each.code
            with open_campaign(folder, campaign, unit=each.code, filler=f"演示填报人{at + 1}") as school:
                declared = {**each.facts, **each.overstated}
                demo_city.write_workbook(each, each.last_year, place / "去年报表.xlsx")
                demo_city.write_workbook(each, declared, place / "今年报表.xlsx")
                for name, year in (("去年报表.xlsx", figures.LAST), ("今年报表.xlsx", figures.THIS)):
                    offer = harvest.look(school, [place / name], year=year)
                    rejected += len(offer.rejected)
                    harvest.take(school, offer, year=year)
                set_figures(school, demo_city.words(each))
                if each.kind == "silent":
                    continue
                for indicator, path in demo_city.write_evidence(each, place).items():
                    attach(school, path, indicator=indicator)
                self._send(school, each, 1)
        self.progress(len(self.made), len(self.made), "")
        self._note(
            _("{count} 所学校从教基报表取数并上报，{silent} 所未上报。").format(
                count=len(self.submitting), silent=len(self.made) - len(self.submitting)
            )
        )

    def _send(self, school: Workspace, each: DemoSchool, version: int) -> None:
        for rule in standing(school).unexplained():
            explain(school, rule.rule.id, _("演示说明：已核对原始台账，数据属实。"))
        submit(school, self.packages / f"02_上报包_{each.code}_第{version}版.vdpkg")

    def _receive(self, workspace: Workspace, paths: list[Path]) -> receive.Received:
        result = receive.receive(workspace, paths)
        refused = [each.sentence for each in result.offers if each.outcome is receive.Outcome.REFUSED]
        if refused:
            raise BugError(refused[0])
        return result

    def bureau_receives(self) -> None:
        """One batch, identities compared, receipts back."""
        with self.bureau() as bureau:
            result = self._receive(bureau, sorted(self.packages.glob("02_*_第1版.vdpkg")))
            for each in self.submitting:
                found = decide.current(bureau, each.code)
                decide.confirm_identity(bureau, each.code, who="演示经办人", digits=decide.digits_of(bureau, found.key))
            reply.reply(bureau, self.packages / "03_回执.vdpkg")
        for each in self.submitting:
            with self.school(each) as school:
                self._receive(school, [self.packages / "03_回执.vdpkg"])
        self._note(_("主管部门接收 {count} 个上报包，核对身份，发回执；各校已收到回执。").format(count=result.taken))

    def inspect(self) -> None:
        """Two inspectors check a third of the schools on site."""
        self.inspected = [each for each in self.submitting if each.overstated][: max(2, len(self.made) // 3)]
        self.chance.shuffle(self.inspected)
        groups = [self.inspected[0::2], self.inspected[1::2]]
        marks = findings = 0
        for number, group in enumerate(groups, start=1):
            if not group:
                continue
            task = self.packages / f"04_核查任务包_{number}.vdpkg"
            with self.bureau() as bureau:
                inspect.assign(
                    bureau, task, inspector=str(number), units=[each.code for each in group],
                    encrypt=False,  # invented data, and nobody to tell a password to
                )  # fmt: skip
            folder = self.folder / "inspectors" / str(number)
            with (
                inspect.opened_task(task) as found,
                inspect.open_task(folder, found, name=f"演示专家{number}") as inspector,
            ):
                for each in group:
                    done, noted = self._visit(inspector, each)
                    marks += done
                    findings += noted
                result = self.packages / f"05_核查结果包_{number}.vdpkg"
                inspect.hand_back(inspector, result)
            with self.bureau() as bureau:
                self._receive(bureau, [result])
        self._note(
            _("核查专家现场核查 {schools} 所，核实 {marks} 项，记下问题 {findings} 个。").format(
                schools=len(self.inspected), marks=marks, findings=findings
            )
        )

    def _visit(self, inspector: Workspace, each: DemoSchool) -> tuple[int, int]:
        """Every declared figure is checked against the truth; what was overstated becomes a finding."""
        round_id = desk(inspector).round.id
        declared = figures.read(inspector, round_id, each.code)
        findings = 0
        for fact, entry in declared.items():
            if entry.state is not State.GIVEN:
                continue
            if fact not in each.overstated:
                inspect.mark(inspector, each.code, fact, found="agree", method="register_check")
                continue
            inspect.mark(
                inspector, each.code, fact, found="differ", value=each.facts[fact], method="measure",
                note=_("现场实测与申报不一致。"),
            )  # fmt: skip
            pack = desk(inspector).decider(unit_of(inspector, each.code))
            indicator = next(name for name, item in pack.indicators.items() if fact in item.facts)
            inspect.note_finding(
                inspector, each.code, indicator=indicator, fact=fact, due=f"{PERIOD}-12-15",
                problem=_("{name}申报 {declared}，现场核实 {truth}。").format(
                    name=pick(pack.fields[fact].text), declared=entry.text, truth=each.facts[fact]
                ),
                advice=_("更正申报数据，并补充佐证材料。"),
            )  # fmt: skip
            findings += 1
        return len(declared), findings

    def feed_back(self) -> None:
        """Findings go back to the schools; a figure is returned with a remark."""
        with self.bureau() as bureau:
            for each in self.inspected:
                remarks = {fact: _("与现场核实不一致，请更正。") for fact in each.overstated}
                decide.return_figures(bureau, each.code, remarks, due=f"{PERIOD}-12-15")
            reply.reply(bureau, self.packages / "06_反馈意见.vdpkg")
        for each in self.submitting:
            with self.school(each) as school:
                self._receive(school, [self.packages / "06_反馈意见.vdpkg"])
        self._note(_("反馈意见发出，{count} 所学校被退回修改。").format(count=len(self.inspected)))

    def rectify(self) -> None:
        """The schools correct, answer their findings and submit again; the bureau closes what is fixed."""
        for each in self.inspected:
            with self.school(each) as school:
                set_figures(school, {fact: each.facts[fact] for fact in each.overstated})
                for finding in inspection.findings(school, desk(school).round.id):
                    rectify.answer(school, finding.id, measure=_("已按实测数据更正。"), done=True)
                self._send(school, each, 2)
        closed = 0
        with self.bureau() as bureau:
            self._receive(bureau, sorted(self.packages.glob("02_*_第2版.vdpkg")))
            for finding in inspection.findings(bureau, desk(bureau).round.id)[:-1]:
                rectify.close(bureau, finding.id)
                closed += 1
        self._note(
            _("{count} 所学校更正后重新上报，{closed} 个问题销号。").format(count=len(self.inspected), closed=closed)
        )

    def accept(self) -> None:
        """The bureau accepts what came in, and tells the schools."""
        with self.bureau() as bureau:
            for each in self.submitting:
                decide.accept(bureau, each.code)
            reply.reply(bureau, self.packages / "07_反馈意见.vdpkg")
        for each in self.submitting:
            with self.school(each) as school:
                self._receive(school, [self.packages / "07_反馈意见.vdpkg"])
        self._note(_("审核通过 {count} 所，各校已收到。").format(count=len(self.submitting)))

    def second_year(self) -> None:
        """The next year, after two schools merged and one was split."""
        year = demo_second_round.second_year(self.made, self.seed)
        self._note(demo_second_round.run(self.folder, PACKS, str(int(PERIOD) + 1), year, self.bureau, self.progress))

    def finish(self, draw: Callable[[ChartSpec, Path], None]) -> str:
        """The results: roll-up, chart, accepted facts, summary."""
        with self.bureau() as bureau:
            found = board(bureau)
            report.write(bureau, "rollup", self.folder / "rollup.xlsx")
            report.chart(bureau, "indicators", self.folder / "chart.png", draw=draw)
            facts = _accepted(bureau, found)
        text = json.dumps(facts, ensure_ascii=False, indent=1)
        (self.folder / "facts.json").write_text(text + "\n", encoding="utf-8")
        summary = self._summary(found)
        (self.folder / "summary.md").write_text(summary, encoding="utf-8")
        return summary

    def _summary(self, found: Board) -> str:
        rate = found.rate()
        lines = [f"# {_('演示城市')}", "", *(f"{at}. {text}" for at, text in enumerate(self.steps, start=1)), ""]
        lines.append(
            _("应报 {total} 所，已报 {received} 所，达标 {met} 所，达标率 {rate}%（{met}/{scope}）。").format(
                total=len(found.lines),
                received=found.received,
                met=found.met,
                rate=percent(rate) if rate is not None else "—",
                scope=len(found.in_scope),
            )
        )
        lines += [
            shortage_line(found),
            "",
            f"| {_('学校')} | {_('状态')} | {_('结论')} | {_('还差')} |",
            "|---|---|---|---|",
        ]
        from vetdesk.models.packs.conclude import shortages_text

        for line in found.lines:
            short = shortages_text(line.deciding, line.conclusion.shortages)
            lines.append(f"| {line.unit.name} | {line.state.word} | {line.conclusion.outcome.word} | {short} |")
        return "\n".join(lines) + "\n"


def _accepted(bureau: Workspace, found: Board) -> dict[str, dict[str, Any]]:
    """Accepted facts of every school as `evaluate` reads them, in each fact's own unit where that is exact."""
    fields = desk(bureau).fields
    by_unit = figures.read_all(bureau, desk(bureau).round.id, stage=Stage.ACCEPTED)
    facts: dict[str, dict[str, Any]] = {}
    for line in found.lines:
        entries = by_unit.get(line.unit.code, {})
        values = {name: plain_value(fields[name], entry) for name, entry in entries.items() if name in fields}
        facts[line.unit.code] = {name: value for name, value in values.items() if value is not None}
    return facts
