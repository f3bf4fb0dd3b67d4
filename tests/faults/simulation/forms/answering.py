"""The manager approves, changes and dismisses proposals; volunteers answer, propose another time, and rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.faults.simulation.byitself import pooled, requests_of
from tests.faults.simulation.forms.form import Form, form, one_of
from tests.faults.simulation.history import Chance
from tests.faults.simulation.oracle import Refused
from village_hub.invitations import service as invitations
from village_hub.invitations.models import Reason
from village_hub.matching import service as matching
from village_hub.talents import service as talents

if TYPE_CHECKING:
    from tests.faults.simulation.world import World

HOUR = timedelta(hours=1)
#: How many people fit into each room of the simulated city.
ROOM = 20


@form(6)
def ask(world: World, chance: Chance) -> Form | None:
    """The manager approves a proposal, which may have moved on since the page was loaded."""
    proposal = one_of(chance, world.seen["proposals"], "proposed")
    if proposal is None:
        return None

    def say(_: object, __: datetime) -> None:
        found = _proposed(world, proposal.id)
        if not _pooled(world, found.group_id):
            raise Refused("ProposalMovedOn")
        if not _can_be_asked(world, found, found.instructor_id, found.starts_at):
            raise Refused("NobodyToAsk")

    words = f"the manager has somebody asked for {world.called(proposal.id)}"
    return Form(
        "ask",
        words,
        lambda session, now: invitations.invite(session, proposal.id, now=now, by=world.people.manager),
        say,
    )


@form(3)
def change_proposal(world: World, chance: Chance) -> Form | None:
    proposal = one_of(chance, world.seen["proposals"], "proposed")
    if proposal is None:
        return None
    instructor, later = chance.pick(world.people.volunteers), HOUR * chance.below(3)
    starts = proposal.starts_at + later

    def say(_: object, now: datetime) -> None:
        _may_change(world, _proposed(world, proposal.id), instructor, starts, now)

    wanted = {"instructor_id": instructor, "starts_at": starts, "by": world.people.manager}
    return Form(
        "change_proposal",
        f"the manager wants {world.called(instructor)} for {world.called(proposal.id)}, {later} later",
        lambda session, now: matching.change(session, proposal.id, now=now, **wanted),
        say,
    )


@form(2)
def dismiss(world: World, chance: Chance) -> Form | None:
    proposal = one_of(chance, world.seen["proposals"], "proposed")
    if proposal is None:
        return None

    def say(_: object, __: datetime) -> None:
        found = _proposed(world, proposal.id)
        requests = requests_of(world.seen, found.group_id)
        world.oracle.passed_over |= {(each, found.instructor_id) for each in requests}

    words = f"the manager dismisses {world.called(proposal.id)}"
    return Form(
        "dismiss",
        words,
        lambda session, now: matching.dismiss(session, proposal.id, by=world.people.manager, now=now),
        say,
    )


@form(8)
def accept(world: World, chance: Chance) -> Form | None:
    asked = one_of(chance, world.seen["invitations"], "needs_action")
    if asked is None:
        return None

    def say(answer: object, now: datetime) -> None:
        told = world.oracle.accept(asked.id, now, is_needed=bool(_pooled(world, asked.group_id)))
        assert answer in (None, told), f"the volunteer heard {answer} instead of {told}"

    return Form(
        "accept",
        f"{world.called(asked.instructor_id)} says yes to {world.called(asked.id)}",
        lambda session, now: invitations.accept(session, asked.id, by=asked.instructor_id, now=now).value,
        say,
    )


@form(4)
def decline(world: World, chance: Chance) -> Form | None:
    asked = one_of(chance, world.seen["invitations"], "needs_action")
    if asked is None:
        return None
    answer = {"reason": Reason.NO_TIME, "by": asked.instructor_id}
    return Form(
        "decline",
        f"{world.called(asked.instructor_id)} says no to {world.called(asked.id)}",
        lambda session, now: invitations.decline(session, asked.id, now=now, **answer),
        lambda _, now: world.oracle.decline(asked.id, now, _pooled(world, asked.group_id)),
    )


@form(3)
def propose_other_time(world: World, chance: Chance) -> Form | None:
    asked = one_of(chance, world.seen["invitations"], "needs_action")
    if asked is None:
        return None
    starts = asked.starts_at + HOUR * (1 + chance.below(3))

    def say(_: object, now: datetime) -> None:
        if starts <= now:
            raise Refused("TimePassed")
        world.oracle.end_question(asked.id, now, "declined", is_needed=bool(_pooled(world, asked.group_id)))

    answer = {"starts_at": starts, "by": asked.instructor_id}
    return Form(
        "propose_other_time",
        f"{world.called(asked.instructor_id)} would come at another time to {world.called(asked.id)}",
        lambda session, now: invitations.propose_other_time(session, asked.id, now=now, **answer),
        say,
    )


@form(4)
def agree_to_other_time(world: World, chance: Chance) -> Form | None:
    asked = one_of(chance, {key: row for key, row in world.seen["invitations"].items() if row.other_starts_at})
    if asked is None:
        return None
    starts, instructor = asked.other_starts_at, asked.instructor_id

    def say(_: object, now: datetime) -> None:
        found = _proposed(world, asked.proposal_id)
        if not _pooled(world, found.group_id):
            raise Refused("ProposalMovedOn")
        _may_change(world, found, instructor, starts, now)
        if not _can_be_asked(world, found, instructor, starts):
            raise Refused("NobodyToAsk")

    words = f"the manager agrees to the other time of {world.called(asked.id)}"
    return Form(
        "agree_to_other_time",
        words,
        lambda session, now: invitations.agree_to_other_time(session, asked.id, by=world.people.manager, now=now),
        say,
    )


@form(2)
def take_back(world: World, chance: Chance) -> Form | None:
    asked = one_of(chance, world.seen["invitations"], "needs_action")
    if asked is None:
        return None
    return Form(
        "take_back",
        f"the manager takes {world.called(asked.id)} back",
        lambda session, now: invitations.withdraw(session, asked.id, by=world.people.manager, now=now),
        lambda _, now: world.oracle.end_question(
            asked.id, now, "withdrawn", is_needed=bool(_pooled(world, asked.group_id))
        ),
    )


@form(2)
def pause(world: World, chance: Chance) -> Form:
    who = chance.pick(world.people.volunteers)
    if chance.percent(50):
        act = lambda session, now: talents.pause(session, who, now=now)  # noqa: E731
        return Form("pause", f"{world.called(who)} rests", act, lambda _, __: None)
    return Form(
        "resume",
        f"{world.called(who)} is back",
        lambda session, now: talents.resume(session, who, now=now),
        lambda _, __: None,
    )


def _pooled(world: World, group: UUID) -> list[UUID]:
    return pooled(world.oracle, world.seen, group, world.minimum)


def _proposed(world: World, proposal_id: UUID) -> Any:
    found = world.seen["proposals"][proposal_id]
    if found.state != "proposed":
        raise Refused("ProposalMovedOn")
    return found


def _may_change(world: World, proposal: Any, instructor: UUID, starts: datetime, now: datetime) -> None:
    if str(instructor) not in (str(proposal.instructor_id), *proposal.alternatives):
        raise Refused("NotAnAlternative")
    if proposal.people > ROOM:
        raise Refused("RoomTooSmall")
    if starts <= now:
        raise Refused("TimePassed")
    ends = starts + (proposal.ends_at - proposal.starts_at)
    if world.oracle.taken(instructor, proposal.venue_id, starts, ends):
        raise Refused("TakenThen")


def _can_be_asked(world: World, proposal: Any, first: UUID, starts: datetime) -> bool:
    """Whether anybody is left and there is time to answer; the first may be asked once more."""
    asked = {each.instructor_id for each in world.seen["invitations"].values() if each.group_id == proposal.group_id}
    requests = _pooled(world, proposal.group_id)
    named = [str(proposal.instructor_id), *proposal.alternatives]
    out = {who for request, who in world.oracle.passed_over if request in requests} | asked - {first}
    return any(UUID(each) not in out for each in named) and starts - HOUR > world.clock.now()
