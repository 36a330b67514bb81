"""The command line as a person at it sees it: what was answered, on which stream, with which status."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from vetdesk.ui.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert self.out.count("\n") == 1
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON object of a command that succeeded without a word on standard error."""
        assert (self.status, self.err) == (0, "")
        return self.json

    @property
    def lines(self) -> list[str]:
        """The lines for people."""
        assert (self.status, self.err) == (0, "")
        return self.out.splitlines()

    def refused(self, status: int = 1) -> str:
        """The one plain line of a refusal."""
        assert (self.status, self.out, self.err.count("\n")) == (status, "", 1)
        assert self.err.endswith("\n")
        for word in ("Traceback", "内部出错", "KeyError"):
            assert word not in self.err
        return self.err.strip()


class Line:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        """Run one command."""
        self._capsys.readouterr()
        status = main([str(each) for each in arguments])
        out, err = self._capsys.readouterr()
        return Ran(status, out, err)

    def fine(self, *arguments: object) -> Ran:
        """Run one command that must succeed without a word on standard error."""
        ran = self(*arguments)
        assert (ran.status, ran.err) == (0, "")
        return ran
