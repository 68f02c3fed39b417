"""What the ranker is given about people and postings. Values only; nothing here knows a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Point = tuple[float, float]  # latitude, longitude in degrees

REQUIREMENT_KINDS = ("education", "licence", "certificate", "skill", "years", "specialty", "leadership")

# Numbers beyond these bounds are moved to the nearest, and what is no number counts as not stated: a slip of a keyboard
# or a damaged import is then one wrong value and never a score of nothing.
_YEARS, _AGE, _COUNT, _YUAN = (0, 80), (0, 150), (0, 1_000_000), (0, 10_000_000)
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "leadership": (0, 2),
    "service_years": _YEARS,
    "years_since_service": _YEARS,
    "work_years": _YEARS,
    "education_rank": (0, 8),
    "max_distance_km": (0, 20_000),
    "pay_floor_yuan": _YUAN,
    "pay_low_yuan": _YUAN,
    "pay_high_yuan": _YUAN,
    "vacancy_count": _COUNT,
    "min_age": _AGE,
    "max_age": _AGE,
    "hoped_min_age": _AGE,
    "hoped_max_age": _AGE,
    "welcomes_over": _AGE,
    "applicant_count": _COUNT,
    "employer_answer_rate": (0, 1),
}
_LEVELS: Mapping[str, tuple[float, float]] = {"education": (0, 8), "leadership": (0, 2)}
# The same for the numbers inside the entries of a list.
_ENTRY_BOUNDS: Mapping[str, tuple[float, float]] = {
    "past_occupations": _YEARS,
    "specialties": _YEARS,
    "service_trades": (0, 1),
    "skills": (0, 5),
}
# How many characters of a text are read. Nobody's wish is longer, and every phrase of it costs time at each look at a
# list; a posting that is longer only repeats itself.
_MOST_LETTERS: Mapping[str, int] = {"wanted_words": 400, "past_words": 400, "title": 200, "text": 20_000}


def _keep_bounds(document: Any) -> None:
    """Moves the values of a fresh document into their bounds."""
    for name in document.__slots__:
        given = getattr(document, name)
        if not given:
            continue
        if name in _BOUNDS:
            kept = _within(given, _BOUNDS[name], document.__dataclass_fields__[name].default)
        elif name in _MOST_LETTERS and isinstance(given, str):
            kept = given[: _MOST_LETTERS[name]]
        elif name in _ENTRY_BOUNDS:
            kept = tuple(tuple(_within(one, _ENTRY_BOUNDS[name], 0) for one in entry) for entry in given)
        elif name == "point":
            kept = given if abs(given[0]) <= 90 and abs(given[1]) <= 180 else None
        else:
            continue
        if kept is not given:
            object.__setattr__(document, name, kept)


def _within(given: Any, bounds: tuple[float, float], unknown: Any) -> Any:
    if not isinstance(given, int | float) or bounds[0] <= given <= bounds[1]:
        return given
    return type(given)(min(max(given, bounds[0]), bounds[1])) if given == given else unknown


@dataclass(frozen=True, slots=True)
class Profile:
    """The ranker's only input about a person.

    The list of fields is closed and under test: no name, age, sex, ethnicity, disability, political status or
    region of origin may be added, so that the score cannot depend on them.
    """

    key: str
    wanted_occupations: tuple[str, ...] = ()
    wanted_words: str = ""
    past_occupations: tuple[tuple[str, float, float], ...] = ()  # civil work: occupation code, years, years since
    past_words: str = ""  # what that work was called
    specialties: tuple[tuple[str, float], ...] = ()  # military specialty code, years
    # Occupation, weight 0 to 1, specialty: where the office has corrected the table; empty takes the table.
    service_trades: tuple[tuple[str, float, str], ...] = ()
    leadership: int = 0  # 0 none, 1 led a squad, 2 led a platoon or more
    service_years: float = 0.0
    years_since_service: float | None = None
    work_years: float = 0.0
    skills: tuple[tuple[str, int], ...] = ()  # skill code, level 1 to 5, 0 unknown
    certificates: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    education_rank: int = 0  # `EducationLevel.rank`; 0 unknown
    wanted_regions: tuple[str, ...] = ()  # region codes without trailing zero groups
    point: Point | None = None  # where they live
    max_distance_km: float | None = None
    pay_floor_yuan: int | None = None  # per month
    shifts: tuple[str, ...] = ()  # accepted; empty means any
    employment_types: tuple[str, ...] = ()  # accepted; empty means any

    def __post_init__(self) -> None:
        _keep_bounds(self)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Facts for lawful hard rules only. They exclude or they do not; they never change a score."""

    birth_on: date | None = None
    sex: str | None = None  # "male" or "female"
    is_veteran: bool = False
    is_dependant: bool = False
    political_member: bool | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of a posting.

    kind: one of `REQUIREMENT_KINDS`. code: a code of the table of that kind. level: rank for education (0 takes the
    rank of `code`), 1 to 5 for a skill (0 any), 1 or 2 for leadership. years: for years.
    label: Chinese words for display. Raises ValueError for another kind.
    """

    kind: str
    code: str
    must: bool
    label: str
    level: int = 0
    years: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in REQUIREMENT_KINDS:
            raise ValueError(f"unknown kind of requirement: {self.kind}")
        if self.level:
            object.__setattr__(self, "level", _within(self.level, _LEVELS.get(self.kind, (0, 5)), 0))
        if self.years:
            object.__setattr__(self, "years", _within(self.years, _YEARS, 0.0))


@dataclass(frozen=True, slots=True)
class PostingDocument:
    """One open posting. `text` should also carry the employer's name, so that search finds it."""

    key: str
    title: str
    published_on: date
    text: str = ""
    employer_key: str = ""
    occupation: str = ""
    industry: str = ""
    requirements: tuple[Requirement, ...] = ()
    region: str = ""
    point: Point | None = None
    pay_low_yuan: int | None = None
    pay_high_yuan: int | None = None
    shift: str = ""
    employment_type: str = ""
    kind: str = ""  # such as regular, seasonal or gig; a filter only, never part of a score
    vacancy_count: int = 1
    veterans_first: bool = False
    reserved_for_veterans: bool = False
    min_age: int | None = None  # lawful statutory limits only
    max_age: int | None = None
    hoped_min_age: int | None = None  # what the employer hopes for without a law behind it: shown, never scored
    hoped_max_age: int | None = None
    welcomes_over: int | None = None  # 45 or 50: the employer says that people beyond this age are welcome
    applicant_count: int = 0  # open applications; for spreading people over postings, never part of a score
    employer_answer_rate: float | None = None  # 0 to 1

    def __post_init__(self) -> None:
        _keep_bounds(self)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the people's index keeps them."""

    profile: Profile
    eligibility: Eligibility

    @property
    def key(self) -> str:
        return self.profile.key


