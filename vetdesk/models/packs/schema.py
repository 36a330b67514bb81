"""How people write a standard: the parts of its source form, said once. The files, the workbook and the editor follow it.

The source form is nested plain values as in `pack.toml`. Each part (`Sheet`) is a list of rows, or the one row of the
pack itself; each `Column` names where its value lies (`issuer.zh` inside `issuer`) and how it is written in a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vetdesk.models.records.words import mark


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row. `kind`: text, flag, words, pairs, texts, cmp, bands, related, json."""

    key: str
    heading: str
    kind: str = "text"
    default: bool = False
    required: bool = False
    wide: int = 16
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part: its key in the source form, its name, its columns. `parent`: rows belong to rows of another part."""

    key: str
    name: str
    columns: tuple[Column, ...]
    parent: str = ""

    def column(self, key: str) -> Column:
        """The column of a key."""
        return next(each for each in self.columns if each.key == key)


_ID = Column("id", mark("编号"), required=True, wide=20, hint=mark("小写字母、数字和下划线，以字母开头"))
_ZH = Column("zh", mark("名称"), required=True, wide=34)
_EN = Column("en", mark("英文名称"), required=True, wide=30)
_EVIDENCE = Column("evidence", mark("佐证材料"), "texts", wide=34, hint=mark("每行一条；英文在右边一列，行数相同"))
_PROMPTS = Column("prompts", mark("现场提示"), "texts", wide=34, hint=mark("核查专家现场看什么，每行一条"))
_NOTE = (Column("note.zh", mark("备注"), wide=24), Column("note.en", mark("英文备注"), wide=24))
_RELATED = Column(
    "related",
    mark("相关标准"),
    "related",
    wide=26,
    hint=mark("每行：标准编号 指标编号 equal、stricter、looser、overlaps 或 other_base"),
)
_APPLIES = Column("applies", mark("适用条件"), wide=26, hint=mark("成立时才适用；不知道时按适用"))
_CONFIDENCE = mark("FOUND、KNOWN、SEED、CONFIRMED 为已确认，UNSURE 为待核")

PACK = Sheet(
    "pack",
    mark("标准"),
    (
        Column("id", mark("编号"), required=True),
        Column("version", mark("版本"), required=True),
        Column("zh", mark("名称"), required=True),
        Column("en", mark("英文名称"), required=True),
        Column("issuer.zh", mark("发布单位"), required=True),
        Column("issuer.en", mark("英文发布单位"), required=True),
        Column("document", mark("文号"), required=True),
        Column("effective_from", mark("施行日期")),
        Column("effective_until", mark("废止日期")),
        Column("applies", mark("适用范围"), hint=mark("成立时才适用；空着表示都适用")),
        Column("about.zh", mark("说明")),
        Column("about.en", mark("英文说明")),
        Column("pass_mark", mark("合格分"), hint=mark("按总分下结论时填写")),
        Column("also", mark("另收数据项"), "words", hint=mark("只为校验而填的数据项，每行一个")),
        Column("base", mark("基础标准"), hint=mark("地方补充叠加在哪个标准上")),
        Column("basis", mark("叠加依据"), hint=mark("文件和文号")),
        Column("inherit.rest", mark("沿用其余指标"), "flag", hint=mark("照原样沿用；下面几项有填写时不必再选")),
        Column("inherit.from", mark("沿用编号前缀"), hint=mark("基础标准的指标编号以此开头")),
        Column("inherit.to", mark("改为前缀")),
        Column("inherit.confidence", mark("沿用值的可信度"), hint=_CONFIDENCE),
        Column("inherit.note.zh", mark("沿用备注")),
        Column("inherit.note.en", mark("沿用英文备注")),
        Column("inherit.groups", mark("沿用时改归类"), "pairs", hint=mark("每行：指标编号=分类编号")),
        Column("inherit.open", mark("沿用时去掉达标值"), "flag", hint=mark("只沿用指标，达标值由地方另定")),
    ),
)
GROUPS = Sheet("groups", mark("分类"), (_ID, _ZH, _EN, _EVIDENCE, _PROMPTS))
INDICATORS = Sheet(
    "indicators",
    mark("指标"),
    (
        _ID,
        Column("group", mark("分类"), required=True),
        _ZH,
        _EN,
        Column("unit", mark("单位"), wide=10),
        Column("formula", mark("公式"), required=True, wide=48),
        Column("cmp", mark("比较"), "cmp", required=True, wide=8, hint=mark("≥ ≤ > < = ≈（约等于，不判达标）")),
        Column("key", mark("关键指标"), "flag", default=True, wide=10),
        Column("veto", mark("一票否决"), "flag", wide=10),
        _APPLIES,
        Column("stands_for", mark("对应基础指标"), hint=mark("地方补充：代替基础标准的哪项指标")),
        Column(
            "relation", mark("与基础相比"), hint=mark("same 未变、tighten 从严、relax 放宽、replace 改口径、add 新增")
        ),
        Column("scoring.method", mark("计分方法"), hint=mark("ratio、grade、count、deduct、all_pass")),
        Column("scoring.points", mark("分值"), wide=8),
        Column("scoring.floor", mark("零分线"), wide=8),
        Column("scoring.each", mark("每例扣分"), wide=8),
        Column("scoring.limit", mark("最多扣分"), wide=8),
        Column("scoring.bands", mark("等级分界"), "bands", hint=mark("每行：等级 分界值 得分比例，例如 A 95 1")),
        _EVIDENCE,
        _PROMPTS,
        *_NOTE,
        _RELATED,
    ),
)
BARS = Sheet(
    "bars",
    mark("达标值"),
    (
        Column("when", mark("适用情形"), wide=40, hint=mark("成立时用这一档；自上而下，第一个成立的算数")),
        Column("unknown", mark("情形不明时"), hint=mark("skip：看下一档；空着：等数据")),
        Column("value", mark("达标值"), wide=20, hint=mark("数字或公式；不知道就空着")),
        Column("waives", mark("免除"), "flag", hint=mark("情形成立就算达标，不再看数值")),
        Column("floor", mark("限制线"), hint=mark("第二条线，低于它受限制")),
        Column("article", mark("条款"), wide=20),
        Column("document", mark("文件"), wide=20, hint=mark("与标准的文号不同时填写")),
        Column("confidence", mark("可信度"), required=True, hint=_CONFIDENCE),
        Column("floor_confidence", mark("限制线可信度"), hint=_CONFIDENCE),
        Column("soft", mark("原则性要求"), "flag", hint=mark("原文写“一般”“原则上”")),
        Column("from", mark("生效日期")),
        Column("until", mark("失效日期")),
        *_NOTE,
        Column("confirmed", mark("确认记录"), "pairs", wide=24, hint=mark("谁、何时、按哪个文件确认，由程序写")),
    ),
    parent="indicators",
)
ITEMS = Sheet(
    "items",
    mark("定性条件"),
    (
        _ID,
        Column("group", mark("分类"), required=True),
        Column("zh", mark("条件"), required=True, wide=60),
        Column("en", mark("英文条件"), required=True, wide=50),
        Column("article", mark("条款"), wide=20),
        Column("document", mark("文件"), wide=20),
        Column("confidence", mark("可信度"), required=True, hint=_CONFIDENCE),
        Column("confirmed", mark("确认记录"), "pairs", wide=24, hint=mark("谁、何时、按哪个文件确认，由程序写")),
        Column("enough", mark("达到什么算达标"), hint=mark("yes 符合（默认）、partly 基本符合")),
        Column("key", mark("关键指标"), "flag", default=True, wide=10),
        Column("veto", mark("一票否决"), "flag", wide=10),
        Column("soft", mark("原则性要求"), "flag", wide=10),
        _APPLIES,
        Column("scoring.method", mark("计分方法"), hint=mark("ratio、grade、all_pass")),
        Column("scoring.points", mark("分值"), wide=8),
        Column("scoring.bands", mark("等级分界"), "bands", hint=mark("每行：等级 分界值 得分比例，例如 A 1 1")),
        _EVIDENCE,
        _PROMPTS,
        *_NOTE,
        _RELATED,
    ),
)
FACTS = Sheet(
    "facts",
    mark("自有数据项"),
    (
        _ID,
        _ZH,
        _EN,
        Column("unit", mark("单位"), wide=10),
        Column("kind", mark("类型"), required=True, hint=mark("int 整数、dec 小数、text 文字、bool 是否、table 表格")),
        Column("section", mark("栏目"), required=True),
        Column("about.zh", mark("口径"), wide=34),
        Column("about.en", mark("英文口径"), wide=34),
        Column("aliases", mark("别名"), "words", wide=24),
        Column("formula", mark("公式"), wide=34, hint=mark("由别的数据项算出时填写")),
        Column("adjust", mark("可补"), "flag", hint=mark("学校能靠增加它来补缺口")),
        Column("short.zh", mark("缺口里的叫法")),
        Column("short.en", mark("缺口里的英文叫法")),
        Column("form", mark("来源报表")),
        Column("choices", mark("可选值"), "words"),
        Column("part_of", mark("其中项属于")),
        Column("columns", mark("表格的列"), "json", wide=40),
    ),
)
SWITCHES = Sheet(
    "switches",
    mark("计数口径"),
    (
        Column("id", mark("口径编号"), required=True, hint=mark("k1 到 k6，见标准一览；没有写的按程序自带的")),
        Column("value", mark("取值"), required=True, hint=mark("1 是、0 否")),
        Column("confidence", mark("可信度"), required=True, hint=_CONFIDENCE),
        Column("document", mark("依据"), required=True, wide=40),
    ),
)
RULES = Sheet(
    "rules",
    mark("自有校验规则"),
    (
        _ID,
        Column("severity", mark("轻重"), required=True, hint=mark("block 不能上报、must_explain 需说明、notice 提醒")),
        Column("lacking", mark("缺数据时"), hint=mark("silent 不提（默认）、ask 提示、known_parts 按已填部分")),
        Column("when", mark("何时触发"), required=True, wide=48),
        Column("zh", mark("提示"), required=True, wide=40),
        Column("en", mark("英文提示"), required=True, wide=40),
    ),
)
GRADES = Sheet(
    "grades",
    mark("结论"),
    (
        _ID,
        _ZH,
        _EN,
        Column(
            "when",
            mark("何时成立"),
            required=True,
            wide=48,
            hint=mark("可用 met unmet open unverified below_floor 等计数和数据项"),
        ),
        Column("certain", mark("数据不全也成立"), "flag"),
        Column("good", mark("算达到"), "flag"),
    ),
)
DROPPED = Sheet(
    "dropped",
    mark("不沿用"),
    (
        Column("indicator", mark("基础指标"), required=True),
        Column("why.zh", mark("原因"), required=True, wide=40),
        Column("why.en", mark("英文原因"), required=True, wide=40),
    ),
)
LINEAGE = Sheet(
    "lineage",
    mark("沿革"),
    (
        Column("what", mark("类别"), required=True, hint=mark("fact 数据项、indicator 指标")),
        Column(
            "relation", mark("变化"), required=True, hint=mark("renamed 改名、split 拆分、merged 合并、retired 停用")
        ),
        Column("old", mark("旧编号"), "words", required=True),
        Column("new", mark("新编号"), "words"),
    ),
)
TASKS = Sheet(
    "tasks",
    mark("任务"),
    (
        Column("no", mark("序号"), required=True, wide=8),
        Column("zh", mark("名称"), required=True, wide=40),
        Column("en", mark("英文名称"), required=True, wide=40),
        Column("lead", mark("牵头单位"), "words", wide=30),
        Column("responsible", mark("责任单位"), "words", wide=40),
        Column("indicators", mark("相关指标"), "words", wide=24),
    ),
)
EXAMPLES = Sheet(
    "examples",
    mark("样例"),
    (
        Column("name", mark("样例名称"), required=True, wide=40),
        Column(
            "facts",
            mark("数据"),
            "pairs",
            wide=48,
            hint=mark("每行：数据项=值，只写与基础数据不同的"),
        ),
        Column(
            "expect",
            mark("应有结论"),
            "pairs",
            required=True,
            wide=40,
            hint=mark("每行：指标=met、unmet、incomplete、unverified 等"),
        ),
        Column("values", mark("应有数值"), "pairs", wide=30),
        Column("as_of", mark("按哪天")),
        Column("grade", mark("应有的结论等级")),
    ),
)
BASE = Sheet(
    "base",
    mark("样例基础数据"),
    (
        Column("fact", mark("数据项"), required=True, wide=30),
        Column("value", mark("值"), required=True, wide=30),
    ),
)
LISTS = (GROUPS, INDICATORS, ITEMS, FACTS, SWITCHES, RULES, GRADES, DROPPED, LINEAGE, TASKS, EXAMPLES)
SHEETS = (
    PACK,
    GROUPS,
    INDICATORS,
    BARS,
    ITEMS,
    FACTS,
    SWITCHES,
    RULES,
    GRADES,
    DROPPED,
    LINEAGE,
    TASKS,
    BASE,
    EXAMPLES,
)
"""In the order of the workbook."""

Source = dict[str, Any]


def get(row: Mapping[str, Any], key: str) -> Any:
    """The value of a dotted key; None where there is none."""
    found: Any = row
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def put(row: dict[str, Any], key: str, value: Any) -> None:
    """Set the value of a dotted key."""
    *outer, last = key.split(".")
    for part in outer:
        row = row.setdefault(part, {})
    row[last] = value


def is_default(column: Column, value: Any) -> bool:
    """Whether a value is what an absent one means, so that it is not written."""
    if column.kind == "flag":
        return value is None or value is column.default
    return value is None or value in ("", [], {})


def unknown(source: Mapping[str, Any]) -> str:
    """The first key of a source form that no part knows, '' for none.

    Raises TypeError where a part is no table or no list of tables.
    """
    lists = {sheet.key: sheet for sheet in LISTS}
    for key in _unknown(PACK, {key: value for key, value in source.items() if key not in lists}):
        if key != "base_facts":
            return key
    for sheet in LISTS:
        for row in _rows(sheet.key, source.get(sheet.key, [])):
            own = {key: value for key, value in row.items() if not (sheet is INDICATORS and key == "bars")}
            for key in _unknown(sheet, own):
                return key
            if sheet is INDICATORS:
                for bar in _rows("bars", row.get("bars", [])):
                    for key in _unknown(BARS, bar):
                        return key
    return ""


def _rows(key: str, value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise TypeError(key)
    return value


def _unknown(sheet: Sheet, row: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """The keys of a row that are no column of its part; a dotted column's own table is looked into."""
    known = {column.key for column in sheet.columns}
    for key, value in row.items():
        name = f"{start}{key}"
        if name in known:
            continue
        if any(each.startswith(f"{name}.") for each in known):
            if not isinstance(value, Mapping):
                raise TypeError(name)
            yield from _unknown(sheet, value, f"{name}.")
        else:
            yield name


def tidy(source: Mapping[str, Any]) -> Source:
    """The source form in its one shape: known keys only, in the order of the schema, nothing that says nothing."""
    found = _tidy_row(PACK, source)
    if source.get("inherit") == {}:
        found["inherit"] = {"rest": True}
    for sheet in LISTS:
        rows = [_tidy_row(sheet, row) for row in source.get(sheet.key, ())]
        if sheet is INDICATORS:
            for row, given in zip(rows, source.get(sheet.key, ()), strict=True):
                row["bars"] = [_tidy_row(BARS, bar) for bar in given.get("bars", ())]
        if rows:
            found[sheet.key] = rows
    base = {str(fact): value for fact, value in source.get("base_facts", {}).items()}
    if base:
        found["base_facts"] = base
    return found


def _tidy_row(sheet: Sheet, row: Mapping[str, Any]) -> Source:
    found: Source = {}
    for column in sheet.columns:
        value = get(row, column.key)
        if column.kind == "text" and isinstance(value, str | int | float) and not isinstance(value, bool):
            value = str(value).strip()
        if not is_default(column, value):
            put(found, column.key, value)
    return found
