"""The code tables in `ml/data` as tuples of frozen values, read once per process."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Occupation:
    """One row of the classification of 2022. `other_code` is its number in the other edition, or empty."""

    code: str
    other_code: str
    level: int  # 1 major, 2 middle, 3 small group, 4 occupation
    name: str
    green: bool
    digital: bool
    definition: str
    tasks: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledTitle:
    title: str
    code: str
    split: str  # "train" or "dev"
    verbatim_alias: bool


@dataclass(frozen=True, slots=True)
class Specialty:
    code: str
    name: str
    service_family: tuple[str, ...]
    primary_occupations: tuple[str, ...]
    secondary_occupations: tuple[str, ...]
    skills: tuple[str, ...]
    gap_certificates: tuple[str, ...]
    strength: str  # "A", "B" or "C": how surely the trade carries over
    source: str


@dataclass(frozen=True, slots=True)
class CrosswalkCount:
    """So many service codes of a US title of the same trade lead to an occupation, `total` being those of the trade."""

    specialty: str
    dod_title: str
    onet_title: str
    count: int
    total: int
    occupation: str


@dataclass(frozen=True, slots=True)
class Skill:
    code: str
    name: str
    category: str
    aliases: tuple[str, ...]
    is_soft: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    code: str
    name: str
    kind: str
    issuer: str
    levels: str
    validity: str
    skills: tuple[str, ...]
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class DriverLicence:
    code: str
    name: str
    vehicles: str
    also_covers: tuple[str, ...]
    min_age: int
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class EducationLevel:
    code: str
    name: str
    rank: int  # platform_rank; 0 = unknown
    graduated: bool | None
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


@lru_cache(maxsize=1)
def occupations() -> tuple[Occupation, ...]:
    """All groups and occupations, by code. Source: see `ml/data/SOURCES.md`."""
    return tuple(
        Occupation(
            code=row["code"],
            other_code=row["other_code"],
            level=int(row["level"]),
            name=row["name"],
            green=row["green"] == "1",
            digital=row["digital"] == "1",
            definition=row["definition"],
            tasks=row["tasks"],
            aliases=_split(row["aliases"]),
        )
        for row in _rows("occupations.csv")
    )


@lru_cache(maxsize=1)
def _occupations_by_code() -> dict[str, Occupation]:
    by_code = {row.other_code: row for row in occupations() if row.other_code}
    # The first edition's numbers win where both editions use the same one.
    by_code.update((row.code, row) for row in occupations())
    return by_code


def find_occupation(code: str) -> Occupation | None:
    """The occupation or group with this code, in either edition's numbering; None when there is none."""
    return _occupations_by_code().get(code)


@lru_cache(maxsize=1)
def labelled_titles() -> tuple[LabelledTitle, ...]:
    """Posting titles of all trades with their occupation code."""
    return tuple(
        LabelledTitle(row["title"], row["code"], row["split"], row["verbatim_alias"] == "1")
        for row in _rows("titles_labelled.csv")
    )


@lru_cache(maxsize=1)
def everyday_titles() -> tuple[tuple[str, str], ...]:
    """Everyday names of trades, each with its occupation code."""
    return tuple((row["title"], row["code"]) for row in _rows("everyday_titles.csv"))


@lru_cache(maxsize=1)
def title_groups() -> tuple[tuple[str, ...], ...]:
    """Everyday titles, those of one trade together."""
    return tuple(_split(row["titles"]) for row in _rows("title_groups.csv"))


@lru_cache(maxsize=1)
def specialties() -> tuple[Specialty, ...]:
    """Military specialties with the civilian occupations they lead to."""
    return tuple(
        Specialty(
            code=row["code"],
            name=row["name_zh"],
            service_family=_split(row["service_family"]),
            primary_occupations=_split(row["primary_occ_codes"]),
            secondary_occupations=_split(row["secondary_occ_codes"]),
            skills=_split(row["skills"]),
            gap_certificates=_split(row["gap_certificates"]),
            strength=row["mapping_strength"],
            source=row["source"],
        )
        for row in _rows("specialties.csv")
    )