def posting_to_record(posting: PostingDocument) -> dict[str, Any]:
    """A posting as plain JSON values."""
    record = {name: getattr(posting, name) for name in PostingDocument.__slots__}
    record["published_on"] = posting.published_on.isoformat()
    record["requirements"] = [[getattr(need, name) for name in Requirement.__slots__] for need in posting.requirements]
    return record


def posting_from_record(record: dict[str, Any]) -> PostingDocument:
    """The inverse of `posting_to_record`. Keys may be missing and unknown ones are left aside.

    Raises ValueError or TypeError for values of the wrong kind.
    """
    values = _known(record, PostingDocument)
    values["published_on"] = date.fromisoformat(values.get("published_on") or date.min.isoformat())
    values["requirements"] = tuple(Requirement(*need) for need in values.get("requirements", ()))
    values["point"] = _point(values.get("point"))
    return PostingDocument(**values)


def person_to_record(person: Person) -> dict[str, Any]:
    """A person as plain JSON values."""
    birth_on = person.eligibility.birth_on
    return {
        "profile": {name: getattr(person.profile, name) for name in Profile.__slots__},
        "eligibility": {name: getattr(person.eligibility, name) for name in Eligibility.__slots__}
        | {"birth_on": birth_on.isoformat() if birth_on else None},
    }


def person_from_record(record: dict[str, Any]) -> Person:
    """The inverse of `person_to_record`. Keys may be missing and unknown ones are left aside.

    Raises ValueError or TypeError for values of the wrong kind.
    """
    profile = _known(record["profile"], Profile)
    for name in ("specialties", "skills", "service_trades"):
        profile[name] = tuple(tuple(one) for one in profile.get(name, ()))
    # Without a third number the work counts as present.
    profile["past_occupations"] = tuple((*one, 0.0)[:3] for one in profile.get("past_occupations", ()))
    for name in ("wanted_occupations", "certificates", "licences", "wanted_regions", "shifts", "employment_types"):
        profile[name] = tuple(profile.get(name, ()))
    profile["point"] = _point(profile.get("point"))
    eligibility = _known(record.get("eligibility", {}), Eligibility)
    if eligibility.get("birth_on"):
        eligibility["birth_on"] = date.fromisoformat(eligibility["birth_on"])
    return Person(Profile(**profile), Eligibility(**eligibility))


def _known(record: dict[str, Any], kind: Any) -> dict[str, Any]:
    return {name: record[name] for name in kind.__slots__ if record.get(name) is not None}


def _point(value: Any) -> Point | None:
    return (float(value[0]), float(value[1])) if value else None
