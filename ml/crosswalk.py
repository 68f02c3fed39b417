"""What was done in the service as civilian occupations: the table, staff's corrections, and people's choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ml.tables import specialties

STRENGTH = {"A": 1.0, "B": 0.7, "C": 0.4}
SECONDARY = 0.7
# So many showings are worth as much as the table's own word, so that a few clicks do not overturn it.
PRIOR_SHOWINGS = 30.0
LEAST, MOST = 0.5, 1.5

Links = Mapping[str, tuple[tuple[str, float], ...]]  # specialty to (occupation, weight 0 to 1)


@dataclass(frozen=True, slots=True)
class Correction:
    """Staff say how surely a specialty leads to an occupation: `strength` A, B or C, or empty for not at all."""

    specialty: str
    occupation: str
    strength: str


@dataclass(frozen=True, slots=True)
class Response:
    """How people of a specialty answered postings of an occupation: each pair of person and posting counts once."""

    specialty: str
    occupation: str
    shown: int
    chosen: int


def experience_weight(years: float) -> float:
    """0.6 for having done it at all, 1 after four years."""
    return min(1.0, 0.6 + 0.1 * max(years, 0.0))


@lru_cache(maxsize=1)
def table_links() -> Links:
    """The links of `specialties.csv`; primary occupations by strength, secondary ones somewhat less."""
    return {
        row.code: tuple(
            (occupation, STRENGTH.get(row.strength, STRENGTH["C"]) * share)
            for codes, share in ((row.primary_occupations, 1.0), (row.secondary_occupations, SECONDARY))
            for occupation in codes
        )
        for row in specialties()
    }


def correct_links(links: Links, corrections: Iterable[Correction], responses: Iterable[Response] = ()) -> Links:
    """Links with staff's corrections, then weighed by how people answer.

    The factor is the rate of chosen postings over the rate of all, both with `PRIOR_SHOWINGS` showings at the overall
    rate, kept between `LEAST` and `MOST`: relevance as clicks over impressions with a prior, by pair and not by click.
    Raises KeyError for an unknown strength.
    """
    changed = {code: dict(pairs) for code, pairs in links.items()}
    for one in corrections:
        trades = changed.setdefault(one.specialty, {})
        if one.strength:
            trades[one.occupation] = STRENGTH[one.strength]
        else:
            trades.pop(one.occupation, None)
    answers = list(responses)
    shown = sum(one.shown for one in answers)
    overall = sum(one.chosen for one in answers) / shown if shown else 0.0
    for answer in answers:
        weight = changed.get(answer.specialty, {}).get(answer.occupation)
        if weight is not None and overall > 0:
            rate = (answer.chosen + PRIOR_SHOWINGS * overall) / (answer.shown + PRIOR_SHOWINGS)
            changed[answer.specialty][answer.occupation] = min(weight * min(max(rate / overall, LEAST), MOST), 1.0)
    return {code: tuple(trades.items()) for code, trades in changed.items()}


def trades_of(served: Iterable[tuple[str, float]], links: Links | None = None) -> tuple[tuple[str, float, str], ...]:
    """(occupation, weight 0 to 1, specialty) for specialties with years; unknown specialties lead nowhere."""
    links = table_links() if links is None else links
    return tuple(
        (occupation, weight * experience_weight(years), specialty)
        for specialty, years in served
        for occupation, weight in links.get(specialty, ())
    )
