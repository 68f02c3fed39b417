"""The closed list of things a score may depend on, as functions of numbers that work on single values and columns.

Both directions (postings for a person, people for a posting) call the same functions, so one pair has one score.
Every feature lies between 0 and 1, and more is better. What nobody stated is neutral: see each function.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from ml.coding import suggest_occupations
from ml.columns import FloatArray
from ml.crosswalk import STRENGTH, experience_weight, trades_of
from ml.documents import Profile, Requirement
from ml.extraction import extract_skills
from ml.semantics import concept_matrix, occupation_neighbours
from ml.tables import certificates as all_certificates
from ml.tables import education_levels, find_occupation, licence_certificates, licence_covers, skills, specialties
from ml.vocabulary import without_traits

FEATURES = (
    "work",  # closeness to the nearest of wish, civil work and service trade: the best of the three below
    "occupation_wanted",  # closeness of the posting's occupation to the nearest one wished for
    "occupation_past",  # the same for civil work done, weighed by years and by how long ago
    "occupation_specialty",  # the same for the occupations that military specialties lead to
    "words",  # share of the wish's words found in the posting, rare words counting more
    "skills_must",
    "skills_nice",
    "licence",
    "certificate",
    "education",
    "years",
    "specialty",
    "leadership",
    "musts",  # of skill, years, specialty, leadership: 1 when every must is met, falling with each one missing
    "admissible",  # 1, or 0 where a must of licence, certificate or education is missing
    "reach",  # the way there as one judges it: own limit, wanted regions and distance together
    "region",
    "distance",
    "pay",
    "shift",
    "employment_type",
    "veterans_first",
    "recency",
    "answer_rate",
)

# Groups of requirements that become one feature each: the share met, a must counting 1 and a nice-to-have this much.
NEED_GROUPS = ("skills_must", "skills_nice", "licence", "certificate", "education", "years", "specialty", "leadership")
NICE_WEIGHT = 0.4
# What a posting does not ask for earns less than what it asks for and is met: thin postings are not rewarded.
NO_NEED = 0.5
# Whoever is known to lack such a must is not in the list: see `ml.rules`.
HARD_KINDS = ("education", "licence", "certificate")

CLOSENESS = (0.0, 0.2, 0.5, 1.0)  # same major, middle and small group, same occupation
MOST_NEAR = 0.97  # no neighbour is as near as the occupation itself
UNKNOWN_SKILL_LEVEL = 2.0  # a skill stated without a level counts as a beginner's
CERTIFIED_SKILL_LEVEL = 3.0
NEUTRAL = 0.5
RECENCY_DAYS = 30.0
HALF_DISTANCE_KM = 25.0
EARTH_KM = 6371.0088
WITHIN = 0.7  # `region_degree` of a region that lies inside a wanted one or around it
# Years after which work counts half. Fitted on the tuning half of the judged set: see docs/benchmarks.md.
SERVICE_HALF_LIFE = 5.0
WORK_HALF_LIFE = 8.0


def need_group(need: Requirement) -> str:
    """The feature a requirement counts for."""
    return ("skills_must" if is_must(need) else "skills_nice") if need.kind == "skill" else need.kind


def need_amount(need: Requirement) -> float:
    """How much a requirement asks for: a rank, a level, years, or 1 for things one has or has not."""
    if need.kind == "education":
        return float(need.level or _education_ranks().get(need.code, 0))
    if need.kind in ("skill", "leadership"):
        return float(max(need.level, 1))
    return need.years if need.kind == "years" else 1.0


@lru_cache(maxsize=1)
def _education_ranks() -> dict[str, int]:
    return {row.code: row.rank for row in education_levels()}


class Holdings:
    """What a person has of everything that a requirement can ask for."""

    def __init__(self, profile: Profile) -> None:
        classes, said = licence_certificates(), said_to_hold(profile.wanted_words)
        self.profile = profile
        self.certificates = dict.fromkeys((*profile.certificates, *said.get("certificate", ())))
        # A licence certificate and the licence class are the same document under two codes.
        papers = (classes[code] for code in self.certificates if code in classes)
        self.licences = tuple(dict.fromkeys((*profile.licences, *papers, *said.get("licence", ()))))
        self.trades = profile.service_trades or trades_of(profile.specialties)
        self._specialties = {code for code, _ in profile.specialties}
        self.skills: dict[str, float] = {}
        for code, level in (*profile.skills, *_implied_skills(profile, self.certificates)):
            self.skills[code] = max(self.skills.get(code, 0.0), level or UNKNOWN_SKILL_LEVEL)

    def amount(self, kind: str, code: str) -> float:
        """The person's rank, level, years or 1 for this requirement; 0 when there is nothing."""
        if kind == "skill":
            return self.skills.get(code, 0.0)
        if kind == "licence":
            return float(licence_covers(self.licences, code))
        if kind == "certificate":
            return float(
                code in self.certificates or licence_covers(self.licences, licence_certificates().get(code, ""))
            )
        if kind == "years":
            # Service counts as experience: a soft score, since the law says so for public bodies only.
            return self.profile.service_years + self.profile.work_years
        if kind == "education":
            return float(self.profile.education_rank)
        if kind == "specialty":
            return float(code in self._specialties)
        return float(self.profile.leadership)


