"""Receiving files."""

from __future__ import annotations

from tests.factory import FIRST, City
from vetdesk.models.operations import receive


def test_a_submission_is_taken_once(city: City) -> None:
    file = city.submission()
    first = receive.receive(city.bureau, [file])
    again = receive.receive(city.bureau, [file])
    assert [each.outcome for each in first.offers] == [receive.Outcome.TAKEN]
    assert [each.outcome for each in again.offers] == [receive.Outcome.KNOWN]
    assert first.changes.units == {FIRST}
