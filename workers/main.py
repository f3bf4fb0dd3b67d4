"""The worker process: one thread turns facts into jobs and rings due ones, the others carry jobs out."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import EVENTS, JOBS, POLL
from village_hub.kernel.errors import Busy
from village_hub.kernel.mail import open_mailer
from village_hub.kernel.settings import Settings
from workers import broker
from workers.actor import Ports
from workers.relay import relay
from workers.running import carry_out, run
from workers.timers import FULL, Series, patience, sweep
from workers.trial import Trial

log = logging.getLogger(__name__)

#: Milliseconds that running jobs are given to end when the process is asked to stop.
GRACE = 2000
#: Milliseconds after which an idle worker looks into its queue again; it has no way of being woken.
IDLE = 40
#: Seconds until the relay looks again while the queue is full.
SOON = 0.03


def main() -> None:
    """Run until asked to stop."""
    from village_hub.app import create_app, open_database

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings.from_environment()
    database = open_database(settings)
    ports = Ports(create_app(settings, database), database, open_mailer(settings))
    trial = Trial(lambda leased: carry_out(database, leased, ports))
    messages = broker.open_broker(settings.redis)
    send = broker.declare(messages, lambda job_id: run(database, job_id, ports, trial))
    crew = dramatiq.Worker(messages, worker_timeout=IDLE, worker_threads=settings.worker_threads)
    crew.start()
    stopping = threading.Event()
    threading.Thread(target=_watch, args=(database, messages, send, stopping), name="relay", daemon=True).start()
    _wait_for_signal(stopping)
    crew.stop(timeout=GRACE)
    database.dispose()


def _watch(database: Database, messages: RedisBroker, send: Callable[[UUID], None], stopping: threading.Event) -> None:
    series, is_full, is_first = Series(), False, True

    def until_next() -> float:
        return SOON if is_full else _patience(database)

    for _ring in database.doorbell.listen(EVENTS, JOBS, patience=until_next):
        if stopping.is_set():
            return
        try:
            while relay(database):
                pass
            series.go_on(database)
            queued = broker.queued(messages)
            is_full = queued + sweep(database, send, queued, is_first=is_first) >= FULL
            is_first = False
        except Busy:
            log.warning("the database is busy; looking again")
        except Exception:
            log.exception("the relay stumbled; looking again")


def _patience(database: Database) -> float:
    try:
        return patience(database)
    except Exception:
        log.exception("the next timer could not be read; polling")
        return POLL


def _wait_for_signal(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    stopping.wait()


if __name__ == "__main__":
    main()