# A paper counts where somebody says to have it; wishing to learn for it is not having it.
_HAVING = re.compile(r"有|持|拿到|考到|取得")
_LICENCE_SAID = re.compile(r"(?<![没])[有持]\s*([abcABC][1-6])(?![0-9A-Za-z])")
_WISHING = re.compile(r"想|打算|准备|正在|学|没|无|还差|将")


@lru_cache(maxsize=16384)
def said_to_hold(words: str) -> Mapping[str, tuple[str, ...]]:
    """Licences and certificates that a person's own words say they have, by kind."""
    plain = [code.upper() for code in _LICENCE_SAID.findall(words)]
    found: dict[str, list[str]] = {"licence": plain, "certificate": []}
    for one in extract_skills(words) if words.strip() else ():
        before = re.split(r"[，,。；;、\s]", words[: one.start])[-1]
        after = words[one.end : one.end + 3]
        said = _HAVING.search(before) or (one.kind == "licence" and re.match(r"\s*[驾照证本牵司货客]", after))
        if one.kind in found and not one.negated and said and not _WISHING.search(before):
            found[one.kind].append(one.code)
    return {kind: tuple(codes) for kind, codes in found.items()}


def _implied_skills(profile: Profile, certificates: Iterable[str]) -> Iterable[tuple[str, float]]:
    """Skills that a trade of the service or a certificate stands for; a stated level counts where it is higher."""
    for code, _ in profile.specialties:
        row = specialties_by_code().get(code)
        if row is not None:
            yield from ((skill, 1.0 + 2.0 * STRENGTH.get(row.strength, 0.0)) for skill in row.skills)
    for code in certificates:
        yield from ((skill, CERTIFIED_SKILL_LEVEL) for skill in _certified_skills().get(code, ()))


@lru_cache(maxsize=1)
def _certified_skills() -> dict[str, tuple[str, ...]]:
    return {row.code: row.skills for row in all_certificates()}


@lru_cache(maxsize=1)
def soft_skills() -> frozenset[str]:
    """Traits such as 责任心, which nobody can prove: never a must."""
    return frozenset(row.code for row in skills() if row.is_soft)


def is_must(need: Requirement) -> bool:
    """Whether a requirement counts as a must."""
    return need.must and not (need.kind == "skill" and need.code in soft_skills())


def is_missing(kind: str, have: float, want: float) -> bool:
    """Whether a hard must is known to be missing. Education not filled in is asked for, not held against anybody."""
    return have < want and not (kind == "education" and have <= 0)


def need_degree(is_education: Any, have: Any, want: Any) -> Any:
    """How far requirements are met, 0 to 1, never falling as `have` grows. Education one rank below counts half."""
    have, want = np.asarray(have, dtype=float), np.asarray(want, dtype=float)
    share = np.minimum(have, want) / np.where(want <= 0, 1.0, want)
    below = np.where(have > 0, np.clip(1.0 - 0.5 * (want - have), 0.0, 1.0), 0.0)
    return np.where(want <= 0, 1.0, np.where(is_education, below, share))


@lru_cache(maxsize=8192)
def occupation_prefixes(code: str) -> tuple[str, ...]:
    """Major, middle, small group and occupation: `4-02-02-01` gives `4`, `4-02`, `4-02-02`, `4-02-02-01`."""
    parts = code.split("-") if code else []
    return tuple("-".join(parts[: i + 1]) for i in range(min(len(parts), 4)))


