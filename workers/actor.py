"""What an actor is: a shell of a few lines around a use case, carried out once for each job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, overload

from flask import Flask
from sqlalchemy.orm import Session

from village_hub.kernel.db import Database
from village_hub.kernel.mail import Mailer

#: Seconds a worker that gives no sign of life may hold a job before another one may take it over.
LEASE = 5


@dataclass(frozen=True)
class Ports:
    """What an effect may reach outside the database. The app lends its words, templates and addresses."""

    app: Flask
    database: Database
    mailer: Mailer


class UseCase(Protocol):
    """`(session, message, *, now)`, inside the job's own transaction."""

    __name__: str
    __module__: str

    def __call__(self, session: Session, message: Any, /, *, now: datetime) -> object: ...


@dataclass(frozen=True)
class Actor:
    """A use case that runs within one transaction, together with the mark that its job is done."""

    name: str
    run: UseCase
    lease: int = LEASE


@dataclass(frozen=True)
class Effect:
    """Work that must not happen inside a transaction: mail, or heavy arithmetic.

    `prepare(session, message, *, now, attempt)` commits before `perform(value, ports)` starts; None means there is
    nothing to do. `settle(session, message, outcome, *, now)` commits together with the mark that the job is done.
    The lease is how many seconds `perform` may take; meanwhile the job is held in short ones.
    """

    name: str
    prepare: Callable[..., Any]
    perform: Callable[[Any, Ports], Any]
    settle: Callable[..., object]
    lease: int = 30


@overload
def actor(use_case: UseCase, /) -> Actor: ...


@overload
def actor(*, lease: int) -> Callable[[UseCase], Actor]: ...


def actor(use_case: UseCase | None = None, /, *, lease: int = LEASE) -> Actor | Callable[[UseCase], Actor]:
    """Make an actor of a use case; its name is the capability's and the function's."""

    def make(run: UseCase) -> Actor:
        return Actor(f"{run.__module__.rpartition('.')[2]}.{run.__name__}", run, lease)

    return make if use_case is None else make(use_case)


effect = Effect
