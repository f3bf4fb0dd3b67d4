"""What the learning manager does with proposals, the rules that come of it, and what runs have done."""

from __future__ import annotations

from village_hub.matching.routes import decisions, proposals, ruling, runs
from village_hub.matching.routes.blueprint import blueprint

__all__ = ["blueprint", "decisions", "proposals", "ruling", "runs"]
