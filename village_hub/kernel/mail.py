"""The mail port: real letters by SMTP, files in development, a list in tests."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from village_hub.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person; `key` makes it the same letter however often it is sent."""

    key: str
    to: str
    subject: str
    text: str
    html: str = ""


class MailRefused(Exception):
    """The server refused the letter for good; sending it again will not help."""


class MailOutcomeUnknown(Exception):
    """The line broke after the letter was handed over: it may or may not arrive."""


class Mailer(Protocol):
    """Sends one letter; raises MailRefused, MailOutcomeUnknown, or OSError where nothing left and a later try may help.

    An idempotent mailer may be given the same letter again: it still arrives once.
    """

    is_idempotent: ClassVar[bool]

    def send(self, letter: Letter) -> None: ...


class FileMailer:
    """Writes each letter into a folder, once per key."""

    is_idempotent: ClassVar[bool] = True

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / (re.sub(r"[^A-Za-z0-9._-]", "_", letter.key) + ".eml")
        target.write_bytes(bytes(as_message(letter, self.sender)))


class ListMailer:
    """Keeps letters in memory, once per key; for tests."""

    is_idempotent: ClassVar[bool] = True

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}

    def send(self, letter: Letter) -> None:
        self.letters[letter.key] = letter


class SmtpMailer:
    """Hands letters to an SMTP server (`smtp://` with STARTTLS where offered, `smtps://` with TLS)."""

    is_idempotent: ClassVar[bool] = False

    def __init__(self, url: str, sender: str) -> None:
        self.at = urlsplit(url)
        self.sender = sender

    def send(self, letter: Letter) -> None:
        message = as_message(letter, self.sender).as_bytes(policy=policy.SMTP)
        server = self._connected()
        try:
            server.ehlo_or_helo_if_needed()
            _accepted(server.mail(self.sender))
            _accepted(server.rcpt(letter.to))
            _hand_over(server, message)
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        host, tls = self.at.hostname or "localhost", ssl.create_default_context()
        if self.at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self.at.port or 465, timeout=10, context=tls)
        else:
            server = smtplib.SMTP(host, self.at.port or 25, timeout=10)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=tls)
        if self.at.username:
            server.login(unquote(self.at.username), unquote(self.at.password or ""))
        return server


def _hand_over(server: smtplib.SMTP, message: bytes) -> None:
    """From here on a broken line leaves open whether the server has taken the letter."""
    try:
        answer = server.data(message)
    except smtplib.SMTPDataError as refused:
        answer = (refused.smtp_code, _bytes(refused.smtp_error))
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise MailOutcomeUnknown(str(error)) from error
    _accepted(answer)


def _accepted(answer: tuple[int, bytes]) -> None:
    """Five hundred and more is a no for good; four hundred and more asks to come again."""
    code, words = answer
    if code >= 500:
        raise MailRefused(f"{code} {words.decode(errors='replace')}")
    if code >= 400:
        raise OSError(f"{code} {words.decode(errors='replace')}")


def _bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words


def as_message(letter: Letter, sender: str) -> EmailMessage:
    """The letter in the form that mail servers take; its Message-ID comes from its key."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9._-]', '.', letter.key)}@{sender.rpartition('@')[2]}>"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def open_mailer(settings: Settings) -> Mailer:
    """SMTP where an address is configured, else files below the installation's home."""
    if settings.mail_url:
        return SmtpMailer(settings.mail_url, settings.mail_from)
    return FileMailer(settings.home / "mail", settings.mail_from)
