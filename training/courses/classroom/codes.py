"""The code on the screen of a class: it changes every 30 seconds, so that nobody can send it to somebody at home.

The text of the address is public id of the meeting + number of the step in base 32 + 16 characters of an HMAC over
both and the meeting's own secret. It is good for its own step and the next one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from jobmatch.core.crypto import keyring
from jobmatch.core.ids import ALPHABET, LENGTH

STEP_SECONDS = 30
GOOD_STEPS = 2
MARK = 16
_STEP = 7
_BASE = len(ALPHABET)


@dataclass(frozen=True, slots=True)
class Code:
    """What an address says, before its mark was checked."""

    meeting_id: str
    step: int
    mark: str


def step_of(at: datetime) -> int:
    """The number of the 30 seconds in which ``at`` lies."""
    return int(at.timestamp()) // STEP_SECONDS


def code_text(meeting_id: str, secret: bytes, at: datetime) -> str:
    """What stands in the address on the screen at ``at``."""
    step = step_of(at)
    return f"{meeting_id}{_digits(step, _STEP)}{_mark(meeting_id, secret, step)}"


def read_code(text: str) -> Code | None:
    """The parts of an address; None where it is none of ours by its shape."""
    if len(text) != LENGTH + _STEP + MARK or not set(text) <= set(ALPHABET):
        return None
    step = 0
    for character in text[LENGTH : LENGTH + _STEP]:
        step = step * _BASE + ALPHABET.index(character)
    return Code(text[:LENGTH], step, text[LENGTH + _STEP :])


def is_genuine(code: Code, secret: bytes) -> bool:
    """Whether the code was made here for this meeting, whenever that was."""
    return hmac.compare_digest(code.mark, _mark(code.meeting_id, secret, code.step))


def is_fresh(code: Code, now: datetime) -> bool:
    """Whether the code stood on the screen in this step or the one before."""
    return 0 <= step_of(now) - code.step < GOOD_STEPS


def _digits(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, place = divmod(number, _BASE)
        characters.append(ALPHABET[place])
    return "".join(reversed(characters))


def _mark(meeting_id: str, secret: bytes, step: int) -> str:
    digest = hmac.digest(
        keyring().blind, b"|".join((b"class-code", meeting_id.encode(), str(step).encode(), secret)), "sha256"
    )
    return _digits(int.from_bytes(digest, "big") % _BASE**MARK, MARK)
