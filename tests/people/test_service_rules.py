"""Ranks and ways of resettlement by the day of discharge, and what cannot be in a service record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobmatch.core.errors import Invalid
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries import choices
from jobmatch.people.queries.files import file_facts
from jobmatch.people.queries.people import get_person
from jobmatch.people.queries.service import counted_method, rank_name
from jobmatch.people.services.resume import save_service_record
from jobmatch.people.services.service_rules import ServiceFacts
from jobmatch.people.states import Season
from tests.factories import make_person


def wrong(uow: UnitOfWork, person: Person, **values: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        save_service_record(uow, person, **values)
    return caught.value.fields


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("S3", date(2022, 9, 1), "二级上士"),
        ("S3", date(2021, 9, 1), "上士"),
        ("S4", date(2015, 12, 1), "四级军士长"),
        ("S4", date(2022, 3, 31), "一级上士"),
        ("S4", None, "一级上士"),
        ("S5", date(2015, 12, 1), "三级军士长"),
        ("H2", date(2005, 12, 1), "二级士官"),
        ("H2", None, "二级士官"),
        ("SX", date(2022, 5, 1), "士官"),
        ("Y2", date(1995, 12, 1), "上等兵"),
        (None, date(1995, 12, 1), ""),
    ],
)
def test_a_rank_reads_as_on_the_own_certificate(uow: UnitOfWork, code: str | None, day: date | None, name: str) -> None:
    assert rank_name(uow.session, code, day) == name


def test_ranks_are_offered_as_they_were_then(uow: UnitOfWork) -> None:
    def offered(day: date | None) -> dict[str, str]:
        return {code: label for _group, rows in choices.rank_groups(uow, day) for code, label in rows}

    old, middle, new, all_of_them = (
        offered(day) for day in (date(2005, 12, 1), date(2015, 12, 1), date(2023, 9, 1), None)
    )
    assert {"H1", "H6", "Y2", "O3"} <= old.keys()
    assert not {"S1", "S4", "SX"} & old.keys()
    assert (middle["S4"], new["S4"]) == ("四级军士长", "一级上士")
    assert "H1" not in middle | new
    assert {"H1", "S1", "SX"} <= all_of_them.keys()
    assert "士官" in dict(choices.rank_groups(uow, date(2015, 12, 1)))
    assert "初级军士" in dict(choices.rank_groups(uow, date(2023, 9, 1)))
    assert "H1" in {code for _g, rows in choices.rank_groups(uow, date(2023, 9, 1), "H1") for code, _l in rows}


def test_methods_are_offered_as_they_were_then(uow: UnitOfWork) -> None:
    old = {code for code, _label in choices.resettlement_methods(uow, date(2005, 12, 1))}
    new = {code for code, _label in choices.resettlement_methods(uow, date(2023, 9, 1))}
    assert {"TWYWB", "FYSG", "ZYSG", "ZMZY", "ZZZY", "ZHUANYE"} <= old
    assert not {"ZZJY", "ZYLQ"} & old
    assert {"ZZJY", "APGZ", "ZYLQ"} <= new
    assert not {"TWYWB", "FYSG", "ZYSG", "ZZZY"} & new


def test_what_cannot_be_is_refused_with_its_reason(uow: UnitOfWork) -> None:
    person = get_person(uow.session, make_person(uow, birth_on=date(1980, 5, 1)).id)
    early = {"enlisted_on": date(1998, 12, 1), "discharged_on": date(2006, 12, 1)}
    assert "2011-11-01" in wrong(uow, person, resettlement_code="ZZJY", **early)["resettlement_code"]
    assert "2021-01-01" in wrong(uow, person, resettlement_code="ZYLQ", **early)["resettlement_code"]
    assert "没有这个军衔" in wrong(uow, person, rank_code="S3", **early)["rank_code"]
    late = {"enlisted_on": date(2012, 12, 1), "discharged_on": date(2023, 9, 1)}
    assert "已经没有" in wrong(uow, person, resettlement_code="TWYWB", **late)["resettlement_code"]
    assert "对不上" in wrong(uow, person, rank_code="O3", resettlement_code="ZZJY", **late)["resettlement_code"]
    assert "对不上" in wrong(uow, person, rank_code="S3", resettlement_code="ZHUANYE", **late)["resettlement_code"]
    assert "16" in wrong(uow, person, enlisted_on=date(1996, 4, 1))["enlisted_on"]
    swapped = {"enlisted_on": date(2012, 12, 1), "discharged_on": date(2010, 12, 1)}
    assert "discharged_on" in wrong(uow, person, **swapped)
    assert "discharged_on" in wrong(uow, person, discharged_on=date(2030, 12, 1))


def test_not_knowing_is_allowed_and_old_kinds_are_stored(uow: UnitOfWork) -> None:
    person = get_person(uow.session, make_person(uow, birth_on=date(1980, 5, 1)).id)
    early = {"enlisted_on": date(1996, 12, 1), "discharged_on": date(2006, 12, 1)}
    assert save_service_record(uow, person, **early).resettlement_code is None
    record = save_service_record(uow, person, rank_code="H3", resettlement_code="FYSG", **early)
    assert (record.rank_code, record.resettlement_code) == ("H3", "FYSG")
    assert ("军衔", "三级士官") in file_facts(uow, get_person(uow.session, person.id))


def test_the_old_word_for_placed_sergeants_is_placed_work(uow: UnitOfWork) -> None:
    person = get_person(uow.session, make_person(uow, birth_on=date(1980, 5, 1)).id)
    assert (counted_method(uow.session, "ZYSG"), counted_method(uow.session, "ZZJY")) == ("APGZ", "ZZJY")
    late = {"enlisted_on": date(2000, 12, 1), "discharged_on": date(2016, 12, 1)}
    assert save_service_record(uow, person, resettlement_code="ZYSG", **late).resettlement_code == "APGZ"
    early = {"enlisted_on": date(1996, 12, 1), "discharged_on": date(2008, 12, 1)}
    assert save_service_record(uow, person, resettlement_code="ZYSG", **early).resettlement_code == "ZYSG"


def test_further_facts_are_kept_and_only_the_tail_of_a_number(uow: UnitOfWork) -> None:
    person = get_person(uow.session, make_person(uow).id)
    facts = {"enlisted_on": date(2010, 12, 1), "discharged_on": date(2018, 12, 1)}
    more = ServiceFacts(
        honour_codes=["merit_3", "merit_2"],
        military_skill="汽车驾驶员",
        military_skill_level=3,
        card_tail="12-3x",
        was_in_combat=False,
    )
    record = save_service_record(uow, person, more=more, **facts)
    assert record.honour_codes == ["merit_2", "merit_3"]
    assert record.discharge_season is Season.AUTUMN
    assert (record.card_tail, record.was_in_combat, record.was_in_hardship) == ("123X", False, None)
    assert save_service_record(uow, person, **facts).honour_codes == ["merit_2", "merit_3"]
    for field, bad in (
        ("card_tail", ServiceFacts(card_tail="军字第0123456号")),
        ("honour_codes", ServiceFacts(honour_codes=["x"])),
        ("discharge_season", ServiceFacts(discharge_season="winter")),
        ("military_skill_level", ServiceFacts(military_skill_level=9)),
        ("military_skill", ServiceFacts(military_skill="91234部队驾驶员")),
    ):
        assert set(wrong(uow, person, more=bad, **facts)) == {field}
