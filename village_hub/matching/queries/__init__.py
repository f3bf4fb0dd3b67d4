"""What there is to match, what was proposed, and what people decided by hand."""

from __future__ import annotations

from village_hub.matching.queries.calendar import HALF_HOUR as HALF_HOUR
from village_hub.matching.queries.calendar import Calendar as Calendar
from village_hub.matching.queries.decisions import DecisionFacts as DecisionFacts
from village_hub.matching.queries.decisions import Habit as Habit
from village_hub.matching.queries.decisions import decision as decision
from village_hub.matching.queries.decisions import decisions_of_village as decisions_of_village
from village_hub.matching.queries.decisions import habits as habits
from village_hub.matching.queries.decisions import rules as rules
from village_hub.matching.queries.decisions import still_pinned as still_pinned
from village_hub.matching.queries.fairness import LeftOut as LeftOut
from village_hub.matching.queries.fairness import left_out as left_out
from village_hub.matching.queries.fairness import unreached_districts as unreached_districts
from village_hub.matching.queries.proposals import LIVE as LIVE
from village_hub.matching.queries.proposals import ProposalFacts as ProposalFacts
from village_hub.matching.queries.proposals import all_group_requests as all_group_requests
from village_hub.matching.queries.proposals import counts as counts
from village_hub.matching.queries.proposals import group_requests as group_requests
from village_hub.matching.queries.proposals import passed_over as passed_over
from village_hub.matching.queries.proposals import proposal as proposal
from village_hub.matching.queries.proposals import proposals as proposals
from village_hub.matching.queries.proposals import proposals_of_village as proposals_of_village
from village_hub.matching.queries.proposals import proposals_on_board as proposals_on_board
from village_hub.matching.queries.proposals import refusals as refusals
from village_hub.matching.queries.reading import LEVELS as LEVELS
from village_hub.matching.queries.reading import engine_rules as engine_rules
from village_hub.matching.queries.reading import instructor as instructor
from village_hub.matching.queries.reading import venue as venue
from village_hub.matching.queries.reading import wish as wish
from village_hub.matching.queries.ruling import ELSEWHERE as ELSEWHERE
from village_hub.matching.queries.runs import Record as Record
from village_hub.matching.queries.runs import RunFacts as RunFacts
from village_hub.matching.queries.runs import count_runs as count_runs
from village_hub.matching.queries.runs import counted as counted
from village_hub.matching.queries.runs import last_run as last_run
from village_hub.matching.queries.runs import last_runs as last_runs
from village_hub.matching.queries.runs import record_of as record_of
from village_hub.matching.queries.runs import run as run
from village_hub.matching.queries.runs import runs as runs
from village_hub.matching.queries.snapshot import Snapshot as Snapshot
from village_hub.matching.queries.snapshot import kept_class as kept_class
from village_hub.matching.queries.snapshot import snapshot as snapshot
from village_hub.matching.queries.trials import TrialFacts as TrialFacts
from village_hub.matching.queries.trials import Wanted as Wanted
from village_hub.matching.queries.trials import trial as trial
