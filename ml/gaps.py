"""What one licence, certificate or degree more would change: counterfactuals, every one of them scored anew."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ml.documents import Eligibility, Profile
from ml.features import HARD_KINDS
from ml.index import PostingIndex
from ml.people_index import day_number
from ml.pool import Pool
from ml.ranker import BANDS, Ranker, shown
from ml.rules import R_MUST, age_on, excluded_postings, licence_ages
from ml.store import Array
from ml.tables import licence_certificates

SUITABLE = next(least for least, name in BANDS if name == "good")
# A licence of the forces is for who serves, and C5 for who the traffic police have found to need an adapted car.
NOT_OPEN = ("JUN", "C5")
TRIED = 8  # of the many things somebody lacks, so many are scored anew: those that stand alone in most ways


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a person lacks, and what the list would be with it.

    kind, code, level: as in `Requirement`, without a code for education. opens: postings that no rule keeps out any
    more. suitable: those of them that would be at least a good match. best_key: the best of them, which would be number
    `best_place` of the list.
    """

    kind: str
    code: str
    level: int
    opens: int
    suitable: int
    best_key: str
    best_place: int


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that several people lack: how many, how many suitable postings it would open to them in all (a
    posting counts once for each person) and how many different ones, and the occupations that ask for it most."""

    kind: str
    code: str
    level: int
    people: int
    openings: int
    postings: int
    occupations: tuple[str, ...]
    person_keys: tuple[str, ...]


def with_need(profile: Profile, kind: str, code: str, level: int = 0) -> Profile:
    """The profile as if one thing more were held. Raises ValueError for another kind."""
    if kind == "licence":
        return replace(profile, licences=(*profile.licences, code))
    if kind == "certificate":
        return replace(profile, certificates=(*profile.certificates, code))
    if kind == "education":
        return replace(profile, education_rank=max(profile.education_rank, level))
    if kind == "skill":
        return replace(profile, skills=(*profile.skills, (code, level)))
    raise ValueError(f"no counterfactual for {kind}")


def find_gaps(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    *,
    today: date,
    top: int = 5,
    without: frozenset[str] = frozenset(),
) -> list[Gap]:
    """The licences, certificates and degrees that would open most suitable postings to a person, best first."""
    return [gap for gap, _ in _gaps(ranker, pool, profile, eligibility, today, top, without)]


def sum_gaps(
    ranker: Ranker, pool: Pool[PostingIndex], people: Iterable[tuple[Profile, Eligibility]], *, today: date
) -> list[Demand]:
    """What a class would open for many people: their gaps added up, most people first."""
    who: dict[tuple[str, str, int], list[str]] = {}
    openings: Counter[tuple[str, str, int]] = Counter()
    opened: dict[tuple[str, str, int], dict[str, str]] = {}
    for profile, eligibility in people:
        for gap, postings in _gaps(ranker, pool, profile, eligibility, today, TRIED, frozenset()):
            if gap.suitable:
                need = (gap.kind, gap.code, gap.level)
                who.setdefault(need, []).append(profile.key)
                openings[need] += gap.suitable
                opened.setdefault(need, {}).update(postings)
    demands = []
    for need, keys in who.items():
        trades = Counter(code for code in opened[need].values() if code)
        occupations = tuple(code for code, _ in trades.most_common(3))
        demands.append(Demand(*need, len(keys), openings[need], len(opened[need]), occupations, tuple(keys)))
    return sorted(demands, key=lambda one: (-one.people, -one.openings, one.kind, one.code))


def _gaps(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    today: date,
    top: int,
    without: frozenset[str],
) -> list[tuple[Gap, dict[str, str]]]:
    alone: Counter[tuple[str, str, int]] = Counter()
    before: list[Array] = []
    for part in pool.parts:
        alive = pool.alive_without(part, without)
        before.append(alive & ~_excluded(part.index, profile, eligibility, today))
        alone += _alone(part.index, profile, eligibility, today, alive)
    found = []
    for (kind, code, level), _ in sorted(alone.items(), key=lambda one: (-one[1], one[0]))[:TRIED]:
        gap = _tried(ranker, pool, with_need(profile, kind, code, level), eligibility, today, before, without)
        if gap is not None:
            opens, suitable, best_key, best_place, postings = gap
            found.append((Gap(kind, code, level, opens, suitable, best_key, best_place), postings))
    found.sort(key=lambda one: (-one[0].suitable, -one[0].opens, one[0].kind, one[0].code))
    return found[:top]


def _excluded(index: PostingIndex, profile: Profile, eligibility: Eligibility, today: date) -> Array:
    rules = excluded_postings(index, profile, eligibility, today=today)
    return np.logical_or.reduce(list(rules.values()))


def _alone(
    index: PostingIndex, profile: Profile, eligibility: Eligibility, today: date, alive: Array
) -> Counter[tuple[str, str, int]]:
    """Needs that keep postings out all by themselves, with how many postings each."""
    rules = excluded_postings(index, profile, eligibility, today=today)
    other = np.logical_or.reduce([marked for rule, marked in rules.items() if rule not in R_MUST.values()])
    rows, ids = index.alone(profile)
    counts = np.bincount(ids[(alive & ~other)[rows]], minlength=len(index.needs))
    found: Counter[tuple[str, str, int]] = Counter()
    age = age_on(today, day_number(eligibility.birth_on)) if eligibility.birth_on else None
    for number in np.flatnonzero(counts):
        kind, code, amount, _ = index.needs[number]
        if kind == "certificate" and code in licence_certificates():
            # The same paper under two codes is one thing to get, and one age has to be reached for it.
            kind, code = "licence", licence_certificates()[code]
        if kind in HARD_KINDS and not (kind == "licence" and not _is_open(code, age)):
            # Degrees of one rank are one thing to add, whatever they are called.
            need = ("education", "", int(amount)) if kind == "education" else (kind, code, 0)
            found[need] += int(counts[number])
    return found


def _is_open(code: str, age: int | None) -> bool:
    """Whether somebody of this age, where known, may take the test for a licence of this class."""
    return code in licence_ages() and code not in NOT_OPEN and (age is None or age >= licence_ages()[code])


def _tried(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    today: date,
    before: list[Array],
    without: frozenset[str],
) -> tuple[int, int, str, int, dict[str, str]] | None:
    """Scored anew: (opened, suitable among them, the best one, its place, suitable ones by occupation)."""
    best: tuple[float, str] | None = None
    opens, postings = 0, {}
    open_rows = []
    for part, was_in in zip(pool.parts, before, strict=True):
        index = part.index
        pairs = index.pairs(profile, today=today)
        rules = excluded_postings(index, profile, eligibility, today=today, lacking=pairs.lacking)
        is_in = pool.alive_without(part, without) & ~np.logical_or.reduce(list(rules.values()))
        open_rows.append((pairs, np.flatnonzero(is_in)))
        new = np.flatnonzero(is_in & ~was_in)
        raw = np.round(ranker.raw(pairs, new), 9)
        opens += len(new)
        for row in new[shown(raw) >= SUITABLE]:
            postings[index.key(row)] = index.occupations[index.column("occupation")[row]]
        if len(new) and (best is None or raw.max() > best[0]):
            best = (float(raw.max()), index.key(new[np.argmax(raw)]))
    if best is None:
        return None
    place = 1
    for pairs, rows in open_rows:
        # Only rows whose bound is above the best new one can stand before it.
        above = rows[ranker.bounds(pairs)[rows] > best[0]]
        place += int(np.count_nonzero(np.round(ranker.raw(pairs, above), 9) > best[0]))
    return opens, len(postings), best[1], place, postings
