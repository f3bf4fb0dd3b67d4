"""Telling people what concerns them: in their inbox, by mail, and through their learning manager's call."""

from __future__ import annotations

from village_hub.notifications.models import DeliveryState as DeliveryState
from village_hub.notifications.service.letters import begin as begin
from village_hub.notifications.service.letters import private_link as private_link
from village_hub.notifications.service.letters import put_back as put_back
from village_hub.notifications.service.letters import settle as settle
from village_hub.notifications.service.notices import caller_of as caller_of
from village_hub.notifications.service.notices import notify as notify
from village_hub.notifications.service.notices import read_all as read_all
from village_hub.notifications.service.notices import read_one as read_one
from village_hub.notifications.service.notices import tell as tell
from village_hub.notifications.service.requests import group_without_instructor as group_without_instructor
from village_hub.notifications.service.requests import invitation_accepted as invitation_accepted
from village_hub.notifications.service.requests import invitation_issued as invitation_issued
from village_hub.notifications.service.requests import invitation_withdrawn as invitation_withdrawn
from village_hub.notifications.service.requests import match_proposed as match_proposed
from village_hub.notifications.service.requests import other_time_proposed as other_time_proposed
from village_hub.notifications.service.requests import promise_due as promise_due
from village_hub.notifications.service.requests import request_joined as request_joined
from village_hub.notifications.service.requests import request_opened as request_opened
from village_hub.notifications.service.requests import request_unserved as request_unserved
from village_hub.notifications.service.requests import request_withdrawn as request_withdrawn
from village_hub.notifications.service.taking_part import activity_cancelled as activity_cancelled
from village_hub.notifications.service.taking_part import activity_changed as activity_changed
from village_hub.notifications.service.taking_part import activity_scheduled as activity_scheduled
from village_hub.notifications.service.taking_part import credit_awarded as credit_awarded
from village_hub.notifications.service.taking_part import enrolment_cancelled as enrolment_cancelled
from village_hub.notifications.service.taking_part import enrolment_confirmed as enrolment_confirmed
from village_hub.notifications.service.taking_part import enrolment_promoted as enrolment_promoted
from village_hub.notifications.service.taking_part import enrolment_waiting as enrolment_waiting
from village_hub.notifications.service.taking_part import session_completed as session_completed
from village_hub.notifications.service.taking_part import session_reminder as session_reminder
