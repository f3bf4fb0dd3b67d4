"""What the people of the city do: instructors answer in their own time, and not everybody with a seat comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from village_hub.invitations.asking import after_quiet
from village_hub.simulation.draws import chance, share, waiting
from village_hub.simulation.town import Town


def answer(
    town: Town, instructor_id: UUID, asked_before: int, at: datetime, deadline: datetime
) -> tuple[str, datetime] | None:
    """Accept or decline, and when, always before the deadline and never in the night; None for silence."""
    temper, draw = town.tempers[instructor_id], chance(town.seed, "answer", instructor_id, asked_before)
    will, quiet = share(draw), (town.rules.quiet_from_hour, town.rules.quiet_until_hour)
    if will >= temper.accepts + temper.declines:
        return None
    reaches = after_quiet(at.astimezone(town.zone), *quiet)
    left = (deadline - reaches) / timedelta(hours=1)
    hours = waiting(draw, temper.hours, left) if left > 0 else 0.0
    moment = after_quiet(reaches + timedelta(hours=hours), *quiet)
    last = deadline - timedelta(minutes=1)
    return "accept" if will < temper.accepts else "decline", max(at, min(moment, last)).astimezone(at.tzinfo)


def comes(town: Town, person_id: UUID, held_at: datetime) -> bool:
    """Whether somebody with a seat is there."""
    return share(chance(town.seed, "seat", person_id, held_at)) >= town.rates.no_show
