"""How people spell who they are: one stored spelling for every way to write an e-mail, phone or card number."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from village_hub.kernel.seals import seals


def sign_in_column(login: str) -> tuple[str, str]:
    """Which column of a person an e-mail address, phone or card number is looked up in, and how it is spelled there."""
    text = plain(login)
    if "@" in text:
        return "email", text.casefold()
    number = phone_number(text)
    return ("phone_hash", seals().fingerprint(number, "phone")) if number else ("card_number", card_number(text))


def email_address(text: str) -> str | None:
    """An e-mail address in small letters; None for anything that cannot be one."""
    address = plain(text).casefold()
    return address if len(address) <= 254 and re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+", address) else None


def phone_number(text: str) -> str | None:
    """The digits of a phone number in any spelling, Korean ones with their leading 0; None for anything else."""
    written = plain(text)
    if not re.fullmatch(r"\+?[\d\s().·/~-]+", written):
        return None
    digits = re.sub(r"\D", "", written)
    if digits.startswith("82") and (written.startswith("+") or len(digits) in (11, 12)):
        digits = "0" + digits[2:].removeprefix("0")
    elif written.startswith("+"):
        return "+" + digits if 8 <= len(digits) <= 15 else None
    return digits if digits.startswith("0") and 9 <= len(digits) <= 11 else None


def card_number(text: str) -> str:
    """A card number as it is kept: capital letters, no spaces."""
    return re.sub(r"\s", "", plain(text)).upper()


def person_name(text: str) -> str:
    """A name with single spaces and composed letters."""
    return " ".join(plain(text).split())[:80]


def token_hash(token: str) -> str:
    """How the secret of a sign-in is kept: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def plain(text: str) -> str:
    """The text without full-width signs and without space around it."""
    return unicodedata.normalize("NFKC", text).strip()
