"""A scene is a function that lets something happen; a new use case needs one that calls it by `town.do(…)`."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.state_equality.town import Town

Scene = Callable[[Town], None]
_scenes: dict[str, list[Scene]] = {}


def scene(play: Scene) -> Scene:
    """Add a scene behind those of its file; its name says what happens."""
    _scenes.setdefault(play.__module__, []).append(play)
    return play


def scenes(*files: object) -> list[Scene]:
    """The scenes of these files, one after the other."""
    return [each for file in files for each in _scenes[file.__name__]]  # type: ignore[attr-defined]
