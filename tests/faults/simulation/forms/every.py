"""Every kind of form there is; whoever adds one imports its file here."""

from __future__ import annotations

from tests.faults.simulation.forms import answering as answering
from tests.faults.simulation.forms import taking_part as taking_part
from tests.faults.simulation.forms import wishing as wishing
from tests.faults.simulation.forms.form import FORMS as FORMS
