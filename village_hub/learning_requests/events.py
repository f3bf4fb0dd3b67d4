"""Facts about learning requests, and the timer that keeps their promises."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class LearningRequestOpened(Event, type="learning_request.opened", stream="learning_request:{request_id}"):
    request_id: UUID
    requester_id: UUID
    village_id: UUID
    topic_id: UUID


@dataclass(frozen=True)
class LearningRequestJoined(Event, type="learning_request.joined", stream="learning_request:{request_id}"):
    request_id: UUID
    person_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LearningRequestLeft(Event, type="learning_request.left", stream="learning_request:{request_id}"):
    request_id: UUID
    person_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LearningRequestWithdrawn(Event, type="learning_request.withdrawn", stream="learning_request:{request_id}"):
    request_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LearningRequestReopened(Event, type="learning_request.reopened", stream="learning_request:{request_id}"):
    request_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LearningRequestPromiseDue(Event, type="learning_request.promise_due", stream="learning_request:{request_id}"):
    """The next date came and the request still waits: its owner is called upon."""

    request_id: UUID
    owner_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class LearningRequestAnswered(Event, type="learning_request.answered", stream="learning_request:{request_id}"):
    """The request waits no longer: `state` is scheduled, done or unserved."""

    request_id: UUID
    village_id: UUID
    state: str


@dataclass(frozen=True)
class RequestPromise(Timer, type="learning_request.promise"):
    request_id: UUID


@dataclass(frozen=True)
class LearningRequestWidened(Event, type="learning_request.widened", stream="learning_request:{request_id}"):
    """What would help was taken up: another hour, a longer way, another language."""

    request_id: UUID
    village_id: UUID
    change: str
