"""Passwords: argon2id with fixed cost, at most four at once, and a check against what is guessed first (R12)."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from jobmatch.core.errors import Invalid, Unavailable
from jobmatch.core.i18n import gettext as _

MINIMUM = 12
STAFF_MINIMUM = 14
MAXIMUM = 256
AT_ONCE = 4
WAIT_SECONDS = 8

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_slots = threading.BoundedSemaphore(AT_ONCE)
_dummy = _hasher.hash(secrets.token_hex(16))

# The cores of the most used passwords of published lists: whoever guesses starts with these and their repetitions.
_COMMON = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
_RUNS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")


def normalise(password: str) -> str:
    """NFC, so that the same characters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def check(password: str, *, minimum: int = MINIMUM, context: Iterable[str] = ()) -> None:
    """Refuse a password that is short, on the list, a run or repetition, or made of words from ``context``.

    ``context`` holds words that a guesser knows: site, organization and place names, name, phone. Raises ``Invalid``
    on the field ``password``.
    """
    text = normalise(password)
    problem = ""
    if len(text) < minimum:
        problem = _("密码至少 %(n)s 个字符，可以用一句话", n=minimum)
    elif len(text) > MAXIMUM:
        problem = _("密码最多 %(n)s 个字符", n=MAXIMUM)
    elif _is_weak(text, [word for word in context if len(word.strip()) >= 2]):
        problem = _("这个密码太容易猜到，请换一句只有您知道的话")
    if problem:
        raise Invalid(fields={"password": problem})


def _is_weak(text: str, context: list[str]) -> bool:
    """Whether little is left once known words, runs and repeated characters are taken out."""
    rest = text.casefold()
    for word in sorted({*(w.strip().casefold() for w in context), *_COMMON}, key=len, reverse=True):
        rest = rest.replace(word, "")
    for run in _RUNS:
        for line in (run, run[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    rest = rest.replace(line[start : start + length], "")
    return len(rest) < 4 or len(set(rest)) < 4


def hash_password(password: str) -> str:
    """The stored form. About 30 ms of one core and 19 MB: never call it inside a writing unit of a request."""
    with _Slot():
        return _hasher.hash(normalise(password))


def choose(password: str, *, minimum: int = MINIMUM, context: Iterable[str] = ()) -> str:
    """Check a new password and return its stored form. Raises ``Invalid`` as ``check`` does."""
    check(password, minimum=minimum, context=context)
    return hash_password(password)


def verify(stored: str, password: str) -> bool:
    """Whether ``password`` belongs to ``stored``; an account without one costs the same time as one with it."""
    with _Slot():
        try:
            _hasher.verify(stored or _dummy, normalise(password[: MAXIMUM + 1]))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(stored)


def needs_rehash(stored: str) -> bool:
    """Whether ``stored`` was made with another cost than today's."""
    return _hasher.check_needs_rehash(stored)


def new_secret() -> str:
    """A one-time password that can be read out: 20 characters in five groups, 99 bits."""
    letters = "23456789abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


class _Slot:
    """One of the places where a hash may be computed; the sign-in page must not eat all memory."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=WAIT_SECONDS):
            raise Unavailable

    def __exit__(self, *_error: object) -> None:
        _slots.release()
