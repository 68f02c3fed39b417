"""Tickets: what their code says, signed, so that a desk can tell a real one from an invented one without asking.

The text is short and of letters and digits that a scanner types alike under any keyboard, upper or lower case:
``JMF`` + public id of the fair + public id of the registration + 16 characters of an HMAC over both.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from jobmatch.core.crypto import keyring
from jobmatch.core.ids import ALPHABET, LENGTH

PREFIX = "JMF"
MARK = 16
_TEXT = len(PREFIX) + LENGTH + LENGTH + MARK


@dataclass(frozen=True, slots=True)
class Ticket:
    """The public ids that a genuine ticket carries."""

    fair_id: str
    registration_id: str


def ticket_text(fair_id: str, registration_id: str) -> str:
    """What stands in the ticket's QR code."""
    return f"{PREFIX}{fair_id}{registration_id}{_mark(fair_id, registration_id)}".upper()


def read_ticket(text: str) -> Ticket | None:
    """The ticket that a scanned text is, in upper or lower case; None for everything that was not signed here."""
    plain = text.strip().lower()
    if len(plain) != _TEXT or not plain.startswith(PREFIX.lower()) or not plain.isascii():
        return None
    body = plain[len(PREFIX) :]
    fair_id, registration_id, mark = body[:LENGTH], body[LENGTH : 2 * LENGTH], body[2 * LENGTH :]
    if not hmac.compare_digest(mark, _mark(fair_id, registration_id)):
        return None
    return Ticket(fair_id, registration_id)


def _mark(fair_id: str, registration_id: str) -> str:
    """Sixteen characters (79 bits) of an HMAC under the installation's blind key."""
    digest = hmac.digest(keyring().blind, f"fair-ticket|{fair_id}|{registration_id}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    characters = []
    for _ in range(MARK):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)
