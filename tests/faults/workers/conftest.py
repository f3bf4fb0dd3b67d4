"""A city for the tests that need the whole installation."""

from __future__ import annotations

from tests.journeys.conftest import city as city
