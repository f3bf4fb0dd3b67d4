"""The journey with its people side by side: each does a step, the others see it on their open pages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from tests.browser.asking import ask, send
from tests.browser.screen import Screen, Stopwatch
from tests.journeys.city import City
from tests.journeys.journey import Journey
from village_hub.matching.models import Proposal

#: The Korean words of the message that asks how it was.
HOW_WAS_IT = "어떠셨습니까"
LECTURE = "main a[href^='/activities/']"


class SideBySide:
    """A resident, the manager, the volunteer who is asked, and a neighbour who looks at the village's page."""

    def __init__(self, seat: Callable[[UUID], Screen], city: City, others: Journey) -> None:
        self.seat, self.city, self.others, self.watch = seat, city, others, Stopwatch()
        self.resident, self.manager, self.neighbour = (
            seat(each) for each in (city.resident, city.manager, city.neighbours[4])
        )
        self.board = self.manager.open_live(f"/villages/{city.village}/board")
        self.village = self.neighbour.open_live(f"/villages/{city.village}")

    def wish(self) -> None:
        """The resident asks for a lecture."""
        ask(self.resident, self.city)
        with self.watch.step("the manager sees the wish", self.board.locator("[id^=request-row-]")):
            wish = send(self.resident.page)
        self.mine = self.resident.open_live(wish)

    def join(self) -> None:
        """Neighbours join until there are enough for a group."""
        first, *more, last = self.city.neighbours[:4]
        with self.watch.step("the resident sees a neighbour join", self.mine.get_by_text("박영수")):
            self.others.join(first)
        for each in more:
            self.others.join(each)
        proposal, pooling = self.board.locator("[id^=proposal-row-]"), self.mine.locator(".steps li:nth-child(3).now")
        with self.watch.step(
            "resident and manager see the match, for which up to 0.5 s of news is gathered", proposal, pooling
        ):
            self.others.join(last)

    def ask(self) -> None:
        """The manager asks the volunteer."""
        self.volunteer = self.seat(self._instructor())
        self.asked = self.volunteer.open_live("/invitations")
        question = self.asked.locator("main a[href^='/invitations/']")
        with self.watch.step(
            "volunteer and resident see the question", question, self.mine.locator(".steps li:nth-child(4).now")
        ):
            self.board.locator("form[action$='/asking'] button").click()
        question.first.click()

    def say_yes(self) -> None:
        """The volunteer says yes, and the lecture is there."""
        decided = self.board.locator("#proposals + .empty")
        with self.watch.step(
            "resident, manager and village see the yes",
            self.mine.locator(LECTURE),
            decided,
            self.village.locator(LECTURE),
        ):
            self.asked.locator("form[action$='/acceptance'] button").click()

    def sign_up(self) -> None:
        """The neighbour signs up."""
        self.mine.locator(LECTURE).click()
        seats = self.mine.locator("[data-seats-target=words]")
        before = seats.text_content()
        self.village.locator(LECTURE).first.click()
        changed = self.mine.locator(f"[data-seats-target=words]:not(:text-is('{before}'))")
        with self.watch.step("the resident sees that a seat is taken", changed):
            self.village.locator("form[action$='/enrolments'] button").click()

    def hold(self) -> None:
        """The day has come: attendance is taken and the session finished."""
        held = self.others.begin()
        desk, beside = (each.open_live(f"/sessions/{held}/desk") for each in (self.manager, self.volunteer))
        row = f"#person-{self.city.resident}"
        with self.watch.step("the volunteer sees who came", beside.locator(f"{row} .tag[data-tone=good]")):
            desk.locator(f"{row} button[value=present]").click()
        for each in self.city.neighbours[:2]:
            self.others.mark(each)
        hours, inbox = self.volunteer.open_live("/my/giving-back"), self.resident.open_live("/inbox")
        certificate = hours.locator("a[href='/my/giving-back/certificate']")
        desk.locator("a[href='#finish']").click()
        with self.watch.step(
            "the volunteer sees the hours, the resident is asked how it was",
            certificate,
            inbox.locator("main li").filter(has_text=HOW_WAS_IT),
        ):
            desk.locator("form[action$='/completion'] button").click()

    def tell(self) -> None:
        """Three of those who were there say how it was."""
        heard = self.volunteer.open_live(f"/sessions/{self.others.session()}/feedback")
        for each in self.city.neighbours[:2]:
            self.others.tell(each)
        self.mine.locator("main li").filter(has_text=HOW_WAS_IT).get_by_role("button").click()
        self.mine.locator("label.choice:has(input[value='5'])").click()
        with self.watch.step("the volunteer reads it, now that three have answered", heard.locator("main .figures")):
            self.mine.locator("main form.form button.primary").click()

    def _instructor(self) -> UUID:
        with self.city.database.read_session() as session:
            return session.scalars(sa.select(Proposal.instructor_id).where(Proposal.state == "proposed")).one()
