"""What residents want, for their own pages, the learning manager's board, and matching."""

from __future__ import annotations

from village_hub.learning_requests.queries.recorded import Recorded as Recorded
from village_hub.learning_requests.queries.recorded import Served as Served
from village_hub.learning_requests.queries.recorded import first_opened as first_opened
from village_hub.learning_requests.queries.recorded import recorded as recorded
from village_hub.learning_requests.queries.recorded import served as served
from village_hub.learning_requests.queries.requests import LEVELS as LEVELS
from village_hub.learning_requests.queries.requests import Change as Change
from village_hub.learning_requests.queries.requests import Named as Named
from village_hub.learning_requests.queries.requests import Nearby as Nearby
from village_hub.learning_requests.queries.requests import RequestFacts as RequestFacts
from village_hub.learning_requests.queries.requests import WhyNot as WhyNot
from village_hub.learning_requests.queries.requests import Wish as Wish
from village_hub.learning_requests.queries.requests import counts as counts
from village_hub.learning_requests.queries.requests import named as named
from village_hub.learning_requests.queries.requests import open_wishes as open_wishes
from village_hub.learning_requests.queries.requests import people_of as people_of
from village_hub.learning_requests.queries.requests import places_wanted as places_wanted
from village_hub.learning_requests.queries.requests import request as request
from village_hub.learning_requests.queries.requests import requests as requests
from village_hub.learning_requests.queries.requests import requests_of as requests_of
from village_hub.learning_requests.queries.requests import similar_nearby as similar_nearby
from village_hub.learning_requests.queries.requests import unanswered as unanswered
from village_hub.learning_requests.queries.requests import waiting_by_village as waiting_by_village
from village_hub.learning_requests.queries.requests import weekly_of as weekly_of
from village_hub.learning_requests.queries.requests import wishes as wishes
from village_hub.learning_requests.queries.requests import wishes_by_id as wishes_by_id
from village_hub.learning_requests.queries.rules import rulebook as rulebook
from village_hub.learning_requests.queries.rules import rules as rules
from village_hub.learning_requests.rulebook import Rules as Rules
from village_hub.learning_requests.rulebook import usual_rules as usual_rules
