from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from village_hub.kernel.mail import (
    FileMailer,
    Letter,
    ListMailer,
    Mailer,
    MailOutcomeUnknown,
    MailRefused,
    SmtpMailer,
    open_mailer,
)
from village_hub.kernel.settings import Settings

LETTER = Letter("seat:1:mail", "bok@example.org", "자리가 확정되었습니다", "안녕하세요", "<p>안녕하세요</p>")
HANG_UP = "hang up"


def test_a_letter_arrives_with_an_identifier_made_of_its_key() -> None:
    with server() as (address, taken):
        SmtpMailer(address, "hub@example.org").send(LETTER)

    message = message_from_bytes(taken[0], policy=policy.default)
    assert message["Message-ID"] == "<seat.1.mail@example.org>"
    assert message["Subject"] == "자리가 확정되었습니다"
    assert message["To"] == "bok@example.org"


@pytest.mark.parametrize(
    ("word", "answer", "outcome"),
    [
        ("RCPT", "550 no such person", MailRefused),
        ("MAIL", "553 not from you", MailRefused),
        (".", "554 spam", MailRefused),
        ("RCPT", "450 come back later", OSError),
        (".", "452 full", OSError),
        ("DATA", "451 not now", OSError),
        ("MAIL", HANG_UP, OSError),
        (".", HANG_UP, MailOutcomeUnknown),
    ],
)
def test_each_way_of_not_arriving_is_told_apart(word: str, answer: str, outcome: type[Exception]) -> None:
    with server({word: answer}) as (address, _), pytest.raises(outcome):
        SmtpMailer(address, "hub@example.org").send(LETTER)


def test_a_server_that_leaves_without_a_word_after_taking_the_letter_has_taken_it() -> None:
    with server({"QUIT": HANG_UP}) as (address, taken):
        SmtpMailer(address, "hub@example.org").send(LETTER)

    assert len(taken) == 1


def test_nobody_at_the_address_can_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"smtp://127.0.0.1:{unused.getsockname()[1]}"

    with pytest.raises(OSError, match=r".*"):
        SmtpMailer(address, "hub@example.org").send(LETTER)


def test_mailers_that_say_they_are_idempotent_are(tmp_path: Path) -> None:
    listed, filed = ListMailer(), FileMailer(tmp_path, "hub@example.org")
    mailers: list[Mailer] = [listed, filed]

    for each in mailers:
        for _ in range(2):
            each.send(LETTER)

    assert all(each.is_idempotent for each in mailers)
    assert len(listed.letters) == 1
    (file,) = tmp_path.iterdir()
    assert "자리가 확정되었습니다" in str(message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"])


def test_the_settings_choose_the_mailer(tmp_path: Path) -> None:
    assert isinstance(open_mailer(Settings(home=tmp_path)), FileMailer)
    assert not open_mailer(Settings(mail_url="smtp://localhost:25")).is_idempotent


@contextmanager
def server(answers: dict[str, str] | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A mail server of one visit that answers these words its own way; `.` is the end of the letter."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        visit = threading.Thread(target=_serve, args=(listening, answers or {}, taken), daemon=True)
        visit.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}", taken
        visit.join(5)


def _serve(listening: socket.socket, answers: dict[str, str], taken: list[bytes]) -> None:
    visitor, _ = listening.accept()
    with visitor, visitor.makefile("rwb", buffering=0) as line:
        line.write(b"220 here\r\n")
        while said := line.readline():
            word = said.split()[0].decode().upper()
            if not _answer(line, answers.get(word, "354 go on" if word == "DATA" else "250 ok")):
                return
            if word == "DATA" and "DATA" not in answers:
                taken.append(_letter(line))
                if not _answer(line, answers.get(".", "250 taken")):
                    return


def _answer(line: socket.SocketIO, words: str) -> bool:
    if words == HANG_UP:
        return False
    line.write(words.encode() + b"\r\n")
    return True


def _letter(line: socket.SocketIO) -> bytes:
    lines = []
    while (each := line.readline()) != b".\r\n":
        lines.append(each)
    return b"".join(lines)
