"""Who must have been told of what by now, and what nobody may be told twice.

News is told as things are when it is told: what was overtaken is not told any more. So each piece of news has a fewest
and a most: it is due where it still holds, and it is never told more often than it happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

from tests.faults.simulation.byitself import requests_of
from tests.faults.simulation.history import Difference
from tests.faults.simulation.oracle import KOREA, Oracle
from tests.faults.simulation.seen import Rows

Seen = dict[str, Rows]
#: Person, what the news is, and what it is about.
News = tuple[UUID, str, str]


def compare_news(oracle: Oracle, seen: Seen, manager: UUID, *, asks_automatically: bool, now: datetime) -> None:
    """Raise Difference where somebody who should know does not, or has been told more often than it happened."""
    told = Counter(_read(row) for row in seen["notices"].values())
    due: dict[News, int] = dict.fromkeys(
        [*_due(oracle, seen, manager, asks_automatically), *_reminders(oracle, now)], 1
    )
    due |= {(each.requester, "request.joined", str(key)): len(each.joined) for key, each in oracle.requests.items()}
    for news, times in due.items():
        if told[news] < times:
            raise Difference(f"{news} was due {times} times and told {told[news]} times")
    for (person, what, about), times in told.items():
        most = _most(oracle, what, about, person)
        if times > most:
            raise Difference(f"{(person, what, about)} was told {times} times, but happened {most} times")


def _read(row: object) -> News:
    """A notice's key is `kind:about…:person`."""
    kind, about, *_ = row.key.split(":")  # type: ignore[attr-defined]
    who = row.person_id  # type: ignore[attr-defined]
    return who, kind, about


def _due(oracle: Oracle, seen: Seen, manager: UUID, asks_automatically: bool) -> Iterator[News]:
    for key, wish in oracle.requests.items():
        if wish.state == "waiting" and wish.always_waited:
            yield wish.requester, "request.opened", str(key)
        everybody = list(wish.people)
        if wish.state == "withdrawn":
            yield from ((each, "request.withdrawn", str(key)) for each in everybody if each != wish.requester)
        if wish.state == "unserved":
            yield from ((each, "request.unserved", str(key)) for each in everybody)
    for key, asked in oracle.invitations.items():
        if asked.state == "needs_action":
            yield asked.instructor, "invitation.issued", str(key)
        if asked.state == "withdrawn":
            yield asked.instructor, "invitation.withdrawn", str(key)
        if asked.state == "accepted":
            yield manager, "invitation.accepted", str(key)
            for request in requests_of(seen, asked.group):
                if oracle.requests[request].state in ("scheduled", "done"):
                    yield from ((each, "invitation.accepted", str(key)) for each in oracle.requests[request].people)
        if seen["invitations"][key].other_starts_at is not None:
            yield manager, "invitation.other_time", str(key)
    for row in seen["proposals"].values():
        if row.state == "proposed" and not row.pinned and not asks_automatically:
            yield manager, "match.proposed", str(row.id)
    for session, (person, _) in oracle.hours.items():
        yield person, "credit.awarded", str(session)


def _taking_part(oracle: Oracle) -> Iterator[News]:
    for key, to in oracle.activities.items():
        here = {person for person, _ in to.line}
        seated = {person for person, guest in to.seated() if guest == 0}
        concerned = here | ({to.instructor} if to.instructor else set())
        if to.state == "scheduled" and to.invitation:
            yield from ((each, "activity.scheduled", str(key)) for each in concerned & (to.party | {to.instructor}))
        if to.state == "cancelled":
            yield from ((each, "activity.cancelled", str(key)) for each in concerned if each)
        for person in seated & to.promoted:
            yield person, "enrolment.promoted", str(key)
        for person in seated - to.promoted - to.party:
            yield person, "enrolment.confirmed", str(key)
        for person in here - seated:
            yield person, "enrolment.waiting", str(key)
        for person in to.cancelled - here:
            yield person, "enrolment.cancelled", str(key)
    for key, held in oracle.sessions.items():
        for person in held.asked:
            if held.marks.get(person) == "present":
                yield person, "session.completed", str(key)


def _reminders(oracle: Oracle, now: datetime) -> Iterator[News]:
    """From ten o'clock on the day before, whoever had a seat by then is reminded."""
    for key, held in oracle.sessions.items():
        eve = held.starts_at.astimezone(KOREA).date() - timedelta(days=1)
        at = datetime.combine(eve, time(10), KOREA)
        if held.state == "planned" and (held.planned_at or at) < at <= now < held.starts_at:
            seated = oracle.activities[held.activity].seated_at
            yield from ((person, "session.reminder", str(key)) for person, since in seated.items() if since < at)


def _most(oracle: Oracle, what: str, about: str, person: UUID) -> int:
    """How often this may have been told to this person."""
    if what == "request.joined":
        return len(oracle.requests[UUID(about)].joined)
    if what == "promise.due":
        return oracle.requests[UUID(about)].late
    if what == "activity.changed":
        return oracle.activities[UUID(about)].changes
    if what == "session.reminder":
        return 1 + oracle.activities[oracle.sessions[UUID(about)].activity].changes
    if what.startswith("enrolment."):
        return oracle.activities[UUID(about)].signed_up[person]
    return 1
