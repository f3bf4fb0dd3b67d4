"""How wishes are arranged: runs every evening, managers at their boards, volunteers who answer."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from village_hub.demo.city import City, Village
from village_hub.demo.story import Story
from village_hub.demo.texts import read
from village_hub.demo.wishing import BEGINS
from village_hub.invitations import queries as invitation_queries
from village_hub.invitations import service as invitations
from village_hub.invitations.events import InvitationIssued, OtherTimeProposed
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.notifications import queries as notifications
from village_hub.notifications import service as notifications_service
from village_hub.what_if import queries as what_if
from village_hub.what_if import service as what_if_service

#: In the last days visitors find what concerns them as it has grown, for them to act.
LEFT_TO_VISITORS = timedelta(days=3)
#: Whoever has waited for so long is looked at again.
LONG = timedelta(days=8)


def plan_arranging(story: Story, city: City) -> None:
    """A run looks for matches in the afternoon; then managers look at their boards, when their calls are made."""
    for day in range(BEGINS, 1):
        for village in city.villages:
            evening = story.moment(day, story.chance.between(1050, 1140))
            story.at(evening, partial(_ask_instructors, story, city, village))
            if day > -3:
                story.at(story.moment(day, 900), partial(_make_calls, story, city, village, day))
            if day % 7 == 3:
                story.at(story.moment(day, 960), partial(_review, story, village))
        if day % 3 == 0 or day > -3:
            story.at(story.moment(day, 1020), partial(look_for_matches, story))
    story.at(story.until, partial(look_for_matches, story))


def look_for_matches(story: Story) -> None:
    """One run, as the worker makes it; only for the plan that is shown today it is worth searching long."""
    snapshot = matching.snapshot(story.session, story.now)
    pace = matching_service.Pace(lambda: 0.0 if story.now == story.until else 1.0)
    solved = matching_service.solve(snapshot, pace)
    asking = what_if.asking(story.session, snapshot)
    measured = what_if_service.measure(snapshot.problem, solved.plan, asking, lambda: story.now)
    run_id = matching_service.keep(story.session, snapshot, solved, now=story.now)
    what_if_service.keep_fairness(story.session, run_id, measured, now=story.now)


def answer_invitation(story: Story, city: City, issued: InvitationIssued) -> None:
    """Most volunteers say yes within a day, some cannot, a few do not answer."""
    will = story.chance.weighted({"accept": 75, "decline": 12, "other_time": 4, "silence": 9})
    if will != "silence" and not _is_left(story, city, issued.instructor_id):
        deed = {"accept": _accept, "decline": _decline, "other_time": _propose_other_time}[will]
        story.later(partial(deed, story, issued), hours=(1, 30))


def answer_other_time(story: Story, city: City, proposed: OtherTimeProposed) -> None:
    """The learning manager takes the other time, where instructor and room are free then."""
    village = city.village(proposed.village_id)
    if not _is_left(story, city, village.manager):
        story.later(partial(_agree, story, village, proposed), hours=(2, 20))


def _is_left(story: Story, city: City, person_id: object) -> bool:
    return person_id in city.visitors and story.until - story.now < LEFT_TO_VISITORS


def _ask_instructors(story: Story, city: City, village: Village) -> None:
    if _is_left(story, city, village.manager):
        return
    for each in matching.proposals_on_board(story.session, village.id):
        if each.state == "proposed" and story.chance.happens(75):
            story.attempt_wholly(partial(invitations.invite, story.session, each.id, by=village.manager, now=story.now))


def _make_calls(story: Story, city: City, village: Village, day: int) -> None:
    if day == 0 and village.manager in city.visitors:
        return
    for _, notice in notifications.calls_due(story.session, village.id, story.now):
        if story.chance.happens(85):
            notifications_service.tell(story.session, notice.id, by=village.manager, now=story.now)


def _review(story: Story, village: Village) -> None:
    """What has waited for long is promised anew, or answered with the reason why it cannot be done."""
    for each in learning_requests.unanswered(story.session, village.id):
        if each.state != "open" or story.now - each.opened_at < LONG:
            continue
        if story.chance.happens(22):
            words = story.chance.one(read("answers")["unserved"])
            learning_requests_service.mark_unserved(
                story.session, each.id, words=words, by=village.manager, now=story.now
            )
        elif story.chance.happens(50):
            until = story.now + timedelta(days=story.chance.between(3, 6))
            learning_requests_service.promise(story.session, each.id, until=until, by=village.manager, now=story.now)


def _accept(story: Story, issued: InvitationIssued) -> None:
    by = issued.instructor_id
    story.attempt_wholly(partial(invitations.accept, story.session, issued.invitation_id, by=by, now=story.now))


def _decline(story: Story, issued: InvitationIssued) -> None:
    reason, words = story.chance.one(read("answers")["declines"])
    deed = partial(invitations.decline, story.session, issued.invitation_id, reason=reason, words=words)
    story.attempt(partial(deed, by=issued.instructor_id, now=story.now))


def _propose_other_time(story: Story, issued: InvitationIssued) -> None:
    asked = invitation_queries.invitation(story.session, issued.invitation_id)
    if asked is None:
        return
    deed = partial(invitations.propose_other_time, story.session, asked.id, starts_at=asked.starts_at + timedelta(1))
    story.attempt(partial(deed, by=issued.instructor_id, now=story.now, words="하루만 늦추면 갈 수 있어요."))


def _agree(story: Story, village: Village, proposed: OtherTimeProposed) -> None:
    deed = partial(invitations.agree_to_other_time, story.session, proposed.invitation_id)
    if story.attempt_wholly(partial(deed, by=village.manager, now=story.now)) is None:
        _ask_another(story, village, proposed)


def _ask_another(story: Story, village: Village, proposed: OtherTimeProposed) -> None:
    asked = invitation_queries.invitation(story.session, proposed.invitation_id)
    if asked is not None:
        deed = partial(matching_service.dismiss, story.session, asked.proposal_id, by=village.manager, now=story.now)
        story.attempt(deed)
