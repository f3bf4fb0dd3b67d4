"""What can be done with activities: planned, signed up for, held, called off."""

from __future__ import annotations

from village_hub.activities.service.attending import add_walk_in as add_walk_in
from village_hub.activities.service.attending import check_in as check_in
from village_hub.activities.service.attending import complete_session as complete_session
from village_hub.activities.service.attending import finish_when_over as finish_when_over
from village_hub.activities.service.attending import mark_attendance as mark_attendance
from village_hub.activities.service.attending import remove_walk_in as remove_walk_in
from village_hub.activities.service.enrolling import cancel_enrolment as cancel_enrolment
from village_hub.activities.service.enrolling import enrol as enrol
from village_hub.activities.service.lectures import schedule_from_invitation as schedule_from_invitation
from village_hub.activities.service.planning import ActivityDetails as ActivityDetails
from village_hub.activities.service.planning import add_sessions as add_sessions
from village_hub.activities.service.planning import cancel_activity as cancel_activity
from village_hub.activities.service.planning import cancel_session as cancel_session
from village_hub.activities.service.planning import change as change
from village_hub.activities.service.planning import create as create
from village_hub.activities.service.planning import move_session as move_session
from village_hub.activities.service.sessions import Span as Span
from village_hub.activities.service.telling import tell_of_name as tell_of_name
