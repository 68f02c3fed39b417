"""Synthetic people of the demo county: what each of them is, can and wants, drawn from one seeded source."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from jobmatch.demo.county import GIVEN, GIVEN_OLD, GIVEN_WOMEN, STREETS, SURNAMES, TOWNS, Town
from ml.reference import specialties

CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CERTIFICATES = {
    "4-07-05-01": "CE026", "6-31-01-03": "CE012", "4-12-01-01": "CE032", "4-03-02-01": "CE036", "4-02-04-06": "CE030",
}  # fmt: skip
RANKS_NEW = (("Y2", 2, 30), ("S1", 5, 26), ("S2", 8, 22), ("S3", 12, 12), ("S4", 16, 6), ("S5", 20, 2), ("O3", 8, 2))
DEPENDANTS = ("JS_PO", "JS_PO", "SJJS", "SJJS", "SJJS", "JS_FM", "JS_ZN", "LSYS", "STSQ")


@dataclass(slots=True)
class Plan:
    """Everything the demo will say about one person."""

    name: str
    phone: str
    sex: str
    birth_on: date
    id_number: str
    town: Town
    kinds: tuple[str, ...]
    education: str
    address: str
    enlisted_on: date | None = None
    discharged_on: date | None = None
    rank: str = ""
    branch: str = ""
    method: str = ""
    leadership: int = 0
    specialty: str = ""
    specialty_years: float = 0.0
    skills: list[tuple[str, int]] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    works: bool = False
    looks: bool = True
    wanted: list[str] = field(default_factory=list)
    pay_floor: int | None = None
    arrives_week: int = 0
    status: str = ""

    @property
    def is_veteran(self) -> bool:
        return "TYJR" in self.kinds


def synthetic_id_number(born: date, sequence: int, sex: str) -> str:
    """A number with a right checksum in the unassigned city 9901: the county part moves on every 500 people."""
    digits = f"9901{sequence // 500 % 90 + 1:02d}{born:%Y%m%d}{(sequence * 2 + (sex == 'male')) % 1000:03d}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, CHECK_WEIGHTS, strict=True)) % 11]
    return digits + check


def _birth(rng: random.Random, today: date, years: float) -> date:
    return today - timedelta(days=int(years * 365.25) + rng.randrange(365))


def _veteran(rng: random.Random, plan: Plan, today: date) -> None:
    old = rng.random()
    since = rng.uniform(0.1, 5) if old < 0.30 else rng.uniform(5.2, 12) if old < 0.62 else rng.uniform(12, 32)
    code, years, _weight = rng.choices(RANKS_NEW, weights=[entry[2] for entry in RANKS_NEW])[0]
    served = max(2, years + rng.randrange(-1, 3)) if code != "Y2" else 2
    discharged = today - timedelta(days=int(since * 365.25))
    if since < 2.0:
        month = rng.choice((3, 9))
        discharged = date(discharged.year, month, 1) if date(discharged.year, month, 1) <= today else discharged
    plan.discharged_on = discharged
    plan.enlisted_on = discharged - timedelta(days=int(served * 365.25))
    plan.birth_on = plan.enlisted_on - timedelta(days=int(rng.uniform(18.1, 22) * 365.25))
    plan.rank = f"H{code[1]}" if code.startswith("S") and discharged < NEW_RANKS_FROM else code
    plan.branch = rng.choice(
        ("LJ", "LJ", "LJ", "HJ", "KJ", "HJJ", "WJ_NW", "WJ_JD", "LQBZ", "EP" if since > 11 else "LJ")
    )
    plan.method = _method(rng, code, served, discharged)
    plan.leadership = 2 if code.startswith("O") or served >= 16 else 1 if served >= 5 and rng.random() < 0.7 else 0
    specialty = rng.choice(specialties())
    plan.specialty, plan.specialty_years = specialty.code, float(min(served, rng.randrange(1, served + 1)))
    plan.skills = [(skill, rng.randrange(1, 5)) for skill in specialty.skills[: rng.randrange(1, 4)]]
    wanted = [*specialty.primary_occupations, *specialty.secondary_occupations]
    plan.wanted = rng.sample(wanted, k=min(len(wanted), rng.randrange(1, 4))) if rng.random() < 0.75 else []
    if specialty.code in {"SP10", "SP11", "SP51", "SP04"} or rng.random() < 0.45:
        plan.licences = [rng.choices(("C1", "B2", "A2", "A1", "C2"), weights=(55, 25, 10, 4, 6))[0]]
    plan.certificates = [CERTIFICATES[code] for code in plan.wanted if code in CERTIFICATES and rng.random() < 0.5][:2]


def _method(rng: random.Random, rank: str, served: int, discharged: date) -> str:
    """A way of resettlement that existed on the day of discharge."""
    if rank.startswith("O"):
        if discharged >= MONTHLY_PENSION_FROM:
            return rng.choice(("ZHUANYE", "ZYLQ", "FUYUAN"))
        return rng.choice(("ZHUANYE", "ZZZY", "FUYUAN") if discharged.year > 2001 else ("ZHUANYE", "FUYUAN"))
    if discharged < SELF_ARRANGED_FROM:
        own = "TWYWB" if rank == "Y2" else "ZYSG" if served >= 12 else "FYSG"
        return rng.choice((own, own, "ZMZY")) if discharged.year > 1999 else own
    if served >= 12:
        return rng.choice(("APGZ", "ZYLQ", "ZZJY") if discharged >= MONTHLY_PENSION_FROM else ("APGZ", "ZZJY"))
    return "ZZJY"


SELF_ARRANGED_FROM = date(2011, 11, 1)
MONTHLY_PENSION_FROM = date(2021, 1, 1)
NEW_RANKS_FROM = date(2009, 12, 1)


def make_plan(rng: random.Random, number: int, today: date, weeks: int) -> Plan:
    """One person; ``number`` makes phone and identity number unique."""
    veteran = rng.random() < 0.8
    sex = "male" if rng.random() < (0.94 if veteran else 0.18) else "female"
    town = rng.choices(TOWNS, weights=[town.share for town in TOWNS])[0]
    plan = Plan(
        name="",
        phone=f"199{number + 10_000_000:08d}",
        sex=sex,
        birth_on=_birth(rng, today, rng.uniform(19, 52)),
        id_number="",
        town=town,
        kinds=("TYJR",) if veteran else (rng.choice(DEPENDANTS),),
        education=rng.choices(("71", "61", "41", "47", "31", "21"), weights=(14, 30, 12, 10, 24, 10))[0],
        address=f"{rng.choice(STREETS)} {rng.randrange(1, 180)} 号",
    )
    if veteran:
        _veteran(rng, plan, today)
        if rng.random() < 0.04:
            plan.kinds = ("TYJR", "JS_PO")
    else:
        plan.skills = [(rng.choice(("SK060", "SK065", "SK066", "SK058", "SK105", "SK061")), rng.randrange(1, 4))]
        plan.licences = ["C1"] if rng.random() < 0.3 else []
    age = (today - plan.birth_on).days / 365.25
    given = GIVEN_WOMEN if sex == "female" else GIVEN_OLD if age > 48 else GIVEN
    plan.name = rng.choice(SURNAMES) + rng.choice(given)
    plan.id_number = synthetic_id_number(plan.birth_on, number, sex)
    plan.works = rng.random() < (0.86 if age > 26 else 0.68)
    plan.looks = rng.random() < 0.47 if plan.works else rng.random() < 0.9
    plan.pay_floor = rng.choice((None, 3500, 4000, 4500, 5000, 6000))
    plan.arrives_week = 0 if rng.random() < 0.55 else rng.randrange(1, max(2, weeks - 2))
    plan.status = _status(rng, plan, age)
    return plan


def _status(rng: random.Random, plan: Plan, age: float) -> str:
    """The register's word for a person who is in work, at school or out of the count; empty when not known."""
    if age > 60:
        return "R1" if rng.random() < 0.7 else ""
    if plan.works:
        return rng.choices(("E1", "E2", "E3", "E5", "G", "J", "I"), weights=(46, 12, 16, 10, 6, 6, 4))[0]
    if plan.is_veteran and plan.discharged_on and age < 26 and rng.random() < 0.25:
        return rng.choice(("B", "C"))
    return rng.choices(("L1", "L2", "L3", "X1", "X2", ""), weights=(30, 8, 8, 6, 8, 40))[0]
