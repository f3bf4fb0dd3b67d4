"""The controls: with a protection taken away, the same enumeration finds the moment at which it is missed."""

from __future__ import annotations

import pytest

from tests.faults.crash_points.everywhere import Everywhere, set_scene
from tests.faults.crash_points.flows import FLOWS
from tests.faults.crash_points.nursery import Nursery
from tests.faults.crash_points.state import Snapshot, State
from tests.journeys.city import City


@pytest.mark.once
@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ("facts_are_recorded_after_the_commit", "withdraw_a_request"),
        ("a_job_is_done_before_its_effect", "invite"),
        ("only_a_ring_makes_a_worker_look", "withdraw_a_request"),
        ("a_forms_key_is_committed_before_its_effect", "open_a_request_that_is_matched"),
        ("a_form_has_no_key", "open_a_request_that_is_matched"),
        ("a_letter_that_may_have_left_is_sent_again", "send_letters_by_smtp"),
        ("a_page_begins_where_it_was_pushed_to", "hear_of_news"),
    ],
)
def test_control_without_its_protection_a_flow_does_not_survive(
    broken: str, name: str, state: State, nursery: Nursery, start: tuple[Snapshot, City]
) -> None:
    flow = next(each for each in FLOWS if each.name == name)
    everywhere = Everywhere(flow, set_scene(flow, state, nursery, *start, broken=broken))

    problem = next(everywhere.problems(), None)

    assert problem, f"{len(everywhere.kills)} kills found nothing"
    print(f"\n{problem}")
