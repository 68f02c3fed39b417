"""Liaison, contacts, agreements and practice bases, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import RegisterSource
from recruiters.employers.models import Employer
from recruiters.partners import queries, subjects
from recruiters.partners.models import Agreement, PracticeBase, Trainee
from recruiters.partners.policies import visible_partners
from recruiters.partners.services import liaisons, terms, trainees
from recruiters.partners.states import ContactWay, TermState
from tests.conftest import acting
from tests.factories import PATH_A, PATH_OTHER, actor_of_employer, make_employer, make_person, make_staff
from tests.matching.help import counted


def spell(uow: UnitOfWork, person: Person, employer: Employer, started_on: date, **values: Any) -> EmploymentSpell:
    row = EmploymentSpell(
        person_id=person.id,
        status_code="E1",
        organization_id=employer.organization_id,
        employer_name="测试单位",
        started_on=started_on,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def agreement(uow: UnitOfWork, employer: Employer, **values: Any) -> Agreement:
    given = {
        "paper_number": "安就合〔2026〕1 号",
        "starts_on": uow.today - timedelta(days=100),
        "ends_on": uow.today + timedelta(days=200),
        "pledged_count": 10,
    }
    return terms.save_agreement(uow, employer, None, **(given | values))


def base(uow: UnitOfWork, employer: Employer, **values: Any) -> PracticeBase:
    given = {
        "name": "测试实训基地",
        "paper_number": "",
        "starts_on": uow.today - timedelta(days=100),
        "ends_on": uow.today + timedelta(days=200),
        "place_count": 3,
        "work": "4-02-02-02",
    }
    return terms.save_base(uow, employer, None, **(given | values))


def task_of(uow: UnitOfWork, employer: Employer, state: TaskState = TaskState.OPEN) -> Task | None:
    query = select(Task).where(Task.organization_id == employer.organization_id, Task.state == state)
    return uow.session.scalars(query).one_or_none()


def rows(uow: UnitOfWork, only: str) -> set[int]:
    found = uow.rows(visible_partners(uow.actor, queries.base_employers({"only": only}, uow.today)))
    return {employer.id for employer in found}


def test_a_contact_opens_the_next_task_and_closes_the_one_before(uow: UnitOfWork) -> None:
    employer, staff = make_employer(uow), make_staff(uow)
    office = acting(uow, staff)
    liaisons.set_liaison(office, employer, to=staff.public_id, contact_name="王经理", contact_phone="19900009999")
    given: dict[str, Any] = {"done_on": uow.today, "way": ContactWay.CALL}
    liaisons.record_contact(office, employer, **given, words="问了缺工", next_on=uow.today + timedelta(days=30))
    first = task_of(uow, employer)
    assert first is not None
    assert (first.due_on, first.assignee_id) == (uow.today + timedelta(days=30), staff.user_id)
    assert employer.id not in rows(uow, "overdue")
    office.today += timedelta(days=31)
    uow.today = office.today
    assert employer.id in rows(uow, "overdue")
    liaisons.record_contact(office, employer, **given, words="又去了一次")
    uow.session.refresh(first)
    assert first.state is TaskState.DONE
    assert task_of(uow, employer) is None
    assert employer.id not in rows(uow, "overdue")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"done_on": None}, "done_on"),
        ({"done_on": date(2026, 12, 1)}, "done_on"),
        ({"next_on": date(2026, 11, 21)}, "next_on"),
        ({"next_on": date(2029, 1, 1)}, "next_on"),
        ({"words": "某部 61234 部队的人"}, "words"),
    ],
)
def test_a_wrong_contact_is_refused_with_words(uow: UnitOfWork, wrong: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"done_on": uow.today, "way": ContactWay.VISIT, "words": "去看了厂房"}
    with pytest.raises(Invalid) as caught:
        liaisons.record_contact(uow, make_employer(uow), **(given | wrong))
    assert set(caught.value.fields) == {field}


def test_employers_without_liaison_and_long_silent_are_listed(uow: UnitOfWork) -> None:
    employer, staff = make_employer(uow), make_staff(uow)
    assert employer.id in rows(uow, "no_liaison") & rows(uow, "silent")
    liaisons.set_liaison(acting(uow, staff), employer, to=staff.public_id)
    liaisons.record_contact(
        uow, employer, done_on=uow.today - timedelta(days=91), way=ContactWay.MESSAGE, words="发了政策"
    )
    assert employer.id not in rows(uow, "no_liaison")
    assert employer.id in rows(uow, "silent")
    liaisons.record_contact(uow, employer, done_on=uow.today, way=ContactWay.CALL, words="打了电话")
    assert employer.id not in rows(uow, "silent")


def test_a_liaison_is_a_colleague_and_the_stand_in_another(uow: UnitOfWork) -> None:
    employer, staff = make_employer(uow), make_staff(uow)
    office = acting(uow, staff)
    for wrong, field in (
        ({"to": "zz22zz22zz22zz22"}, "to"),
        ({"to": staff.public_id, "stand_in": staff.public_id}, "stand_in"),
        ({"to": staff.public_id, "contact_phone": "12"}, "contact_phone"),
    ):
        with pytest.raises(Invalid) as caught:
            liaisons.set_liaison(office, employer, **wrong)
        assert set(caught.value.fields) == {field}
    row = liaisons.set_liaison(office, employer, to=staff.public_id)
    with pytest.raises(Conflict):
        liaisons.set_liaison(office, employer, to=staff.public_id, version=row.version + 1)
    far = make_staff(uow, path=PATH_OTHER)
    for actor in (far, actor_of_employer(uow, employer)):
        with pytest.raises(NotAllowed):
            liaisons.set_liaison(acting(uow, actor), employer, to=staff.public_id)
    assert uow.session.get(User, row.user_id) is not None


def test_what_an_agreement_filled_is_counted_in_the_register(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    signed = agreement(uow, employer)
    agreement(uow, employer, paper_number="2 号")
    hired, before, twice = (make_person(uow) for _n in range(3))
    spell(uow, hired, employer, uow.today - timedelta(days=5))
    spell(uow, before, employer, uow.today - timedelta(days=101))
    spell(uow, twice, employer, uow.today - timedelta(days=50), ended_on=uow.today - timedelta(days=40))
    spell(uow, twice, employer, uow.today - timedelta(days=30))
    spell(uow, make_person(uow), employer, uow.today, superseded_at=uow.now)
    found = {
        a.id: filled for a, _e, filled in uow.rows(visible_partners(uow.actor, queries.agreements("all", uow.today)))
    }
    assert found[signed.id] == 2
    employers, pledged, _ending = uow.rows(visible_partners(uow.actor, queries.agreement_counts(uow.today)))[0]
    assert (employers, pledged) == (1, 20)
    assert rows(uow, "agreement") == {employer.id}


def test_an_agreement_is_checked_reminded_once_and_answered_by_a_later_one(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    for wrong, field in (
        ({"paper_number": ""}, "paper_number"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": uow.today - timedelta(days=101)}, "ends_on"),
        ({"pledged_count": None}, "pledged_count"),
    ):
        with pytest.raises(Invalid) as caught:
            agreement(uow, employer, **wrong)
        assert set(caught.value.fields) == {field}
    first = agreement(uow, employer, ends_on=uow.today + timedelta(days=30))
    with pytest.raises(Invalid):
        agreement(uow, employer)
    assert queries.term_state(first, uow.today) is TermState.ENDING
    assert (terms.remind_endings(uow), terms.remind_endings(uow)) == (1, 0)
    task = task_of(uow, employer)
    assert task is not None
    assert task.due_on == first.ends_on
    agreement(uow, employer, paper_number="续签", starts_on=first.ends_on, ends_on=first.ends_on + timedelta(days=365))
    uow.session.refresh(task)
    assert task.state is TaskState.DONE


def test_ending_early_says_when_and_only_once(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    signed = agreement(uow, employer)
    with pytest.raises(Invalid):
        terms.end_term(uow, employer, signed, ended_on=uow.today + timedelta(days=1))
    terms.end_term(uow, employer, signed, ended_on=uow.today - timedelta(days=1))
    assert queries.term_state(signed, uow.today) is TermState.ENDED
    assert rows(uow, "agreement") == set()
    with pytest.raises(Conflict):
        terms.end_term(uow, employer, signed, ended_on=uow.today)


def test_a_base_counts_trainees_in_and_out_and_who_was_hired(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    place = base(uow, employer)
    known, other = make_person(uow), make_person(uow)
    day = uow.today - timedelta(days=20)
    row = trainees.record_trainees(uow, place, employer, came_on=day, person=known)
    trainees.record_trainees(uow, place, employer, came_on=day, person=other)
    with pytest.raises(Conflict):
        trainees.record_trainees(uow, place, employer, came_on=uow.today, person=known)
    with pytest.raises(Invalid) as caught:
        trainees.record_trainees(uow, place, employer, came_on=uow.today, head_count=2)
    assert "1 个位置" in caught.value.fields["head_count"]
    trainees.end_trainee(uow, place, employer, row, left_on=uow.today - timedelta(days=1))
    trainees.record_trainees(uow, place, employer, came_on=uow.today, head_count=2, occupation_code="4-02-02-02")
    spell(uow, known, employer, uow.today)
    spell(uow, other, employer, day - timedelta(days=5))
    facts = queries.base_facts(uow.session, [place], uow.today)[place.id]
    assert (facts.present, facts.ever, facts.converted) == (3, 4, 1)
    with pytest.raises(Invalid):
        trainees.record_trainees(
            uow, place, employer, came_on=place.starts_on - timedelta(days=1), person=make_person(uow)
        )


def test_kinds_of_work_are_found_by_name_or_asked_back(uow: UnitOfWork) -> None:
    from jobmatch.reference.models import Occupation

    name = uow.session.get_one(Occupation, "4-02-02-02").name_zh
    assert terms.occupation_codes(uow, f"{name}\n4-02-02-02\n\n") == ["4-02-02-02"]
    for words in ("", "完全没有这种工作啊啊"):
        with pytest.raises(Invalid) as caught:
            terms.occupation_codes(uow, words)
        assert set(caught.value.fields) == {"work"}


def test_a_trainee_is_exported_erased_to_a_number_and_moved(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    place = base(uow, employer)
    one, other = make_person(uow), make_person(uow)
    trainees.record_trainees(uow, place, employer, came_on=uow.today, person=one)
    trainees.record_trainees(uow, place, employer, came_on=uow.today, person=other)
    assert len(subjects.export_person(uow, one.id)["trainee"]) == 1
    assert len(subjects.move_person(uow, one.id, other.id)) == 1
    assert subjects.erase_person(uow, other.id) == {"trainee": 2}
    assert uow.session.scalars(select(Trainee.person_id).where(Trainee.base_id == place.id)).all() == [None, None]
    assert queries.base_facts(uow.session, [place], uow.today)[place.id].ever == 2


def test_names_of_trainees_are_for_their_own_station(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    place = base(uow, employer)
    trainees.record_trainees(uow, place, employer, came_on=uow.today, person=make_person(uow, name="近处的人"))
    trainees.record_trainees(
        uow, place, employer, came_on=uow.today, person=make_person(uow, path=PATH_OTHER, name="远人")
    )
    found = queries.trainee_rows(uow.session.execute(queries.trainees_of(place, PATH_A)).all())
    assert sorted(row.name for row in found) == ["", "近处的人"]


def test_lists_cost_the_same_for_two_and_twenty(uow: UnitOfWork) -> None:
    few = [make_employer(uow) for _n in range(2)]
    many = [*few, *(make_employer(uow) for _n in range(18))]
    for employer in many:
        agreement(uow, employer)
        base(uow, employer)
    queries.base_rows(uow.session, few, uow.today)
    counts = []
    for some in (few, many):
        ids = [employer.id for employer in some]
        with counted(uow.session.get_bind()) as seen:
            queries.base_rows(uow.session, some, uow.today)
            query = queries.agreements("all", uow.today).where(Employer.id.in_(ids))
            assert len(uow.rows(visible_partners(uow.actor, query))) == len(some)
            query = queries.practice_bases("all", uow.today).where(Employer.id.in_(ids))
            found = [place for place, _e in uow.rows(visible_partners(uow.actor, query))]
            queries.base_facts(uow.session, found, uow.today)
        counts.append(len(seen))
    assert counts[0] == counts[1]