@lru_cache(maxsize=8192)
def near(code: str) -> "Closeness":
    """Closeness to one occupation."""
    return Closeness([(code, 1.0)])


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, dict[str, float]]:
    """Occupation to its neighbours, the same in both directions."""
    found: dict[str, dict[str, float]] = {}
    for code, neighbours in occupation_neighbours().items():
        for other, close in neighbours:
            for one, two in ((code, other), (other, code)):
                known = found.setdefault(one, {})
                known[two] = max(known.get(two, 0.0), MOST_NEAR * close)
    return found


class Closeness:
    """Closeness of any occupation code to the nearest of some weighted ones.

    By the tree of the classification (see `CLOSENESS`), or by what its texts say of both occupations, whichever is
    nearer: the tree parts trades that people change between.
    """

    def __init__(self, weighted: Iterable[tuple[str, float]]) -> None:
        self._groups: dict[str, float] = {}
        self._codes: dict[str, float] = {}
        for code, weight in weighted:
            for prefix, close in zip(occupation_prefixes(code), CLOSENESS, strict=False):
                self._groups[prefix] = max(self._groups.get(prefix, 0.0), close * weight)
            for other, close in _neighbours().get(code, {}).items():
                self._codes[other] = max(self._codes.get(other, 0.0), close * weight)

    def of(self, code: str) -> float:
        """0 to 1; 0 for an empty or foreign code."""
        best = self._codes.get(code, 0.0)
        for prefix in occupation_prefixes(code):
            value = self._groups.get(prefix, 0.0)
            if value > best:
                best = value
        return best

    def column(self, codes: Sequence[str]) -> FloatArray:
        """`of` for each code; `codes` must be sorted, so that a group is one stretch of them."""
        column = np.zeros(len(codes))
        for prefix, close in self._groups.items():
            start, end = bisect_left(codes, prefix), bisect_left(codes, prefix + "~")
            np.maximum(column[start:end], close, out=column[start:end])
        for code, close in self._codes.items():
            place = bisect_left(codes, code)
            if place < len(codes) and codes[place] == code:
                column[place] = max(column[place], close)
        return column


@lru_cache(maxsize=1)
def specialties_by_code() -> Mapping[str, Any]:
    return {row.code: row for row in specialties()}


def fade(years: float, half_life: float) -> float:
    """1 for the present, one half after `half_life` years, one quarter after two."""
    return float(0.5 ** (max(years, 0.0) / half_life))


def past_occupations(profile: Profile) -> list[tuple[str, float]]:
    """Civilian occupation and weight."""
    return [
        (code, experience_weight(years) * fade(ago, WORK_HALF_LIFE)) for code, years, ago in profile.past_occupations
    ]


SURE = 0.5


@lru_cache(maxsize=16384)
def coded_wish(words: str) -> tuple[tuple[str, float], ...]:
    """Occupations that typed words speak of, each with a weight that grows with how sure the coding is."""
    words = without_traits(words).strip()
    found = suggest_occupations(words, top=4) if words else []
    return tuple((one.code, min(one.score / SURE, 1.0)) for one in found if one.score >= SURE / 5)


def wanted_occupations(profile: Profile) -> list[tuple[str, float]]:
    """Occupation and weight of what the person wants: what they ticked, and what their words speak of."""
    return [*((code, 1.0) for code in profile.wanted_occupations), *coded_wish(profile.wanted_words)]


def work_weights(profile: Profile) -> tuple[float, float, float]:
    """How much wish, civil work and service count for the nearest work. A wish outweighs what was done before."""
    return (1.0, 0.6, 0.5) if wanted_occupations(profile) else (0.0, 1.0, 1.0)


_PHRASE = re.compile(r"[，,。；;、/\s]+")


def wish_phrases(profile: Profile) -> list[str]:
    """What the person typed, phrase by phrase."""
    return [phrase for phrase in _PHRASE.split(without_traits(profile.wanted_words)) if len(phrase) > 1]


def work_phrases(profile: Profile) -> list[tuple[str, float]]:
    """Phrase and weight of everything in words that counts as near work: the wish, and what work was called."""
    wish, past, _ = work_weights(profile)
    names = (find_occupation(code) for code in profile.wanted_occupations)
    found = [(phrase, wish) for phrase in wish_phrases(profile)]
    found += [(row.name, wish) for row in names if row]
    found += [(phrase, past) for phrase in _PHRASE.split(without_traits(profile.past_words))]
    return [(phrase, weight) for phrase, weight in found if len(phrase) > 1 and weight > 0]


