"""Every flow: whatever the modules of this package register."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tests.faults.crash_points.flow import FLOWS as FLOWS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
