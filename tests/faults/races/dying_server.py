"""A web process that kills itself with SIGKILL in its first write, at the moment that MOMENT names; later ones live.

`MOMENT="after the key"` is the control: it keeps a form's key in a transaction of its own before the effect.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import signal  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from unittest.mock import patch  # noqa: E402

from sqlalchemy.orm import Session  # noqa: E402

from village_hub import serve  # noqa: E402
from village_hub.kernel import idempotency as keys  # noqa: E402
from village_hub.kernel.db import Database  # noqa: E402
from village_hub.web import idempotency  # noqa: E402
from village_hub.web.hub import hub  # noqa: E402
from village_hub.web.transactions import now  # noqa: E402

MOMENT, MARK = os.environ["MOMENT"], Path(os.environ["MARK"])
_write_session, _carried = Database.write_session, idempotency.carried


@contextmanager
def write_session(database: Database) -> Iterator[Session]:
    """Dies as the last act of the transaction, or as the first after it."""
    with _write_session(database) as session:
        yield session
        if MOMENT != "after the commit":
            session.info["before_commit"].append(lambda _: die())
    die()


def die() -> None:
    if not MARK.exists():
        MARK.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def carried() -> idempotency.Carried | None:
    """The key is gone before anything has come of it."""
    if form := _carried():
        with _write_session(hub().database) as session:
            keys.claim(session, form.key, form.fingerprint, now=now())
    return None


if __name__ == "__main__":
    early = carried if MOMENT == "after the key" else _carried
    with patch.object(Database, "write_session", write_session), patch.object(idempotency, "carried", early):
        serve.main()
