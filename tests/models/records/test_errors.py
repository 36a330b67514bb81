"""Errors of people carry a sentence, a status and a code."""

from __future__ import annotations

from vetdesk.models.records.errors import BugError, ExitStatus, KnownError


def test_a_known_error_is_refused_unless_told_otherwise() -> None:
    error = KnownError("没有这个文件。请检查文件名。")
    assert (str(error), error.sentence) == ("没有这个文件。请检查文件名。",) * 2
    assert (error.status, error.code) == (ExitStatus.REFUSED, "refused")


def test_a_known_error_keeps_its_status_and_code() -> None:
    error = KnownError("正在别处打开。", status=ExitStatus.BUSY, code="busy")
    assert (error.status, error.code) == (3, "busy")


def test_the_exit_statuses_are_those_promised() -> None:
    assert {each.name: each.value for each in ExitStatus} == {
        "DONE": 0, "REFUSED": 1, "USAGE": 2, "BUSY": 3, "STORAGE": 4, "NEWER": 5,
    }  # fmt: skip


def test_a_bug_is_not_an_error_of_people() -> None:
    assert not issubclass(BugError, KnownError)
