"""A web process that looks, hesitates and then acts, without the locks: the control of the rush tests."""

from gevent import monkey

monkey.patch_all()

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from datetime import datetime  # noqa: E402
from itertools import count  # noqa: E402
from typing import Any  # noqa: E402
from unittest.mock import patch  # noqa: E402
from uuid import UUID  # noqa: E402

from sqlalchemy.orm import Session  # noqa: E402

from tests.activities.test_seats_race import late_writes, unlocked  # noqa: E402
from village_hub import serve  # noqa: E402
from village_hub.activities.service import enrolling, telling  # noqa: E402
from village_hub.invitations import service as invitations  # noqa: E402
from village_hub.invitations.errors import SomebodyWasFaster  # noqa: E402
from village_hub.invitations.models import Invitation, State  # noqa: E402
from village_hub.kernel.db import Database  # noqa: E402
from village_hub.web import idempotency  # noqa: E402

#: Seconds between looking and acting, in which others look too.
HESITATION = 0.1


def main() -> None:
    """Serve without protection. On SQLite the first write of a request must not be its form's key, which locks."""
    places, properly = count(1), Database.write_session

    def write_session(database: Database) -> Any:
        return late_writes(database) if database.is_sqlite else properly(database)

    with (
        patch.object(Database, "write_session", write_session),
        patch.object(idempotency, "claim", lambda *_, **__: None),
        patch.object(telling, "locked", unlocked),
        patch.object(enrolling, "_next_place", lambda *_: next(places)),
        patch.object(enrolling, "_free_seat", hesitant(enrolling._free_seat)),
        patch.object(invitations, "accept", accept),
    ):
        serve.main()


def accept(session: Session, invitation_id: UUID, *, by: UUID, now: datetime) -> State:
    """A yes as one would write it first: look whether somebody else has said it, then say it."""
    mine = session.get_one(Invitation, invitation_id)
    others = session.query(Invitation).filter_by(group_id=mine.group_id, state=State.ACCEPTED)
    if hesitant(others.count)():
        raise SomebodyWasFaster
    mine.state = State.ACCEPTED
    return State.ACCEPTED


def hesitant(look: Callable[..., Any]) -> Callable[..., Any]:
    """The same, followed by a moment of hesitation."""

    def look_and_wait(*given: Any, **named: Any) -> Any:
        seen = look(*given, **named)
        time.sleep(HESITATION)
        return seen

    return look_and_wait


if __name__ == "__main__":
    main()
