"""What an operation touched, so that only the views concerned redraw; and how it tells its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int, str], None]
"""`progress(done, total, text)`; it may raise `Cancelled` to stop the work."""


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """The person cancelled; nothing was changed."""


def silent(_done: int, _total: int, _text: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The parts of a workspace an operation changed."""

    facts: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    packages: bool = False
    evidence: bool = False
    findings: bool = False
    register: bool = False
    rounds: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.facts | other.facts,
            self.units | other.units,
            self.packages or other.packages,
            self.evidence or other.evidence,
            self.findings or other.findings,
            self.register or other.register,
            self.rounds or other.rounds,
        )
