"""The two kinds of error: what a person can mend (`KnownError`), and what is our fault (`BugError`)."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit status of the command line (DESIGN section 7)."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    BUSY = 3
    STORAGE = 4
    NEWER = 5


class KnownError(Exception):
    """Something the user or the environment can mend: one sentence with what, where, why and the remedy."""

    def __init__(self, sentence: str, *, status: ExitStatus = ExitStatus.REFUSED, code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.code = code


class BugError(Exception):
    """A promise of our own code was broken; the report goes to the developers."""
