"""The only source of public ids: 16 characters that nobody guesses and everybody can read out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 16
_seeded: ContextVar[random.Random | None] = ContextVar("jobmatch_seeded_ids", default=None)


def new_public_id() -> str:
    """A fresh id of 16 characters (79 bits) from the system's random source."""
    seeded = _seeded.get()
    if seeded:
        return "".join(seeded.choice(ALPHABET) for _ in range(LENGTH))
    # One draw for all characters: a page of forms asks for many ids, and each draw is a call into the system.
    number = secrets.randbelow(len(ALPHABET) ** LENGTH)
    characters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


@contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """Make ids reproducible inside the block: for the demo county and tests only."""
    token = _seeded.set(random.Random(seed))
    try:
        yield
    finally:
        _seeded.reset(token)
