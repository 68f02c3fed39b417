"""What a password may be, and how it is kept."""

from __future__ import annotations

import threading
import unicodedata

import pytest

from jobmatch.accounts import passwords
from jobmatch.core.errors import Invalid


def test_the_stored_header_shows_argon2id_with_the_agreed_cost() -> None:
    assert passwords.hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "passwordpassword",
        "Password123456789",
        "qwertyuiopasdfgh",
        "1234567890123456",
        "abcdefghijklmnop",
        "admin888admin888",
        "张三丰19900001234",
        "湘乡市退役军人服务站888",
        "x" * 257,
    ],
)
def test_what_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check(weak, context=["张三丰", "19900001234", "湘乡市", "退役军人服务站"])
    assert set(caught.value.fields) == {"password"}


@pytest.mark.parametrize(
    "good", ["橘子树下第三条板凳很凉快", "correct horse battery staple", "Tq7!vLm2#Rk9", "x9" + "长句子不怕长" * 40]
)
def test_a_sentence_is_accepted(good: str) -> None:
    passwords.check(good, context=["张三丰"])


def test_staff_need_fourteen_characters() -> None:
    with pytest.raises(Invalid):
        passwords.check("橘子树下第三条板凳很凉快", minimum=passwords.STAFF_MINIMUM)


def test_the_same_characters_typed_elsewhere_are_the_same_password() -> None:
    stored = passwords.hash_password(unicodedata.normalize("NFC", "caf\u00e9 au lait pour moi"))
    assert passwords.verify(stored, unicodedata.normalize("NFD", "caf\u00e9 au lait pour moi"))
    assert not passwords.verify(stored, "cafe au lait pour moi")


def test_an_account_without_password_accepts_none() -> None:
    assert not passwords.verify("", "")
    assert not passwords.verify("broken", "anything")


def test_a_hash_of_another_cost_is_seen() -> None:
    assert passwords.needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + "A" * 43)
    assert not passwords.needs_rehash(passwords.hash_password("x"))


def test_at_most_four_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock, full = 0, 0, threading.Lock(), threading.Event()

    class Slow:
        def verify(self, _stored: str, _password: str) -> None:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                if running == passwords.AT_ONCE:
                    full.set()
            full.wait(5)
            with lock:
                running -= 1

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.verify, args=("stored", "x")) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE


def test_one_time_secrets_are_long_and_different() -> None:
    made = {passwords.new_secret() for _ in range(50)}
    assert len(made) == 50 and all(len(text) == 24 for text in made)
