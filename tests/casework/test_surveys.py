"""Needs surveys: answers by person, clerk and link, what they feed, results, and who sees them."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select, update

from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.queries import results, survey_for, unplaced
from jobmatch.casework.surveys.services import Said, answer_by_link, answer_survey, hold_survey, lay_to_file
from jobmatch.casework.surveys.states import Need, Via, WorkWish
from jobmatch.casework.surveys.subjects import erase_person, export_person, move_person
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Invalid, Limited, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention
from jobmatch.people.states import JobSearchState
from tests.factories import PATH_A, PATH_B, PATH_OTHER, make_person, make_staff, phone
from tests.people.help import counted, make_world, sign_in

DRIVER = Said(work_wish="now", wanted_words="货车司机", certificate_codes=["CE012"], needs=["training"])


def open_round(uow: UnitOfWork, path: str = PATH_A) -> Survey:
    uow.actor = make_staff(uow, path=path)
    return hold_survey(uow, title="测试摸底", opens_on=uow.today, closes_on=date(2027, 1, 1))


def test_a_clerks_answer_feeds_the_wish_and_the_demand_list(uow: UnitOfWork) -> None:
    person = make_person(uow, search_state=JobSearchState.NOT_LOOKING)
    uow.session.execute(delete(JobIntention).where(JobIntention.person_id == person.id))
    survey = open_round(uow)
    answer = answer_survey(uow, survey, person, DRIVER)
    assert answer.via is Via.CLERK
    assert person.search_state is JobSearchState.LOOKING
    wish = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
    assert wish.words == "货车司机"
    found = results(uow, survey)
    assert (found.answers, found.unplaced, found.work[WorkWish.NOW], found.needs[Need.TRAINING]) == (1, 0, 1, 1)
    assert [(code, count) for code, _name, count in found.training] == [("CE012", 1)]


def test_a_second_answer_replaces_the_first_and_keeps_a_stated_wish(uow: UnitOfWork) -> None:
    person = make_person(uow)
    uow.session.execute(update(JobIntention).where(JobIntention.person_id == person.id).values(words="厨师"))
    survey = open_round(uow)
    answer_survey(uow, survey, person, DRIVER)
    answer_survey(uow, survey, person, Said(work_wish="no"))
    assert results(uow, survey).answers == 1
    assert uow.session.scalars(select(JobIntention.words).where(JobIntention.person_id == person.id)).one() == "厨师"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(), "work_wish"),
        (Said(work_wish="maybe"), "work_wish"),
        (Said(start_up="x"), "start_up"),
        (Said(needs=["money"]), "needs"),
        (Said(certificate_codes=["nothing"]), "certificate_codes"),
        (Said(hobbies="在 61234 部队打过篮球"), "hobbies"),
    ],
)
def test_bad_answers_say_why(uow: UnitOfWork, said: Said, field: str) -> None:
    person = make_person(uow)
    survey = open_round(uow)
    with pytest.raises(Invalid) as refused:
        answer_survey(uow, survey, person, said)
    assert field in refused.value.fields


def test_a_link_finds_its_file_or_waits_to_be_laid(uow: UnitOfWork) -> None:
    number = phone()
    person = make_person(uow, name="测试有档", phone=number, with_user=False)
    survey = open_round(uow)
    uow.actor = Actor(ip="192.0.2.7")
    known = answer_by_link(uow, survey, name="测试 有档", phone=number, said=DRIVER)
    assert (known.person_id, known.name, known.phone) == (person.id, "", None)
    stranger = answer_by_link(uow, survey, name="测试没档", phone=phone(), said=DRIVER)
    assert stranger.person_id is None
    uow.actor = make_staff(uow, path=PATH_A)
    assert unplaced(uow, survey) == [stranger]
    other = make_person(uow, name="测试没档")
    lay_to_file(uow, stranger, other)
    assert (stranger.person_id, stranger.name, stranger.phone_blind) == (other.id, "", None)


def test_a_link_never_overwrites_what_the_person_said(uow: UnitOfWork) -> None:
    number = phone()
    person = make_person(uow, name="测试本人", phone=number, with_user=False)
    survey = open_round(uow)
    answer_survey(uow, survey, person, DRIVER)
    uow.actor = Actor(ip="192.0.2.8")
    answer_by_link(uow, survey, name="测试本人", phone=number, said=Said(work_wish="no"))
    stored = uow.session.scalars(select(SurveyAnswer).where(SurveyAnswer.person_id == person.id)).one()
    assert (stored.via, stored.work_wish) == (Via.CLERK, WorkWish.NOW)


def test_an_empty_answer_by_link_says_the_same_of_everybody(uow: UnitOfWork) -> None:
    number = phone()
    person = make_person(uow, name="测试本人", phone=number, with_user=False)
    survey = open_round(uow)
    answer_survey(uow, survey, person, DRIVER)
    uow.actor = Actor(ip="192.0.2.8")
    for name, called in (("测试本人", number), ("测试没档", phone())):
        with pytest.raises(Invalid) as wrong:
            answer_by_link(uow, survey, name=name, phone=called, said=Said())
        assert set(wrong.value.fields) == {"work_wish"}


def test_one_phone_is_braked_however_it_is_typed(uow: UnitOfWork) -> None:
    survey = open_round(uow)
    ways = ("19900017777", "199 0001 7777", "199-0001-7777", "１９９０００１７７７７")
    with pytest.raises(Limited):
        for number in range(12):
            uow.actor = Actor(ip=f"192.0.2.{number}")
            answer_by_link(uow, survey, name="测试", phone=ways[number % 4], said=DRIVER)


def test_links_are_braked(uow: UnitOfWork) -> None:
    survey = open_round(uow)
    uow.actor = Actor(ip="192.0.2.9")
    with pytest.raises(Limited):
        for _number in range(40):
            answer_by_link(uow, survey, name="测试", phone=phone(), said=DRIVER)


def test_each_place_sees_its_people(uow: UnitOfWork) -> None:
    here, there = make_person(uow, path=PATH_A), make_person(uow, path=PATH_B)
    survey = open_round(uow, "/43/4303/430382/")
    answer_survey(uow, survey, here, DRIVER)
    answer_survey(uow, survey, there, DRIVER)
    assert results(uow, survey).answers == 2
    uow.actor = make_staff(uow, path=PATH_A)
    assert results(uow, survey).answers == 1
    assert survey_for(uow.session, here, uow.today) is survey
    uow.actor = make_staff(uow, path=PATH_OTHER)
    assert results(uow, survey).answers == 0
    with pytest.raises(NotAllowed):
        answer_survey(uow, survey, here, DRIVER)


def test_whole_person_acts(uow: UnitOfWork) -> None:
    one, two = make_person(uow), make_person(uow)
    survey = open_round(uow)
    answer_survey(uow, survey, one, DRIVER)
    assert export_person(uow, one.id)["survey_answer"][0]["wanted_words"] == "货车司机"
    assert len(move_person(uow, one.id, two.id)) == 1
    answer_survey(uow, survey, one, DRIVER)
    assert move_person(uow, one.id, two.id) == []
    assert erase_person(uow, two.id) == {"survey_answer": 1}


def test_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    assert client.get("/s/nothing").status_code == 404
    sign_in(client, world.staff_id)
    assert client.post("/staff/surveys", data={"title": ""}).status_code == 422
    made = client.post(
        "/staff/surveys", data={"title": "测试摸底", "opens_on": "2026-11-01", "closes_on": "2026-12-31"}
    )
    assert made.status_code == 303
    address = made.headers["Location"]
    public_id = address.rsplit("/", 1)[1]
    client.get("/sign-out")
    stranger = client.application.test_client()
    assert stranger.get(f"/s/{public_id}").status_code == 200
    sent = stranger.post(f"/s/{public_id}", data={"name": "测试来客", "phone": "199 0000 7701", "work_wish": "now"})
    assert sent.status_code == 303
    assert stranger.get(sent.headers["Location"]).status_code == 200
    assert "1 人答了" in client.get(address).text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        answer_id = uow.session.scalars(select(SurveyAnswer.public_id)).one()
    assert "没有同名" in client.get(f"{address}/answers/{answer_id}").text
    poster = client.get(f"{address}/poster.pdf").data
    assert "测试摸底" in pypdfium2.PdfDocument(poster)[0].get_textpage().get_text_range()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}/answers.xlsx").data))
    assert rows.get_sheet_by_index(0).to_python()[1][0] == "测试来客"
    assert client.post(f"/staff/people/{world.public_id}/survey", data={"work_wish": "now"}).status_code == 303
    assert client.post(f"{address}/close").status_code == 303
    assert stranger.get(f"/s/{public_id}").status_code == 404


def test_own_page_and_demand_list(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.user_id)
    assert "现在没有需求摸底" in client.get("/me/survey").text
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        survey_id = open_round(uow).public_id
    assert client.post("/me/survey", data={"certificate_codes": ["CE012"]}).status_code == 303
    sign_in(client, world.staff_id)
    assert "1 人" in client.get(f"/staff/surveys/{survey_id}/training/CE012").text
    assert client.get(f"/staff/surveys/{survey_id}/training/x").status_code == 404


def test_results_cost_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        survey = open_round(uow)
        address = f"/staff/surveys/{survey.public_id}"
        for _number in range(2):
            answer_survey(uow, survey, make_person(uow, with_user=False), DRIVER)
    client.get(address)
    with counted(sqlite_runtime.database.engine) as few:
        client.get(address)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        survey = uow.session.scalars(select(Survey)).one()
        for _number in range(16):
            answer_survey(uow, survey, make_person(uow, with_user=False), DRIVER)
    with counted(sqlite_runtime.database.engine) as many:
        client.get(address)
    assert len(many) == len(few)