@lru_cache(maxsize=1)
def crosswalk_counts() -> tuple[CrosswalkCount, ...]:
    """What the US crosswalk adds to `specialties`. Source and choice: see `ml/data/SOURCES.md`."""
    return tuple(
        CrosswalkCount(
            specialty=row["specialty_code"],
            dod_title=row["dod_title"],
            onet_title=row["onet_title"],
            count=int(row["count"]),
            total=int(row["total"]),
            occupation=row["occupation_code"],
        )
        for row in _rows("crosswalk_us.csv")
    )


@lru_cache(maxsize=1)
def skills() -> tuple[Skill, ...]:
    """Skills with their other names."""
    return tuple(
        Skill(row["code"], row["name_zh"], row["category"], _split(row["aliases"]), row["is_soft"] == "1")
        for row in _rows("skills.csv")
    )


@lru_cache(maxsize=1)
def certificates() -> tuple[Certificate, ...]:
    """Certificates with their everyday names. CE001 to CE004 are driver licences: see `LICENCE_CERTIFICATES`."""
    return tuple(
        Certificate(
            code=row["code"],
            name=row["name_zh"],
            kind=row["kind"],
            issuer=row["issuer"],
            levels=row["levels"],
            validity=row["validity"],
            skills=_split(row["skills"]),
            aliases=_split(row["aliases"]),
            note=row["note"],
        )
        for row in _rows("certificates.csv")
    )


@lru_cache(maxsize=1)
def driver_licences() -> tuple[DriverLicence, ...]:
    """Driver licence classes; `JUN` is the military licence, which covers no civilian class."""
    return tuple(
        DriverLicence(
            code=row["code"],
            name=row["name_zh"],
            vehicles=row["vehicles"],
            also_covers=_split(row["also_covers"]),
            min_age=int(row["min_age"]),
            note=row["note"],
            source=row["source"],
        )
        for row in _rows("driver_licences.csv")
    )


@lru_cache(maxsize=1)
def education_levels() -> tuple[EducationLevel, ...]:
    """Education codes of GB/T 4658-2006 with a rank for comparison."""
    graduated = {"1": True, "0": False, "": None}
    return tuple(
        EducationLevel(
            row["code"], row["name_zh"], int(row["platform_rank"]), graduated[row["graduated"]], row["source"]
        )
        for row in _rows("education_levels.csv")
    )


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    return frozenset((DATA / "stopwords_zh.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def simplified_letters() -> dict[int, str]:
    """Traditional to simplified characters, for `str.translate`; one character stays one character."""
    lines = (DATA / "traditional.txt").read_text(encoding="utf-8").split()
    return {ord(line[0]): line[1] for line in lines}


@lru_cache(maxsize=1)
def homophones() -> dict[str, frozenset[str]]:
    """Each common character with the characters that sound alike, tone and regional accent aside."""
    lines = (DATA / "homophones.txt").read_text(encoding="utf-8").split()
    return {letter: frozenset(line) for line in lines for letter in line}


@lru_cache(maxsize=1)
def _covers() -> dict[str, frozenset[str]]:
    return {row.code: frozenset((row.code, *row.also_covers)) for row in driver_licences()}


def licence_covers(held: Iterable[str], wanted: str) -> bool:
    """Whether one of the held licence classes permits what `wanted` permits.

    The table `also_covers` is the only rule: A2 covers B2 and C1, and the military licence `JUN` covers itself alone.
    """
    return any(wanted in _covers().get(code, ()) for code in held)


@lru_cache(maxsize=1)
def licence_certificates() -> dict[str, str]:
    """Certificate code to licence class, for the certificates that are nothing but a car or lorry licence."""
    classes = {row.code for row in driver_licences()}
    return {row.code: row.levels for row in certificates() if row.kind == "驾驶证" and row.levels in classes}