_Concepts = tuple[tuple[int, ...], tuple[float, ...]]
_MOST_PHRASES = 16384
_concepts: dict[str, _Concepts] = {}


def phrase_concepts(phrase: str) -> _Concepts:
    """Places in `ml.semantics.concepts` and weights of a phrase; both empty where nothing is known of it."""
    found = _concepts.get(phrase)
    return found if found is not None else learn_phrases([phrase])[phrase]


def learn_phrases(phrases: Iterable[str]) -> dict[str, _Concepts]:
    """The concepts of phrases not seen lately, all at once: a tenth of the time of one after the other. Kept."""
    unknown = list(dict.fromkeys(phrase for phrase in phrases if phrase not in _concepts))[:_MOST_PHRASES]
    if not unknown:
        return {}
    table = concept_matrix(unknown)
    parts = list(pairwise(table.indptr.tolist()))
    places, weights = table.indices.tolist(), table.data.tolist()
    learned = {one: (tuple(places[i:j]), tuple(weights[i:j])) for one, (i, j) in zip(unknown, parts, strict=True)}
    if len(_concepts) + len(learned) > _MOST_PHRASES:
        _concepts.clear()
    _concepts.update(learned)
    return learned


def work_degree(by_code: Any, by_words: Any, is_coded: Any) -> Any:
    """The mean of what the occupation's code and the title's words say; the words alone where there is no code."""
    return np.where(is_coded, (np.asarray(by_code) + by_words) / 2, by_words)


def work_occupations(profile: Profile) -> list[tuple[str, float]]:
    """Occupation and weight of all that counts as near work; empty where nothing is known."""
    wish, past, service = work_weights(profile)
    found = [(code, weight * wish) for code, weight in wanted_occupations(profile)]
    found += [(code, weight * past) for code, weight in past_occupations(profile)]
    return found + [(code, weight * service) for code, weight, _ in served_occupations(profile)]


def served_occupations(profile: Profile) -> list[tuple[str, float, str]]:
    """Civilian occupation, weight and specialty code, for every occupation that the person's specialties lead to.

    What was done in the service fades with the years since; civilian work done later then outweighs it.
    """
    faded = fade(profile.years_since_service or 0.0, SERVICE_HALF_LIFE)
    trades = profile.service_trades or trades_of(profile.specialties)
    return [(occupation, weight * faded, specialty) for occupation, weight, specialty in trades]


@lru_cache(maxsize=8192)
def strip_region(code: str) -> str:
    """Cuts trailing groups of zeros: `430300000000` gives `4303`. Groups have 2, 2, 2, 3 and 3 digits."""
    code = code[:12]
    for start in (9, 6, 4, 2):
        if len(code) > start and not code[start:].strip("0"):
            code = code[:start]
    return code


@lru_cache(maxsize=65536)
def region_degree(wanted: tuple[str, ...], region: str) -> float:
    """1 inside a wanted region, 0.7 where the posting names a region around it, 0.5 same city, 0.2 same province.

    Neutral when nothing is wanted; 0.3 when the posting names no region.
    """
    wishes = [strip_region(code) for code in wanted if code]
    if not wishes:
        return NEUTRAL
    place = strip_region(region)
    if not place:
        return 0.3
    return max(_region_pair(wish, place) for wish in wishes)


def _region_pair(wish: str, place: str) -> float:
    if place.startswith(wish):
        return 1.0
    if wish.startswith(place):
        return 0.7
    if len(wish) >= 4 and wish[:4] == place[:4]:
        return 0.5
    return 0.2 if wish[:2] == place[:2] else 0.0


def unit_vectors(points: Iterable[tuple[float, float] | None]) -> FloatArray:
    """Points in degrees as three rows of coordinates on the unit ball; NaN for none. Shape (3, n)."""
    degrees = np.array([point or (np.nan, np.nan) for point in points], dtype=float).reshape(-1, 2)
    degrees[~np.isfinite(degrees)] = np.nan
    lat, lon = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    # Half the digits: two metres on the ground are enough, and twice as fast.
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]).astype(np.float32)


