"""The word that says where an activity stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from village_hub.activities.queries import Status, status

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
COMING: dict[str, Any] = {"state": "scheduled", "starts_at": NOW + 3 * DAY, "ends_at": NOW + 10 * DAY}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, Status.OPEN),
        ({"enrol_from": NOW + DAY}, Status.SCHEDULED),
        ({"enrol_from": NOW}, Status.OPEN),
        ({"enrol_until": NOW + DAY}, Status.OPEN),
        ({"enrol_until": NOW}, Status.CLOSED),
        ({"seats": 10, "taken": 9}, Status.OPEN),
        ({"seats": 10, "taken": 10}, Status.WAITLIST),
        ({"seats": 10, "taken": 9, "waiting": 1}, Status.WAITLIST),
        ({"taken": 1000}, Status.OPEN),
        ({"starts_at": NOW}, Status.RUNNING),
        ({"starts_at": NOW - DAY, "enrol_until": NOW + DAY}, Status.RUNNING),
        ({"starts_at": NOW - DAY, "ends_at": NOW}, Status.ENDED),
        ({"state": "ended"}, Status.ENDED),
        ({"state": "cancelled"}, Status.CANCELLED),
        ({"state": "cancelled", "starts_at": NOW - DAY, "ends_at": NOW}, Status.CANCELLED),
        ({"starts_at": None, "ends_at": None}, Status.RUNNING),
        ({"starts_at": None, "ends_at": None, "enrol_until": NOW + DAY}, Status.OPEN),
        ({"starts_at": None, "ends_at": None, "enrol_until": NOW}, Status.RUNNING),
    ],
)
def test_the_clock_the_period_and_the_seats_decide_the_word(given: dict[str, Any], word: Status) -> None:
    assert status(NOW, **(COMING | given)) is word
