"""Every invariant of every capability, in the order of a resident's journey."""

from __future__ import annotations

from village_hub.kernel import invariants as kernel

INVARIANTS = (*kernel.INVARIANTS,)
