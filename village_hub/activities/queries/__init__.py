"""Reads of activities, sessions and who takes part; frozen, never rows."""

from __future__ import annotations

from village_hub.activities.models import ActivityState as ActivityState
from village_hub.activities.models import AttendanceState as AttendanceState
from village_hub.activities.models import EnrolmentState as EnrolmentState
from village_hub.activities.models import Kind as Kind
from village_hub.activities.models import SessionState as SessionState
from village_hub.activities.queries.activities import activities as activities
from village_hub.activities.queries.activities import activity as activity
from village_hub.activities.queries.activities import taught_by as taught_by
from village_hub.activities.queries.activities import upcoming as upcoming
from village_hub.activities.queries.desks import Desk as Desk
from village_hub.activities.queries.desks import desks as desks
from village_hub.activities.queries.facts import ActivityFacts as ActivityFacts
from village_hub.activities.queries.facts import Attendee as Attendee
from village_hub.activities.queries.facts import Enrolled as Enrolled
from village_hub.activities.queries.facts import EnrolmentFacts as EnrolmentFacts
from village_hub.activities.queries.facts import SeatCount as SeatCount
from village_hub.activities.queries.facts import SessionFacts as SessionFacts
from village_hub.activities.queries.people import attendance_counts as attendance_counts
from village_hub.activities.queries.people import attendees as attendees
from village_hub.activities.queries.people import completions_of as completions_of
from village_hub.activities.queries.people import enrolled as enrolled
from village_hub.activities.queries.people import enrolled_people as enrolled_people
from village_hub.activities.queries.people import enrolment as enrolment
from village_hub.activities.queries.people import enrolments_of as enrolments_of
from village_hub.activities.queries.people import present as present
from village_hub.activities.queries.people import seat_count as seat_count
from village_hub.activities.queries.people import was_present as was_present
from village_hub.activities.queries.rules import Rules as Rules
from village_hub.activities.queries.rules import rules as rules
from village_hub.activities.queries.sessions import in_the_way as in_the_way
from village_hub.activities.queries.sessions import session_by_code as session_by_code
from village_hub.activities.queries.sessions import session_facts as session_facts
from village_hub.activities.queries.sessions import sessions_between as sessions_between
from village_hub.activities.queries.sessions import sessions_of as sessions_of
from village_hub.activities.queries.sessions import sessions_of_many as sessions_of_many
from village_hub.activities.queries.status import Status as Status
from village_hub.activities.queries.status import status as status