def point_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """`distance_km` of two points in degrees."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*one, *other))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(math.sqrt(half), 1.0))


def distance_km(one: FloatArray, others: FloatArray) -> FloatArray:
    """Great-circle distance in kilometres between unit vectors of shapes (3, 1) and (3, n); NaN where one is NaN."""
    # The chord keeps its precision where points are close, which the angle's cosine does not.
    chord = np.square(others[0] - one[0])
    chord += np.square(others[1] - one[1])
    chord += np.square(others[2] - one[2])
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(chord) / 2, 1.0)))


def distance_degree(km: Any, max_km: Any) -> Any:
    """1 next door, one half at 25 km, times 0.3 beyond the person's own limit (None or NaN for none). Neutral when
    unknown."""
    km = np.asarray(km)
    degree = HALF_DISTANCE_KM / (HALF_DISTANCE_KM + km)
    if max_km is not None:
        degree = np.where(km > max_km, 0.3 * degree, degree)
    return np.where(np.isnan(km), NEUTRAL, degree)


NEAR_KM, TOLERABLE_KM, OVER_LIMIT = 25.0, 60.0, 1.3


def reach_degree(km: Any, max_km: Any, region: Any, is_placed: Any) -> Any:
    """How well a place can be reached, 0 to 1: never falling as the way gets shorter or the region nearer.

    1 within the person's own limit, or without one within 25 km; 0.75 anywhere inside a wanted region when no limit is
    given; 0.5 a little over the limit, or within 60 km where no region is named; else 0. Unknown distance: the region
    decides. `region` is `region_degree`; `is_placed`: the person named regions; `max_km`: NaN for none. The bounds are
    those of docs/relevance.md.
    """
    km, max_km, region, is_placed = (np.asarray(value) for value in (km, max_km, region, is_placed))
    inside, is_free = region >= WITHIN, np.isnan(max_km)
    tolerable = km <= np.where(is_free, TOLERABLE_KM, max_km * OVER_LIMIT)
    known = np.where(tolerable & (inside | ~is_placed | ~is_free), 0.5, 0.0)
    known = np.where(inside & is_placed & is_free, 0.75, known)
    known = np.where(km <= np.where(is_free, NEAR_KM, max_km), 1.0, known)
    unknown = np.where(is_placed, np.where(inside, 0.9, np.where(region >= 0.5, 0.4, 0.0)), NEUTRAL)
    return np.where(np.isnan(km), unknown, known)


def pay_degree(floor: Any, low: Any, high: Any) -> Any:
    """1 when even the low end reaches the person's floor, 0.9 when the high end does; 0.4 a tenth below it, 0.1 a
    quarter below it. Zero stands for unknown: 0.7 without a floor, 0.6 when the posting names no pay. Yuan per month.
    """
    floor, low, high = (np.asarray(value, dtype=float) for value in (floor, low, high))
    low, high = np.where(low > 0, low, high), np.where(high > 0, high, low)
    short = np.interp(high / np.where(floor > 0, floor, 1.0), (0.0, 0.75, 0.9, 1.0), (0.0, 0.1, 0.4, 0.7))
    degree = np.where(low >= floor, 1.0, np.where(high >= floor, 0.9, short))
    return np.where(floor <= 0, 0.7, np.where(high <= 0, 0.6, degree))


def accepted_degree(accepted: tuple[str, ...], value: str) -> float:
    """1 when the value is accepted or anything is, 0.9 when the posting does not say, else 0."""
    if not accepted or value in accepted:
        return 1.0
    return 0.0 if value else 0.9


def recency_degree(published: Any, today: date) -> Any:
    """1 on the day of publishing, 0.37 after 30 days. `published` holds day ordinals."""
    days = np.maximum(today.toordinal() - np.asarray(published, dtype=float), 0.0)
    return np.exp(-days / RECENCY_DAYS)


def answer_degree(rate: Any) -> Any:
    """The employer's share of applications answered; neutral when unknown (NaN)."""
    rate = np.asarray(rate, dtype=float)
    return np.where(np.isnan(rate), NEUTRAL, np.clip(rate, 0.0, 1.0))


def musts_degree(gap: Any) -> Any:
    """1 when nothing is missing, one half when one must is missing altogether."""
    return 1.0 / (1.0 + np.asarray(gap, dtype=float))
