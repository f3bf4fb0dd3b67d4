"""Which use cases there are, found by looking at the packages, and which of them were carried out."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest

import village_hub


def use_cases() -> dict[FunctionType, str]:
    """Every public function of a `service` that is given a session, and its name."""
    found = {}
    for module in map(importlib.import_module, _services()):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_its_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_its_own and next(iter(inspect.signature(function).parameters), "") == "session":
                found[function] = f"{module.__name__.removeprefix('village_hub.')}.{name}"
    return found


def note_calls(patch: pytest.MonkeyPatch) -> set[str]:
    """The names of the use cases that are called from now on, wherever they were imported to."""
    wanted, called = use_cases(), set[str]()
    ours = [each for name, each in sys.modules.items() if name.split(".")[0] in ("village_hub", "workers")]
    for module in ours:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in wanted:
                patch.setattr(module, name, _noting(value, wanted[value], called))
    return called


def _noting(use_case: FunctionType, name: str, called: set[str]) -> Callable[..., Any]:
    @functools.wraps(use_case)
    def noting(*given: Any, **more: Any) -> Any:
        called.add(name)
        return use_case(*given, **more)

    return noting


def _services() -> Iterator[str]:
    for each in pkgutil.walk_packages(village_hub.__path__, "village_hub."):
        if "service" in each.name.split(".")[2:]:
            yield each.name
