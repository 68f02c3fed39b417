"""What somebody can and wants."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person, PersonSkill
from jobmatch.people.queries.people import get_person
from jobmatch.people.services import resume
from jobmatch.people.states import EmploymentType, JobSearchState, Shift, VerificationState
from tests.conftest import acting
from tests.factories import COUNTY, PATH_OTHER, actor_of_person, make_person, make_staff


@pytest.fixture
def person(uow: UnitOfWork) -> Person:
    return make_person(uow)


def full(uow: UnitOfWork, person: Person) -> Person:
    return get_person(uow.session, person.id)


def wrong(service: object, *args: object, **values: object) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        service(*args, **values)  # type: ignore[operator]
    return caught.value.fields


def test_service_is_kept_in_categories_and_wakes_matching(uow: UnitOfWork, person: Person) -> None:
    uow.now = uow.now.replace(hour=5)
    resume.save_service_record(
        uow,
        person,
        branch_code="HJ",
        rank_code="S4",
        resettlement_code="APGZ",
        enlisted_on=date(2008, 12, 1),
        discharged_on=date(2020, 12, 1),
        leadership=2,
        posts_held="驾驶运输车",
        honours="三等功 1 次",
    )
    resume.save_specialties(uow, person, years={"SP11": 8, "SP02": 3.5})
    record = full(uow, person).service
    assert record is not None
    assert (record.branch_code, record.leadership, record.honours) == ("HJ", 2, "三等功 1 次")
    assert [(line.specialty_code, line.years) for line in record.specialties] == [("SP11", 8), ("SP02", 3.5)]
    assert person.changed_at == uow.now


def test_wrong_service_facts_are_all_named_and_nothing_is_stored(uow: UnitOfWork, person: Person) -> None:
    found = wrong(
        resume.save_service_record,
        uow,
        person,
        branch_code="NOPE",
        rank_code="S9",
        enlisted_on=date(2012, 1, 1),
        discharged_on=date(2010, 1, 1),
        posts_held="第38集团军",
        leadership=7,
    )
    assert set(found) == {"branch_code", "rank_code", "discharged_on", "posts_held", "leadership"}
    assert "enlisted_on" in wrong(resume.save_service_record, uow, person, enlisted_on=date(1995, 1, 1))
    assert "discharged_on" in wrong(resume.save_service_record, uow, person, discharged_on=date(2030, 1, 1))
    assert set(wrong(resume.save_specialties, uow, person, years={"SP99": 1})) == {"specialties"}
    assert set(wrong(resume.save_specialties, uow, person, years={"SP11": 99})) == {"specialties"}
    record = full(uow, person).service
    assert record is not None
    assert record.branch_code == "LJ"


def test_other_dates_of_service_are_verified_again_but_words_are_not(uow: UnitOfWork, person: Person) -> None:
    own = acting(uow, actor_of_person(uow, person))
    facts = {
        "branch_code": "LJ",
        "rank_code": "S2",
        "resettlement_code": "ZZJY",
        "enlisted_on": date(2010, 12, 1),
        "discharged_on": date(2018, 12, 1),
    }
    resume.save_service_record(own, person, **facts, posts_held="开车")  # type: ignore[arg-type]
    assert person.verification is VerificationState.VERIFIED
    resume.save_service_record(own, person, **{**facts, "discharged_on": date(2019, 12, 1)})  # type: ignore[arg-type]
    assert person.verification is VerificationState.UNVERIFIED


def test_a_skill_keeps_its_mark_until_its_level_changes(uow: UnitOfWork, person: Person) -> None:
    row = uow.session.scalars(select(PersonSkill).where(PersonSkill.person_id == person.id)).one()
    row.is_verified = True
    resume.save_skills(uow, person, levels={"SK002": 3, "SK007": 0})
    assert row.is_verified
    resume.save_skills(uow, person, levels={"SK002": 4})
    assert not row.is_verified
    assert [(skill.skill_code, skill.level) for skill in full(uow, person).skills] == [("SK002", 4)]
    assert set(wrong(resume.save_skills, uow, person, levels={"SK002": 9})) == {"skills"}
    assert set(wrong(resume.save_skills, uow, person, levels={"SK999": 1})) == {"skills"}


def test_papers_are_saved_together_or_not_at_all(uow: UnitOfWork, person: Person) -> None:
    resume.save_papers(uow, person, licences=["A2", "M"], certificates=["CE006"])
    stored = full(uow, person)
    assert {row.licence_code for row in stored.licences} == {"A2", "M"}
    assert {row.certificate_code for row in stored.certificates} == {"CE006"}
    assert "licences" in wrong(resume.save_papers, uow, person, licences=["Z9"], certificates=[])


def test_education_is_a_known_level(uow: UnitOfWork, person: Person) -> None:
    resume.save_education(uow, person, education_code="31", major=" 汽车　运用 ")
    assert (person.education_code, person.major) == ("31", "汽车 运用")
    assert set(wrong(resume.save_education, uow, person, education_code=None)) == {"education_code"}


def test_civil_work_is_added_changed_and_removed(uow: UnitOfWork, person: Person) -> None:
    line = resume.save_work(uow, person, None, employer_name="甲厂", title="司机", started_on=date(2019, 1, 1))
    resume.save_work(uow, person, line, employer_name="乙厂", title="队长", started_on=date(2019, 1, 1))
    assert [(w.employer_name, w.title) for w in full(uow, person).work_history] == [("乙厂", "队长")]
    found = wrong(
        resume.save_work,
        uow,
        person,
        None,
        employer_name="66336部队",
        title="",
        started_on=date(2020, 5, 1),
        ended_on=date(2020, 4, 1),
    )
    assert set(found) == {"employer_name", "title", "ended_on"}
    other = make_person(uow)
    with pytest.raises(NotFound):
        resume.save_work(uow, other, line, employer_name="丙", title="丁", started_on=date(2019, 1, 1))
    with pytest.raises(NotAllowed):
        resume.remove_work(uow, other, line)
    resume.remove_work(uow, person, line)
    assert full(uow, person).work_history == []


def test_an_intention_says_what_is_wanted_today(uow: UnitOfWork, person: Person) -> None:
    wish = resume.save_intention(
        uow,
        person,
        words=" 开货车 ",
        occupation_codes=["4-02-02-02"],
        region_codes=[COUNTY],
        max_distance_km=20,
        pay_floor_yuan=6000,
        shifts=[Shift.DAY],
        employment_types=[EmploymentType.CONTRACT],
    )
    assert (wish.words, wish.stated_on, wish.shifts) == ("开货车", uow.today, ["day"])
    found = wrong(
        resume.save_intention,
        uow,
        person,
        occupation_codes=["9"],
        region_codes=["月球"],
        max_distance_km=0,
        pay_floor_yuan=5,
        shifts=["always"],
        employment_types=["never"],
    )
    assert set(found) == {
        "occupation_codes",
        "region_codes",
        "max_distance_km",
        "pay_floor_yuan",
        "shifts",
        "employment_types",
    }
    assert set(wrong(resume.save_intention, uow, person)) == {"occupation_codes"}


def test_search_state_is_confirmed_again_by_saying_the_same(uow: UnitOfWork, person: Person) -> None:
    person.search_state_since = date(2026, 1, 1)
    resume.set_search_state(uow, person, JobSearchState.LOOKING)
    assert person.search_state_since == uow.today


def test_staff_note_an_agreement_and_the_person_is_told(uow: UnitOfWork, person: Person) -> None:
    resume.set_open_to_employers(acting(uow, make_staff(uow)), person, True)
    assert person.is_open_to_employers
    query = select(Message).where(Message.user_id == person.user_id)
    assert len(uow.session.scalars(query).all()) == 1
    resume.set_open_to_employers(acting(uow, actor_of_person(uow, person)), person, False)
    assert not person.is_open_to_employers
    assert len(uow.session.scalars(query).all()) == 1


@pytest.mark.parametrize("who", ["other person", "staff elsewhere"])
def test_nobody_else_changes_a_resume(uow: UnitOfWork, person: Person, who: str) -> None:
    other = make_person(uow)
    actor = actor_of_person(uow, other) if who == "other person" else make_staff(uow, path=PATH_OTHER)
    unit = acting(uow, actor)
    for act in (
        lambda: resume.save_service_record(unit, person),
        lambda: resume.save_specialties(unit, person, years={}),
        lambda: resume.save_education(unit, person, education_code="61"),
        lambda: resume.save_skills(unit, person, levels={}),
        lambda: resume.save_papers(unit, person, licences=[], certificates=[]),
        lambda: resume.save_intention(unit, person, words="开车"),
        lambda: resume.set_search_state(unit, person, JobSearchState.OPEN),
        lambda: resume.set_open_to_employers(unit, person, True),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_form_made_from_an_older_state_is_a_conflict(uow: UnitOfWork, person: Person) -> None:
    seen = person.version
    resume.save_education(uow, person, education_code="31", version=seen)
    with pytest.raises(Conflict):
        resume.save_skills(uow, person, levels={}, version=seen)
