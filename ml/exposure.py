"""A small, dated re-ordering of a finished list, so that no employer and no person starves. It costs a little order.

Nothing here is part of a score: what is shown as the match stays what the model says.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ml.ranking import Match
from ml.store import ANY_TEXT

# In log-odds: two pairs further apart than both together never change places.
MOST_LIFT = 0.25
MOST_SHUFFLE = 0.10
CROWDED = 5.0  # open applications for each vacancy at which nothing is left of the lift


@dataclass(frozen=True, slots=True)
class Attention:
    """How much attention one side has had: open applications and vacancies of a posting, and of its employer; or
    applications of a person (`applicants`) and the answers they got (`answered`)."""

    applicants: int = 0
    vacancies: int = 1
    answered: int = 0


def posting_lift(posting: Attention, employer: Attention) -> float:
    """0 to 1: more for employers whom nobody applies to, and less the more people wait for each vacancy."""
    crowd = min(posting.applicants / max(posting.vacancies, 1) / CROWDED, 1.0)
    return (1.0 - crowd) * (1.0 if employer.applicants == 0 else 0.5)


def person_lift(person: Attention) -> float:
    """0 to 1: more for people who applied and had no answer."""
    return (person.applicants - person.answered) / person.applicants if person.applicants else 0.0


def spread(matches: Sequence[Match], lifts: Mapping[str, float], *, day: date, salt: str) -> tuple[Match, ...]:
    """The same matches in another order: by raw score, plus the lift of each, plus a draw for the day.

    lifts: key to 0 to 1; unknown keys have none. salt: whose list this is, so that lists differ from each other but a
    page looks the same all day.
    """

    def place(match: Match) -> tuple[float, str]:
        seed = hashlib.blake2b(f"{day.isoformat()}|{salt}|{match.key}".encode(*ANY_TEXT), digest_size=4).digest()
        draw = int.from_bytes(seed, "big") / 2**32
        return (
            -(match.raw + MOST_LIFT * min(max(lifts.get(match.key, 0.0), 0.0), 1.0) + MOST_SHUFFLE * draw),
            match.key,
        )

    return tuple(sorted(matches, key=place))
