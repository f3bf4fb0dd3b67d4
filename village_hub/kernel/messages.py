"""Facts and timers as plain values: one codec between frozen dataclasses and JSON."""

from __future__ import annotations

import builtins
import types
import typing
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID


class Message:
    """A frozen dataclass with a type word, found again by that word when it is read back."""

    type: ClassVar[str]
    version: ClassVar[int] = 1
    known: ClassVar[dict[str, builtins.type[Message]]] = {}

    def __init_subclass__(cls, *, type: str | None = None, version: int = 1, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if type is None:
            return
        if type in Message.known:
            raise TypeError(f"two messages are called {type!r}")
        cls.type, cls.version = type, version
        Message.known[type] = cls

    def to_json(self) -> dict[str, Any]:
        """The message's fields as JSON values."""
        return {name: _plain(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The message that `to_json` wrote."""
        hints = _hints(cls)  # type: ignore[arg-type]
        return cls(**{name: _typed(hints[name], value) for name, value in values.items() if name in hints})


def read(type: str, values: dict[str, Any]) -> Message:
    """The message of this type; raises KeyError where no class carries the type."""
    return Message.known[type].from_json(values)


@cache
def _hints(of: type[Message]) -> dict[str, Any]:
    return typing.get_type_hints(of)


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case tuple() | list() | frozenset() | set():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
    return value


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _typed(next(each for each in typing.get_args(hint) if each is not type(None)), value)
    if origin is tuple:
        return tuple(_typed(typing.get_args(hint)[0], each) for each in value)
    if isinstance(hint, type):
        if issubclass(hint, (datetime, date)):
            return hint.fromisoformat(value)
        if issubclass(hint, (UUID, Enum)):
            return hint(value)
    return value
