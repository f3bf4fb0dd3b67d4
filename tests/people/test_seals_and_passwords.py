"""What is personal and must be read again is sealed; passwords are not kept at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from village_hub.kernel.passwords import hash_password, is_password
from village_hub.kernel.seals import SealBroken, Seals


def test_a_sealed_text_opens_with_the_same_secret_and_purpose_only() -> None:
    # given
    seals = Seals("one secret")

    # when
    sealed = seals.seal("01012345678", "phone")

    # then
    assert "1234" not in sealed
    assert seals.unseal(sealed, "phone") == "01012345678"
    for other, purpose in ((Seals("another secret"), "phone"), (seals, "address")):
        with pytest.raises(SealBroken):
            other.unseal(sealed, purpose)


@pytest.mark.parametrize("broken", ["", "zz", "00" * 16])
def test_a_changed_seal_does_not_open(broken: str) -> None:
    with pytest.raises(SealBroken):
        Seals("one secret").unseal(broken, "phone")


def test_fingerprints_are_equal_for_equal_texts_under_one_secret() -> None:
    seals = Seals("one secret")

    assert seals.fingerprint("01012345678", "phone") == seals.fingerprint("01012345678", "phone")
    assert seals.fingerprint("01012345678", "phone") != seals.fingerprint("01012345679", "phone")
    assert seals.fingerprint("01012345678", "phone") != Seals("another").fingerprint("01012345678", "phone")


def test_a_password_is_known_again_by_its_hash_alone() -> None:
    # given
    kept = hash_password("따뜻한 봄날")

    # then
    assert kept.startswith("$argon2id$")
    assert is_password(kept, "따뜻한 봄날")
    assert not is_password(kept, "따뜻한 봄밤")
    assert not is_password("not a hash", "따뜻한 봄날")


def test_nobody_has_the_password_that_stands_in_for_nobodys() -> None:
    assert not is_password(None, "nobody's password")


@pytest.mark.parametrize(("work", "others_go_on"), [("hash_password", True), ("_hasher.hash", False)])
def test_under_gevent_others_go_on_while_a_password_is_hashed(work: str, others_go_on: bool) -> None:
    """The control hashes on the hub's own thread: everybody waits."""
    # given
    program = f"""
from gevent import monkey; monkey.patch_all()
import gevent
from village_hub.kernel import passwords
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.001)
gevent.spawn(tick)
gevent.sleep(0)
before = len(ticks)
passwords.{work}("따뜻한 봄날")
print(len(ticks) > before)
"""

    # when
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    ).stdout

    # then
    assert said.strip() == str(others_go_on)
