"""Synthetic people and postings from a fixed seed, for benchmarks and tests. Nobody in here exists."""

import random
from datetime import date, timedelta

from ml.documents import Eligibility, PostingDocument, Profile, Requirement
from ml.tables import Occupation, certificates, occupations, skills, specialties

REGIONS = [f"4303{district:02d}{town:03d}" for district in (2, 4, 21, 81, 82) for town in range(100, 107)]
EDUCATION = {3: "初中", 4: "高中或中专", 5: "大专", 6: "本科"}
LICENCES = ("C1", "B2", "A2", "A1")
SHIFTS = ("day", "shift", "night")
EMPLOYMENT_TYPES = ("full_time", "part_time", "seasonal")


def _likely() -> list[str]:
    return [code for row in specialties() for code in (*row.primary_occupations, *row.secondary_occupations)]


def _point(draw: random.Random) -> tuple[float, float]:
    return round(27.6 + draw.random() * 0.7, 4), round(112.3 + draw.random() * 0.9, 4)


def synthetic_postings(count: int, *, today: date, seed: int = 1) -> list[PostingDocument]:
    """Synthetic postings of all occupations, those that military specialties lead to being more frequent."""
    draw = random.Random(seed)
    trades = {row.code: row for row in occupations() if row.level == 4 and row.definition}
    likely, everything = [code for code in _likely() if code in trades], list(trades)
    chosen = [draw.choice(likely if draw.random() < 0.6 else everything) for _ in range(count)]
    return [_posting(draw, f"j{number:07d}", trades[code], today) for number, code in enumerate(chosen)]


def _posting(draw: random.Random, key: str, trade: Occupation, today: date) -> PostingDocument:
    low = draw.randrange(30, 90) * 100
    has_pay = draw.random() < 0.9
    return PostingDocument(
        key=key,
        title=draw.choice((trade.name, *trade.aliases)),
        published_on=today - timedelta(days=draw.randrange(90)),
        text=f"合成单位{draw.randrange(400)}招聘。{trade.definition}{trade.tasks}",
        employer_key=f"e{draw.randrange(400)}",
        occupation=trade.code,
        requirements=_requirements(draw),
        region=draw.choice(REGIONS),
        point=_point(draw) if draw.random() < 0.8 else None,
        pay_low_yuan=low if has_pay else None,
        pay_high_yuan=low + draw.randrange(0, 40) * 100 if has_pay else None,
        shift=draw.choice((*SHIFTS, "")),
        employment_type=draw.choice(EMPLOYMENT_TYPES),
        vacancy_count=draw.randrange(1, 20),
        veterans_first=draw.random() < 0.3,
        reserved_for_veterans=draw.random() < 0.05,
        max_age=draw.choice((None, None, None, 35, 45)),
        employer_answer_rate=draw.choice((None, 0.2, 0.6, 0.95)),
    )


def _requirements(draw: random.Random) -> tuple[Requirement, ...]:
    needs = []
    if draw.random() < 0.6:
        rank = draw.choice(list(EDUCATION))
        needs.append(Requirement("education", "", draw.random() < 0.7, EDUCATION[rank], level=rank))
    if draw.random() < 0.5:
        years = draw.choice((1, 2, 3, 5))
        needs.append(Requirement("years", "", draw.random() < 0.5, f"{years} 年经验", years=years))
    if draw.random() < 0.25:
        code = draw.choice(LICENCES)
        needs.append(Requirement("licence", code, draw.random() < 0.8, f"{code} 驾驶证"))
    if draw.random() < 0.4:
        certificate = draw.choice(certificates())
        needs.append(Requirement("certificate", certificate.code, draw.random() < 0.5, certificate.name))
    needs += [
        Requirement("skill", skill.code, draw.random() < 0.4, skill.name, level=draw.randrange(0, 5))
        for skill in draw.sample(skills(), draw.randrange(0, 4))
    ]
    if draw.random() < 0.05:
        specialty = draw.choice(specialties())
        needs.append(Requirement("specialty", specialty.code, False, specialty.name))
    if draw.random() < 0.08:
        needs.append(Requirement("leadership", "", False, "带过队伍", level=draw.choice((1, 2))))
    return tuple(needs)


def synthetic_people(count: int, *, today: date, seed: int = 2) -> list[tuple[Profile, Eligibility]]:
    """Synthetic veterans, and one dependant in ten."""
    draw = random.Random(seed)
    likely = _likely()
    return [_person(draw, f"p{number:07d}", likely, today) for number in range(count)]


def _person(draw: random.Random, key: str, likely: list[str], today: date) -> tuple[Profile, Eligibility]:
    is_veteran = draw.random() < 0.9
    served = draw.randrange(2, 17) if is_veteran else 0
    specialty = draw.choice(specialties())
    known = {*(specialty.skills if is_veteran else ()), *(row.code for row in draw.sample(skills(), 3))}
    profile = Profile(
        key=key,
        wanted_occupations=tuple(draw.sample(likely, draw.randrange(0, 3))),
        wanted_words=draw.choice(("货车司机", "保安 稳定 离家近", "电工", "厨师", "")),
        past_occupations=(
            ((draw.choice(likely), float(draw.randrange(1, 9)), float(draw.choice((0, 0, 1, 4)))),)
            if draw.random() < 0.5
            else ()
        ),
        specialties=((specialty.code, float(served)),) if is_veteran else (),
        leadership=draw.choice((0, 0, 1, 2)) if is_veteran else 0,
        service_years=float(served),
        years_since_service=float(draw.randrange(0, 25)) if is_veteran else None,
        work_years=float(draw.randrange(0, 12)),
        skills=tuple((code, draw.randrange(0, 6)) for code in sorted(known)),
        certificates=tuple(row.code for row in draw.sample(certificates(), draw.randrange(0, 3))),
        licences=draw.choice(((), ("C1",), ("B2",), ("A2",), ("JUN",))),
        education_rank=draw.choice((0, 3, 4, 4, 5, 6)),
        wanted_regions=(draw.choice(REGIONS)[:6],) if draw.random() < 0.8 else (),
        point=_point(draw) if draw.random() < 0.9 else None,
        max_distance_km=draw.choice((None, 10.0, 30.0)),
        pay_floor_yuan=draw.choice((None, 4000, 5000, 6500)),
        shifts=draw.choice(((), ("day",), ("day", "shift"))),
        employment_types=draw.choice(((), ("full_time",))),
    )
    born = today - timedelta(days=draw.randrange(20 * 365, 60 * 365))
    return profile, Eligibility(birth_on=born, sex=None, is_veteran=is_veteran, is_dependant=not is_veteran)
