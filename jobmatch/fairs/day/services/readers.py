"""What readers type: scanners of tickets and readers of identity cards are keyboards that end with Enter.

They type wherever the cursor stands, so each field may hold what was meant for another.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from jobmatch.fairs.visitors.tickets import PREFIX

_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_NAME = re.compile(r"(?:姓名[:\s]*)?([\u3400-\u9fff·]{2,20})")
_TICKET = re.compile(rf"{PREFIX}[0-9A-Z]{{20,}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """An identity card that was read: its number, which is kept nowhere, and the name where the reader types it."""

    number: str
    name: str

    @property
    def tail(self) -> str:
        """The last four, as registrations have them."""
        return self.number[-4:]


def plain_text(text: str) -> str:
    """What a scanner or a finger typed, in half-width and without blanks and dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def read_card(text: str) -> Card | None:
    """The card in what a reader typed: the number alone, or among name, sex, address in whichever order.

    The check digit is not asked for: a number with a slip is still one that must not be kept.
    """
    typed = unicodedata.normalize("NFKC", text)
    number = None if _TICKET.match(typed.strip()) else _NUMBER.search(typed)
    if number is None:
        return None
    name = _NAME.search(typed)
    return Card(number[0].upper(), name[1] if name else "")


def is_scanned(text: str) -> bool:
    """Whether a reader typed this: nobody types a ticket or an identity number where a name or phone is asked for."""
    return _TICKET.match(plain_text(text)) is not None or read_card(text) is not None
