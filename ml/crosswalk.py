"""What was done in the service as civilian occupations: the table, staff's corrections, and people's choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ml.tables import crosswalk_counts, specialties

STRENGTH = {"A": 1.0, "B": 0.7, "C": 0.4}
SECONDARY = 0.7
# The US crosswalk speaks of another army, so it never weighs as much as the table's own secondary occupations.
WIDENED = 0.8 * SECONDARY
FULL_SHARE = 0.15
# So many choices are worth as much as the table's own word, so that a few clicks do not overturn it: three choices
# raise a link by a fifth at most, however seldom people choose, which leaves a widened link below a secondary one.
PRIOR_CHOICES = 15.0
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
def _crosswalk_shares() -> Mapping[str, Mapping[str, float]]:
    """Specialty to occupation to its share of the trade's service codes in the US, several titles summed."""
    shares: dict[str, dict[str, float]] = {}
    for row in crosswalk_counts():
        trades = shares.setdefault(row.specialty, {})
        trades[row.occupation] = trades.get(row.occupation, 0.0) + row.count / row.total
    return shares


@lru_cache(maxsize=1)
def table_links() -> Links:
    """The links of `specialties.csv`: primary occupations by strength, secondary ones somewhat less.

    Occupations that only the US crosswalk names come after them, full at `FULL_SHARE` of the trade's service codes.
    The counts are of codes and not of people, so that a greater share says no more.
    """
    links = {}
    for row in specialties():
        strength = STRENGTH.get(row.strength, STRENGTH["C"])
        own = [(code, strength) for code in row.primary_occupations]
        own += [(code, strength * SECONDARY) for code in row.secondary_occupations]
        named = {code for code, _ in own}
        shares = _crosswalk_shares().get(row.code, {}).items()
        full = strength * WIDENED
        added = [(code, full * min(share / FULL_SHARE, 1.0)) for code, share in shares if code not in named]
        links[row.code] = (*own, *added)
    return links


def correct_links(links: Links, corrections: Iterable[Correction], responses: Iterable[Response] = ()) -> Links:
    """Links with staff's corrections, then weighed by how people answer.

    The factor is the postings chosen over those expected at the overall rate, both with `PRIOR_CHOICES` added, kept
    between `LEAST` and `MOST`: relevance as clicks over impressions with a prior (gamma and Poisson), by pair and not
    by click. The prior is counted in choices because rates are low: in showings, three lucky clicks could overturn it.
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
            factor = (answer.chosen + PRIOR_CHOICES) / (answer.shown * overall + PRIOR_CHOICES)
            changed[answer.specialty][answer.occupation] = min(weight * min(max(factor, LEAST), MOST), 1.0)
    return {code: tuple(trades.items()) for code, trades in changed.items()}


def trades_of(served: Iterable[tuple[str, float]], links: Links | None = None) -> tuple[tuple[str, float, str], ...]:
    """(occupation, weight 0 to 1, specialty) for specialties with years; unknown specialties lead nowhere."""
    links = table_links() if links is None else links
    return tuple(
        (occupation, weight * experience_weight(years), specialty)
        for specialty, years in served
        for occupation, weight in links.get(specialty, ())
    )
