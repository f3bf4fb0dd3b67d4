"""How a wish is stated, joined, moved along, answered and widened."""

from __future__ import annotations

from village_hub.learning_requests.service.waiting import ask as ask
from village_hub.learning_requests.service.waiting import call as call
from village_hub.learning_requests.service.waiting import complete as complete
from village_hub.learning_requests.service.waiting import confirm as confirm
from village_hub.learning_requests.service.waiting import explain as explain
from village_hub.learning_requests.service.waiting import join as join
from village_hub.learning_requests.service.waiting import keep_promise as keep_promise
from village_hub.learning_requests.service.waiting import leave as leave
from village_hub.learning_requests.service.waiting import mark_unserved as mark_unserved
from village_hub.learning_requests.service.waiting import open_request as open_request
from village_hub.learning_requests.service.waiting import pool as pool
from village_hub.learning_requests.service.waiting import promise as promise
from village_hub.learning_requests.service.waiting import reopen as reopen
from village_hub.learning_requests.service.waiting import schedule as schedule
from village_hub.learning_requests.service.waiting import set_rules as set_rules
from village_hub.learning_requests.service.waiting import tell_of_name as tell_of_name
from village_hub.learning_requests.service.waiting import withdraw as withdraw
from village_hub.learning_requests.service.widening import take_up as take_up
