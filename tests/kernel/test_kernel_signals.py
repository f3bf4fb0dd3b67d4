"""Signals are numbered without gaps and written as the transaction's last act."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from village_hub.kernel import signals
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database


def test_what_was_said_after_a_position_is_replayed_in_order(own_database: Database) -> None:
    for seats in (3, 2, 1):
        with own_database.write_session() as session:
            signals.emit(session, "activity:1", "seats", {"taken": seats})

    with own_database.read_session() as session:
        heard = signals.after(session, {"activity:1": 1, "village:9": 0})
        assert signals.heads(session, ["activity:1", "village:9"]) == {"activity:1": 3, "village:9": 0}

    assert [(each.seq, each.payload["taken"]) for each in heard] == [(2, 2), (3, 1)]


def test_the_last_word_of_a_transaction_wins(own_database: Database) -> None:
    with own_database.write_session() as session:
        for seats in range(30):
            signals.emit(session, "activity:1", "seats", {"taken": seats})

    with own_database.read_session() as session:
        assert [each.payload for each in signals.after(session, {"activity:1": 0})] == [{"taken": 29}]


def test_a_refused_transaction_says_nothing(own_database: Database) -> None:
    with pytest.raises(ValueError), own_database.write_session() as session:
        signals.emit(session, "activity:1", "seats", {"taken": 1})
        raise ValueError

    with own_database.read_session() as session:
        assert signals.after(session, {"activity:1": 0}) == []


def test_two_who_speak_to_the_same_audiences_in_other_orders_never_block_each_other(own_database: Database) -> None:
    errors: list[BaseException] = []

    def speak(first: str, second: str) -> None:
        try:
            for _ in range(10):
                with own_database.write_session() as session:
                    signals.emit(session, first, "hello")
                    signals.emit(session, second, "hello")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=speak, args=pair) for pair in (("a", "b"), ("b", "a")) * 2]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert errors == []
    with own_database.read_session() as session:
        assert signals.heads(session, ["a", "b"]) == {"a": 40, "b": 40}


def test_old_signals_are_forgotten(own_database: Database, clock: SettableClock) -> None:
    with own_database.write_session() as session:
        signals.emit(session, "a", "hello")
    clock.advance(timedelta(days=4))
    with own_database.write_session() as session:
        signals.emit(session, "a", "hello")
    with own_database.write_session() as session:
        assert signals.forget(session, before=clock.now() - timedelta(days=3)) == 1

    with own_database.read_session() as session:
        assert signals.oldest(session, ["a"]) == {"a": 2}


def test_what_is_forgotten_leaves_no_gap_where_clocks_differ(own_database: Database, clock: SettableClock) -> None:
    for hours in (0, 2, -1, 3):
        clock.advance(timedelta(hours=hours))
        with own_database.write_session() as session:
            signals.emit(session, "activity:1", "seats", {"taken": hours})

    with own_database.write_session() as session:
        gone = signals.forget(session, before=clock.now() - timedelta(minutes=150))

    with own_database.read_session() as session:
        assert gone == 3
        assert [each.seq for each in signals.after(session, {"activity:1": 0})] == [4]
