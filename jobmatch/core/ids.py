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
    choice = seeded.choice if seeded else secrets.choice
    return "".join(choice(ALPHABET) for _ in range(LENGTH))


@contextmanager
def seeded_ids(seed: int) -> Iterator[None]:
    """Make ids reproducible inside the block: for the demo county and tests only."""
    token = _seeded.set(random.Random(seed))
    try:
        yield
    finally:
        _seeded.reset(token)
