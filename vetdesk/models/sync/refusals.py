"""Why a package is not taken: every reason has its own plain sentence, and nothing was changed."""

from __future__ import annotations

from enum import StrEnum

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import _, mark


class Refusal(StrEnum):
    """Reasons to refuse a file."""

    UNREADABLE = "unreadable"
    NOT_OURS = "not_ours"
    ARCHIVE = "archive"
    BACKUP = "backup"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    ALTERED = "altered"
    BAD_SIGNATURE = "bad_signature"
    NEWER = "newer"
    MALFORMED = "malformed"
    ENCRYPTED = "encrypted"
    UNKNOWN_SENDER = "unknown_sender"
    OTHER_SCHOOLS_KEY = "other_schools_key"
    REVOKED = "revoked"
    NOT_FOR_US = "not_for_us"
    OTHER_ROUND = "other_round"
    UNKNOWN_UNIT = "unknown_unit"
    WRONG_KIND = "wrong_kind"
    OLDER = "older"
    FORK = "fork"
    JUMP = "jump"
    OUTSIDE_SCOPE = "outside_scope"
    NO_ASSIGNMENT = "no_assignment"
    MISSING_EVIDENCE = "missing_evidence"
    JOURNAL = "journal"
    NOT_OUR_SCHOOL = "not_our_school"
    LATE_KEY = "late_key"
    OTHER_COMPUTER = "other_computer"
    NO_PASSWORD = "no_password"  # noqa: S105 - a reason, no secret
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, no secret

    @property
    def sentence(self) -> str:
        """What happened, what did not, what to do; with placeholders in braces."""
        return _(_SENTENCES[self])


_SENTENCES = {
    Refusal.UNREADABLE: mark("读不到文件“{file}”，没有接收。请检查文件是否还在、能否打开。"),
    Refusal.NOT_OURS: mark("“{file}”不是职教达标生成的文件，没有接收。请确认发来的是 .vdpkg 文件。"),
    Refusal.ARCHIVE: mark("“{file}”是压缩包，请先解压，再把里面的文件拖进来。没有接收。"),
    Refusal.BACKUP: mark("“{file}”是工作台的备份，没有接收。要用它恢复，请在开始页选“从备份恢复”。"),
    Refusal.TRUNCATED: mark("“{file}”不完整（缺 {lost}），没有接收。请对方重新发送。"),
    Refusal.TOO_LARGE: mark("“{file}”超过允许的大小，没有接收。请对方分成几个文件发送。"),
    Refusal.ALTERED: mark("“{file}”的内容与生成时不一致，没有接收。请对方重新发送原来的文件。"),
    Refusal.BAD_SIGNATURE: mark("“{file}”的签名不正确，可能被改动过，没有接收。请对方重新生成并发送。"),
    Refusal.NEWER: mark("“{file}”由新版程序生成，本机版本打不开，数据没有改动。请安装新版后再试。"),
    Refusal.MALFORMED: mark("“{file}”的内容不符合格式，没有接收。请对方用正式版本重新生成。"),
    Refusal.ENCRYPTED: mark("“{file}”已加密，只有{who}能打开，没有接收。"),
    Refusal.UNKNOWN_SENDER: mark("“{file}”不是由本单位认识的发件人签发的，没有接收。请向发件单位核实。"),
    Refusal.OTHER_SCHOOLS_KEY: mark("“{file}”的签名属于另一所学校，没有接收。请让本校用自己的电脑重新生成。"),
    Refusal.REVOKED: mark("“{file}”的签名已停用，没有接收。请与发件单位联系。"),
    Refusal.NOT_FOR_US: mark("“{file}”是发给别的单位的，没有打开。本单位的数据没有改动。"),
    Refusal.OTHER_ROUND: mark("“{file}”不属于本次年度任务，没有接收。请确认是不是往年的文件。"),
    Refusal.UNKNOWN_UNIT: mark("“{file}”的学校不在学校名录里，没有接收。请先把学校加入名录。"),
    Refusal.WRONG_KIND: mark("“{file}”是{kind}，不能在这里接收。请在{place}打开。"),
    Refusal.OLDER: mark("“{file}”（第 {seq} 版）比已接收的第 {last} 版旧，没有接收。"),
    Refusal.FORK: mark("“{file}”与已接收的上一版接不上：有两台电脑都在填，没有接收。请学校合并后重新上报。"),
    Refusal.JUMP: mark("“{file}”的版次（第 {seq} 版）不合常理，没有接收。请与发件单位联系。"),
    Refusal.OUTSIDE_SCOPE: mark("“{file}”包含不在核查任务内的学校，没有接收。请核查专家重新生成。"),
    Refusal.NO_ASSIGNMENT: mark("“{file}”不是本单位派出的核查任务的结果，没有接收。"),
    Refusal.JOURNAL: mark("“{file}”的修改记录有缺失或被改动过，没有接收。请发件单位用原来的电脑重新生成。"),
    Refusal.NOT_OUR_SCHOOL: mark("“{file}”是另一所学校的，没有接收。本校的数据没有改动。"),
    Refusal.LATE_KEY: mark("“{file}”由已停用的身份签发（停用前最后一版是第 {last} 版），没有接收。请与发件单位联系。"),
    Refusal.WRONG_PASSWORD: mark("打开“{file}”的口令不对，没有打开。请向{sender}核对口令。"),
    Refusal.OTHER_COMPUTER: mark(
        "“{file}”里有给本校的回复，但只有主管部门核对过身份的那台电脑能打开，没有接收。请主管部门核对这台电脑的身份码后重新生成回复。"
    ),
    Refusal.NO_PASSWORD: mark("“{file}”已加密，没有打开。请填发件单位（{sender}）电话告诉您的 12 位口令。"),
    Refusal.MISSING_EVIDENCE: mark("“{file}”缺少 {count} 个佐证材料文件，没有接收。请对方重新导出完整的文件。"),
}


class RefusedError(KnownError):
    """A package that is not taken."""

    def __init__(self, reason: Refusal, file: str, **details: object) -> None:
        status = ExitStatus.NEWER if reason is Refusal.NEWER else ExitStatus.REFUSED
        super().__init__(reason.sentence.format(file=file, **details), status=status, code=reason.value)
        self.reason = reason


KINDS = {
    "campaign": mark("任务包"),
    "amendment": mark("任务调整"),
    "submission": mark("上报包"),
    "evidence": mark("佐证材料分包"),
    "copy": mark("工作副本"),
    "receipt": mark("回执"),
    "feedback": mark("反馈意见"),
    "inspection": mark("核查任务包"),
    "review": mark("核查结果包"),
    "rectification": mark("整改包"),
    "standard": mark("标准更新"),
    "trust": mark("身份更新"),
    "register": mark("学校名录"),
    "recovery": mark("恢复包"),
    "bundle": mark("转报包"),
}


def kind_word(kind: str) -> str:
    """What the screen calls a kind of package."""
    return _(KINDS.get(kind, kind))


_FROM_START = frozenset({"campaign", "inspection", "recovery"})
"""Kinds that make a workspace of their own."""


def wrong_kind(kind: str, file: str) -> RefusedError:
    """The refusal of a package that has no business here, and where it belongs."""
    place = _("开始页") if kind in _FROM_START else _("收件单位的工作台里")
    return RefusedError(Refusal.WRONG_KIND, file, kind=kind_word(kind), place=place)
