"""Which rules can be tried, what came of it, and how fair the match runs were."""

from __future__ import annotations

from village_hub.what_if.queries.dials import DIALS as DIALS
from village_hub.what_if.queries.dials import Dial as Dial
from village_hub.what_if.queries.dials import changed as changed
from village_hub.what_if.queries.dials import plain as plain
from village_hub.what_if.queries.dials import read as read
from village_hub.what_if.queries.dials import value_in as value_in
from village_hub.what_if.queries.fairness import GROUPS as GROUPS
from village_hub.what_if.queries.fairness import FairnessFacts as FairnessFacts
from village_hub.what_if.queries.fairness import Part as Part
from village_hub.what_if.queries.fairness import Row as Row
from village_hub.what_if.queries.fairness import asking as asking
from village_hub.what_if.queries.fairness import fairness as fairness
from village_hub.what_if.queries.fairness import fairness_of as fairness_of
from village_hub.what_if.queries.fairness import rows as rows
from village_hub.what_if.queries.past import APPROXIMATIONS as APPROXIMATIONS
from village_hub.what_if.queries.past import days as days
from village_hub.what_if.queries.past import first_day as first_day
from village_hub.what_if.queries.past import past as past
from village_hub.what_if.queries.past import today as today
from village_hub.what_if.queries.runs import Compared as Compared
from village_hub.what_if.queries.runs import State as State
from village_hub.what_if.queries.runs import WhatIfFacts as WhatIfFacts
from village_hub.what_if.queries.runs import is_wanted as is_wanted
from village_hub.what_if.queries.runs import what_if as what_if
from village_hub.what_if.queries.runs import what_ifs as what_ifs
