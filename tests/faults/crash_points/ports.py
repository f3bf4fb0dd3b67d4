"""The ports of a process that may be killed: each call is an effect, and what it leaves outlives the process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from tests.faults.crash_points.points import RING, Points, Say
from village_hub.kernel.doorbell import Patience, poll
from village_hub.kernel.mail import Letter, MailOutcomeUnknown, MailRefused


class NumberedIds:
    """Identifiers in the order of drawing, as version 7 has them; the same in every run of one process."""

    def __init__(self, process: int) -> None:
        self._process, self._drawn = process, 0

    def new(self) -> UUID:
        return UUID(int=self._process << 96 | 7 << 76 | 0b10 << 62 | self._next())

    def secret(self) -> str:
        return f"{self._process:032x}{self._next():032x}"

    def below(self, bound: int) -> int:
        return self._next() % bound

    def _next(self) -> int:
        self._drawn += 1
        return self._drawn


class Bell:
    """A doorbell whose rings are gone with whoever might have heard them."""

    def __init__(self, points: Points, say: Say) -> None:
        self._points, self._say = points, say

    def ring(self, channel: str, text: str) -> None:
        self._points.before(f"{RING} {channel}")
        self._say("ring", channel)

    def listen(self, *channels: str, patience: Patience = poll) -> Iterator[tuple[str, str] | None]:
        return iter(())


class PostOffice:
    """Notes every letter that arrives in a file; what it answers stands in the address.

    Letters to `refused@…` are refused, those to `lost@…` are taken but the line breaks, those to `later@…` are taken at
    the second try.
    """

    is_idempotent: ClassVar[bool] = True

    def __init__(self, points: Points, book: Path, *, is_idempotent: bool) -> None:
        self._points, self._book = points, book
        self.is_idempotent = is_idempotent  # type: ignore[misc]

    def send(self, letter: Letter) -> None:
        self._points.before("a letter")
        name = letter.to.partition("@")[0]
        arrived = letters(self._book)
        if name == "refused":
            raise MailRefused("550 no such person")
        if name == "later" and not arrived[f"tried {letter.key}", letter.to]:
            self._note(f"tried {letter.key}", letter.to)
            raise OSError("451 come again")
        self._note(letter.key, letter.to)
        if name == "lost":
            raise MailOutcomeUnknown("the line broke")

    def _note(self, *words: str) -> None:
        with open(self._book, "a") as book:
            book.write(json.dumps(words) + "\n")


def letters(book: Path) -> Counter[tuple[str, str]]:
    """How often each letter has arrived: its key and its address."""
    lines = book.read_text().splitlines() if book.exists() else []
    return Counter((key, address) for key, address in map(json.loads, lines))
