"""What the figures of fault tests must not exceed; judged by `make faults`, never by a test."""

from __future__ import annotations

BARS = {
    "seconds until run again, p99": 10.0,
    "innocent jobs put aside": 0.0,
    "seconds until caught up, Valkey killed": 5.0,
    "seconds until caught up, Valkey stopped": 5.0,
    "seconds until caught up, Valkey flushed": 5.0,
}
