"""The texts and lists that come with the package, written by hand."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> Any:
    """One of the package's lists by its name; whoever reads it leaves it as it is."""
    return json.loads(files("village_hub.demo").joinpath(f"{name}.json").read_text(encoding="utf-8"))
