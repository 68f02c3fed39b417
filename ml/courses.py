"""What a course would open: counterfactuals over many people and courses at once, and one person's in detail.

A posting is *opened* to somebody by a course where a hard rule keeps them apart today and none would any more, if they
had its certificates. It is *raised* where no rule keeps them apart, and the course's certificates and skills lift the
score to a good match (`ml.gaps.SUITABLE`). A licence counts only for who is old enough to take its test.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ml.documents import Eligibility, Profile
from ml.features import HARD_KINDS, distance_km, region_degree, unit_vectors
from ml.gaps import SUITABLE
from ml.index import PostingIndex
from ml.pairs import Pairs
from ml.people_index import day_number
from ml.pool import Part, Pool
from ml.ranker import Ranker, shown
from ml.rules import FAR_KM, age_on, excluded_postings, licence_ages
from ml.store import Array
from ml.tables import licence_certificates

Courses = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Course code to the codes of its certificates and of its skills."""
UNKNOWN_AGE = 150  # nobody is kept from a test for want of a birth date


@dataclass(frozen=True, slots=True)
class CourseOpening:
    """What one course opens to many people: `counts` of postings by person, in the order of the people.

    keys: the postings it opens to anybody, those it opens to most people first. occupations: the most frequent codes
    among them, three at most.
    """

    code: str
    counts: Array
    keys: tuple[str, ...]
    occupations: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many people gain at least one posting."""
        return int(np.count_nonzero(self.counts))


@dataclass(frozen=True, slots=True)
class CourseGain:
    """What one course changes for one person, scored anew.

    opens: postings that no rule keeps out any more; suitable: those of them that would be at least a good match.
    raises: postings that were open already and become a good match. keys: the best of all these, best first.
    """

    code: str
    opens: int
    suitable: int
    raises: int
    keys: tuple[str, ...]


def with_course(profile: Profile, certificates: Iterable[str], skills: Iterable[str]) -> Profile:
    """The profile as if a course had been completed; what is held already is not held twice."""
    known = {code for code, _ in profile.skills}
    return replace(
        profile,
        certificates=tuple(dict.fromkeys((*profile.certificates, *certificates))),
        skills=(*profile.skills, *((code, 0) for code in dict.fromkeys(skills) if code not in known)),
    )


def without_course(profile: Profile, certificates: Iterable[str], skills: Iterable[str]) -> Profile:
    """The profile as if a course had never been taken: its certificates and skills are not held."""
    papers, known = frozenset(certificates), frozenset(skills)
    classes = {licence_certificates()[code] for code in papers if code in licence_certificates()}
    return replace(
        profile,
        certificates=tuple(code for code in profile.certificates if code not in papers),
        licences=tuple(code for code in profile.licences if code not in classes),
        skills=tuple((code, level) for code, level in profile.skills if code not in known),
    )


def certificates_for(certificates: Iterable[str], eligibility: Eligibility, today: date) -> tuple[str, ...]:
    """The certificates that somebody of this age may get: licences ask for an age (`driver_licences.csv`)."""
    return _allowed(tuple(certificates), _age(eligibility, today))


def opened_by_courses(
    pool: Pool[PostingIndex], people: Sequence[tuple[Profile, Eligibility]], courses: Courses, *, today: date
) -> list[CourseOpening]:
    """For each course how many postings it opens to each person, by the hard rules alone; see `CourseCounter`."""
    counter = CourseCounter(pool, courses, today=today)
    counter.add(people)
    return counter.openings()


def course_gains(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    courses: Courses,
    *,
    today: date,
    without: frozenset[str] = frozenset(),
    top: int = 3,
) -> list[CourseGain]:
    """What each course would change for one person, those that change something, most opened postings first."""
    befores = [_Before(ranker, pool, part, profile, eligibility, today, without) for part in pool.parts]
    found = []
    for code, (papers, skills) in courses.items():
        after = with_course(profile, certificates_for(papers, eligibility, today), skills)
        if (after.certificates, after.skills) == (profile.certificates, profile.skills):
            continue
        opens, suitable, raises, best = 0, 0, 0, []
        for before in befores:
            new, lifted, scored = before.change(after)
            opens, raises = opens + len(new), raises + len(lifted)
            suitable += sum(shown(raw) >= SUITABLE for raw, _, is_new in scored if is_new)
            best += scored
        if opens or raises:
            best.sort(key=lambda one: (-one[0], one[1]))
            found.append(CourseGain(code, opens, suitable, raises, tuple(key for _, key, _ in best[:top])))
    return sorted(found, key=lambda one: (-one.opens, -one.suitable - one.raises, one.code))


def opened_postings(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    before: Profile,
    after: Profile,
    eligibility: Eligibility,
    *,
    today: date,
    without: frozenset[str] = frozenset(),
) -> list[str]:
    """Keys of the postings that `after` may be recommended and `before` may not, the best first."""
    found: list[tuple[float, str]] = []
    for part in pool.parts:
        was = _Before(ranker, pool, part, before, eligibility, today, without)
        found += [(-raw, key) for raw, key, is_new in was.change(after)[2] if is_new]
    return [key for _, key in sorted(found)]


class _Before:
    """One person and one part of the pool as they are: what is admitted, and how it scores."""

    def __init__(
        self,
        ranker: Ranker,
        pool: Pool[PostingIndex],
        part: Part[PostingIndex],
        profile: Profile,
        eligibility: Eligibility,
        today: date,
        without: frozenset[str],
    ) -> None:
        self._ranker, self._index, self._today, self._eligibility = ranker, part.index, today, eligibility
        self._alive = pool.alive_without(part, without)
        self._pairs = part.index.pairs(profile, today=today)
        self._degrees = part.index.needs_met(profile)[0]
        self._is_in = self._alive & ~self._excluded(profile, self._pairs)
        ends = part.index.column("need_end")
        self._need_row = np.repeat(np.arange(len(part.index)), np.diff(ends))

    def _excluded(self, profile: Profile, pairs: Pairs) -> Array:
        rules = excluded_postings(self._index, profile, self._eligibility, today=self._today, lacking=pairs.lacking)
        return np.logical_or.reduce(list(rules.values()))

    def change(self, after: Profile) -> tuple[Array, Array, list[tuple[float, str, bool]]]:
        """(rows opened, rows raised, the raw score, key and whether it was opened, of all of them)."""
        index = self._index
        changed = index.needs_met(after)[0] != self._degrees
        if not changed.any():
            return np.zeros(0, np.int64), np.zeros(0, np.int64), []
        touched = np.zeros(len(index), dtype=bool)
        touched[self._need_row[changed[index.column("need_id")]]] = True
        pairs = index.pairs(after, today=self._today, like=self._pairs)
        new = np.flatnonzero(self._alive & ~self._is_in & ~self._excluded(after, pairs))
        stayed = np.flatnonzero(touched & self._is_in)
        was = shown(np.round(self._ranker.raw(self._pairs, stayed), 9))
        now = np.round(self._ranker.raw(pairs, stayed), 9)
        is_lifted = (was < SUITABLE) & (shown(now) >= SUITABLE)
        raw = np.round(self._ranker.raw(pairs, new), 9)
        scored = [(float(one), index.key(row), True) for one, row in zip(raw, new.tolist(), strict=True)]
        lifted = stayed[is_lifted]
        scored += [
            (float(one), index.key(row), False) for one, row in zip(now[is_lifted], lifted.tolist(), strict=True)
        ]
        return new, lifted, scored


class CourseCounter:
    """Counts what courses open to people, who are added in as many portions as one likes.

    A posting is opened where all the hard musts that somebody lacks are among what the course gives, and no other rule
    keeps them apart. So only postings that ask for what a course gives are looked at, for all people of a portion at
    once; this is `excluded_postings` before and after, and a test holds both to the same answer.
    """

    def __init__(self, pool: Pool[PostingIndex], courses: Courses, *, today: date) -> None:
        self._today = today
        self._courses = courses
        self._parts = [_PartCounter(part, courses, today) for part in pool.parts]
        self._counts: list[Array] = []

    def add(self, people: Sequence[tuple[Profile, Eligibility]]) -> None:
        """Counts some more people; a few hundred at once are quickest."""
        if people:
            self._counts.append(np.asarray(sum(part.add(people) for part in self._parts)))

    def openings(self) -> list[CourseOpening]:
        """What was counted so far, in the order of the courses."""
        counts = np.concatenate(self._counts) if self._counts else np.zeros((0, len(self._courses)), np.int64)
        found = []
        for place, code in enumerate(self._courses):
            keys: list[tuple[int, str]] = []
            trades: Counter[str] = Counter()
            for part in self._parts:
                index, people = part.index, part.people_of[place]
                for row in np.flatnonzero(people).tolist():
                    keys.append((-int(people[row]), index.key(row)))
                    trades[index.occupations[index.column("occupation")[row]]] += 1
            trades.pop("", None)
            best = tuple(trade for trade, _ in sorted(trades.items(), key=lambda one: (-one[1], one[0]))[:3])
            found.append(CourseOpening(code, counts[:, place], tuple(key for _, key in sorted(keys)), best))
        return found


class _PartCounter:
    """One part of the pool: which of its postings each course may open."""

    def __init__(self, part: Part[PostingIndex], courses: Courses, today: date) -> None:
        self.index, self._today = part.index, today
        self._courses = [papers for papers, _ in courses.values()]
        self.people_of = np.zeros((len(self._courses), len(part.index)), dtype=np.int64)
        index = part.index
        rows = np.concatenate([index.column(f"{kind}_row") for kind in HARD_KINDS])
        needs = np.concatenate([index.column(f"{kind}_id") for kind in HARD_KINDS])
        # Only postings with a must that some course gives can be opened by one.
        given = np.any([self._given(papers) for papers in self._courses] or [np.zeros(len(index.needs), bool)], axis=0)
        able = np.zeros(len(index), dtype=bool)
        able[rows[given[needs]]] = True
        able &= part.alive
        self._rows = np.flatnonzero(able)
        place = np.full(len(index), -1)
        place[self._rows] = np.arange(len(self._rows))
        kept = place[rows] >= 0
        self._asks = np.zeros((len(index.needs), len(self._rows)), dtype=np.float32)
        np.add.at(self._asks, (needs[kept], place[rows[kept]]), 1.0)
        self._used = np.flatnonzero(self._asks.any(axis=1))
        self._asks = self._asks[self._used]
        self._given_of: dict[tuple[str, ...], tuple[Array, Array, Array]] = {}

    def _given(self, papers: tuple[str, ...]) -> Array:
        """For each different need whether these certificates meet it, which is a must of a paper."""
        is_paper = np.array([kind in ("licence", "certificate") and must for kind, _, _, must in self.index.needs])
        if not len(is_paper):
            return np.zeros(0, dtype=bool)
        return is_paper & ~self.index.lacking_needs(Profile(key="", certificates=papers))

    def _course(self, papers: tuple[str, ...]) -> tuple[Array, Array, Array]:
        """(needs it meets, columns it may open, what the postings of these columns ask of those needs)."""
        if papers not in self._given_of:
            given = np.flatnonzero(self._given(papers)[self._used])
            columns = np.flatnonzero(self._asks[given].any(axis=0))
            self._given_of[papers] = given, columns, self._asks[np.ix_(given, columns)]
        return self._given_of[papers]

    def add(self, people: Sequence[tuple[Profile, Eligibility]]) -> Array:
        """How many postings each course opens to each of these people: shape (people, courses)."""
        counts = np.zeros((len(people), len(self._courses)), dtype=np.int64)
        if not len(self._rows):
            return counts
        lacks = np.stack([self.index.lacking_needs(profile)[self._used] for profile, _ in people]).astype(np.float32)
        missing = lacks @ self._asks
        may = ~self._kept_apart(people) & (missing > 0)
        ages = np.array([_age(eligibility, self._today) for _, eligibility in people])
        for course, papers in enumerate(self._courses):
            for allowed, who in self._by_age(papers, ages):
                needs, columns, asks = self._course(allowed)
                if len(columns):
                    part = np.ix_(who, columns)
                    opened = may[part] & (lacks[np.ix_(who, needs)] @ asks == missing[part])
                    counts[who, course] += opened.sum(axis=1)
                    self.people_of[course, self._rows[columns]] += opened.sum(axis=0)
        return counts

    def _by_age(self, papers: tuple[str, ...], ages: Array) -> list[tuple[tuple[str, ...], Array]]:
        """The people by which of the papers their age allows."""
        groups: dict[tuple[str, ...], list[Array]] = {}
        for age in np.unique(ages):
            groups.setdefault(_allowed(papers, int(age)), []).append(np.flatnonzero(ages == age))
        return [(allowed, np.sort(np.concatenate(who))) for allowed, who in groups.items() if allowed]

    def _kept_apart(self, people: Sequence[tuple[Profile, Eligibility]]) -> Array:
        """Whether law or place keeps them apart, whatever papers somebody has: shape (people, rows)."""
        index, rows = self.index, self._rows
        veteran = np.array([eligibility.is_veteran for _, eligibility in people])
        apart = np.asarray(index.column("reserved"))[rows] & ~veteran[:, None]
        known = np.array([eligibility.birth_on is not None for _, eligibility in people])[:, None]
        age = np.array([_age(eligibility, self._today) for _, eligibility in people])[:, None]
        apart = apart | (known & ((index.column("min_age")[rows] > age) | (index.column("max_age")[rows] < age)))
        place, region = np.asarray(index.column("place"))[:, rows], index.column("region")[rows]
        elsewhere: dict[tuple[str, ...], Array] = {}
        for number, (profile, _) in enumerate(people):
            wanted = profile.wanted_regions
            if wanted not in elsewhere:
                far = np.array([bool(wanted) and region_degree(wanted, code) == 0 for code in index.regions], bool)
                elsewhere[wanted] = far[region]
            far = elsewhere[wanted]
            if far.any():
                if profile.point:
                    km = distance_km(unit_vectors([profile.point]), place)
                    far = far & ~(km <= max(profile.max_distance_km or 0.0, FAR_KM))
                apart[number] |= far
        return apart


def _age(eligibility: Eligibility, today: date) -> int:
    return int(age_on(today, day_number(eligibility.birth_on))) if eligibility.birth_on else UNKNOWN_AGE


def _allowed(papers: tuple[str, ...], age: int) -> tuple[str, ...]:
    classes = licence_certificates()
    return tuple(code for code in papers if code not in classes or licence_ages().get(classes[code], 0) <= age)
