"""Rows of a synthetic nation in bulk, for ``jobmatch simulate``: people and employers in all counties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from jobmatch.cli.bench import Filling
from jobmatch.cli.bench_figures import STATUS
from jobmatch.cli.bench_people import County
from jobmatch.core.crypto import keyring, place_of
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.pinyin import name_pinyin
from jobmatch.people.states import EvidenceKind, JobSearchState, RegisterSource
from jobmatch.reference.models import Region

SEEKING = 0.2
"""Share of the people who look for work and let employers find them."""
DISCHARGED = 2018
"""When ``bench.Filling`` lets everybody leave the forces; a tenth of them as 自主就业, whom the year table counts."""


class Nation(Filling):
    """The rows of ``bench.Filling`` over all counties, with what belongs to a person's file and register."""

    def __init__(self, uow: UnitOfWork, seed: int, *, employers: int) -> None:
        super().__init__(uow, seed, employers=employers)
        counties = select(Region.code, Region.path).where(Region.level == "county").order_by(Region.code)
        self.regions = [(code, path) for code, path in uow.session.execute(counties)]
        self.county = County([], seed)

    def people(self, count: int, first: int = 1) -> None:
        super().people(count, first)
        theirs = ServiceRecord.person_id.between(first, first + count - 1) & (ServiceRecord.person_id % 10 == 0)
        self.uow.session.execute(update(ServiceRecord).where(theirs).values(resettlement_code="ZZJY"))
        self._add(EmploymentSpell, (self._spell(number) for number in range(first, first + count)))

    def _spell(self, number: int) -> dict[str, Any]:
        return {
            "public_id": new_public_id(),
            "person_id": number,
            "status_code": self.draw.choice(STATUS),
            "started_on": self.uow.today - timedelta(days=self.draw.randrange(30, 900)),
            "evidence": EvidenceKind.NONE,
            "source": RegisterSource.IMPORT,
            "recorded_at": self.uow.now,
        }

    def _person(self, number: int, code: str, path: str) -> dict[str, Any]:
        values = super()._person(number, code, path)
        is_seeking = self.draw.random() < SEEKING
        name, born = self.county.name(), date(values["birth_on"].year, 1, 1) + timedelta(days=number % 365)
        pinyin, initials = name_pinyin(name)
        values |= {
            "name": name,
            "pinyin": pinyin,
            "initials": initials,
            "birth_on": born,
            "resettled_region_code": code,
            "search_state": JobSearchState.LOOKING if is_seeking else JobSearchState.NOT_LOOKING,
            "is_open_to_employers": is_seeking,
        }
        stem = f"99{number // 365 % 10000:04d}{born:%Y%m%d}"
        secrets = ((Person.phone, f"1{9000000000 + number}"), (Person.id_number, f"{stem}{number % 1000:03d}X"))
        for secret, value in secrets:
            place = place_of("person", secret.name, values["public_id"])
            values[f"{secret.name}_sealed"] = keyring().seal(value, place=place)
            values |= secret.indexes(value, keyring())
        return values
