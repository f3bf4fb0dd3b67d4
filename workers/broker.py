"""Dramatiq over Redis carries a job's id and nothing else; time, repetition and order live in the job's row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

log = logging.getLogger(__name__)

QUEUE = "jobs"


def open_broker(url: str) -> RedisBroker:
    """A broker without Dramatiq's own retries and delays: a lost or doubled message is harmless.

    redis-py's default pool refuses the hundred-and-first connection, which lost messages in bursts; this one waits.
    """
    pool = redis.BlockingConnectionPool.from_url(url, max_connections=32, timeout=2)
    return RedisBroker(client=redis.Redis(connection_pool=pool), middleware=[], heartbeat_timeout=15_000)


def declare(broker: RedisBroker, carry_out: Callable[[UUID], None]) -> Callable[[UUID], None]:
    """Declare the one message there is, and return the function that sends it."""

    @dramatiq.actor(broker=broker, actor_name="job", queue_name=QUEUE)
    def job(job_id: str) -> None:
        carry_out(UUID(job_id))

    def send(job_id: UUID) -> None:
        try:
            job.send(str(job_id))
        except (dramatiq.errors.BrokerError, redis.RedisError) as error:
            log.warning("job %s was not rung and will be again: %s", job_id, error)

    return send


def queued(broker: RedisBroker) -> int:
    """How many rung jobs no worker has taken yet; none where Redis does not answer."""
    try:
        return int(broker.client.llen(f"{broker.namespace}:{QUEUE}"))
    except redis.RedisError:
        return 0
