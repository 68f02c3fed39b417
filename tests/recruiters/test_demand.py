"""What employers need: asked by the office, answered by link, in the app or by phone, and set against the pool."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts.services.codes import request_code
from jobmatch.accounts.states import CodePurpose
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed, NotFound
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import JobIntention
from jobmatch.people.states import EmploymentType, JobSearchState
from jobmatch.reference.checks import check_credit_code
from recruiters.demand import queries
from recruiters.demand.models import DemandAnswer, DemandRound, PostingForm
from recruiters.demand.policies import visible_answers, visible_rounds
from recruiters.demand.queries import quarter_of
from recruiters.demand.services import links, rounds
from recruiters.demand.services.forms import Filled, hand_in_form
from recruiters.demand.services.rounds import LineInput
from recruiters.demand.states import AnswerWay
from recruiters.demand.subjects import move_organization
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_employer,
    make_employer,
    make_person,
    make_staff,
)

SYSTEM = system_actor("tests")
GUARD = LineInput("保安员", now_count=5, next_count=2, pay_low_yuan=3200, pay_high_yuan=4000, is_trainable=True)


def held_by(uow: UnitOfWork, staff: Actor, **given: Any) -> DemandRound:
    values = {"quarter": "2026Q4", "opens_on": uow.today, "closes_on": uow.today + timedelta(days=14)} | given
    return rounds.hold_round(acting(uow, staff), **values)


def answer(uow: UnitOfWork, held: DemandRound, employer: Employer, *lines: LineInput) -> DemandAnswer:
    asked = rounds.asked_of(uow, held, employer)
    return rounds.answer_demand(uow, asked, lines, way=AnswerWay.STAFF)


def test_every_vetted_employer_of_the_place_is_asked_once(uow: UnitOfWork) -> None:
    here, far, unvetted = (
        make_employer(uow),
        make_employer(uow, path=PATH_OTHER),
        make_employer(uow, vetted=False),
    )
    staff = make_staff(uow)
    held = held_by(uow, staff)
    asked = set(uow.session.scalars(select(DemandAnswer.employer_id).where(DemandAnswer.round_id == held.id)))
    assert here.id in asked and not asked & {far.id, unvetted.id}
    with pytest.raises(Invalid):
        held_by(uow, staff)
    for wrong in ({"quarter": "2026Q5"}, {"closes_on": uow.today - timedelta(days=1), "quarter": "2027Q1"}):
        with pytest.raises(Invalid):
            held_by(uow, staff, **wrong)
    with pytest.raises(NotAllowed):
        held_by(uow, actor_of_employer(uow, here), quarter="2027Q1")


def test_an_answer_is_counted_by_occupation_and_town_beside_the_pool(uow: UnitOfWork) -> None:
    staff = make_staff(uow)
    first, second = make_employer(uow), make_employer(uow)
    held = held_by(uow, staff)
    mine = acting(uow, staff)
    answer(mine, held, first, GUARD, LineInput("做杂七杂八的", next_count=1), LineInput(""))
    answer(mine, held, second, LineInput("保安员", now_count=1, pay_low_yuan=3000))
    person = make_person(uow, path=PATH_A, search_state=JobSearchState.LOOKING)
    intention = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
    intention.occupation_codes = ["4-07-05-01"]
    uow.session.flush()
    needs, towns = queries.round_needs(mine, held)
    guard = needs[0]
    assert (guard.key, guard.now, guard.next, guard.trainable, len(guard.employers)) == ("4-07-05-01", 6, 2, 7, 2)
    assert (guard.pay_low, guard.pay_high, guard.people) == (3000, 4000, 1)
    assert (needs[1].key, needs[1].name, needs[1].total) == ("", "做杂七杂八的", 1)
    assert sum(town.total for town in towns) == 9
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    assert queries.round_needs(far, held) == ([], [])


def test_a_second_answer_replaces_the_first_and_nobody_is_an_answer(uow: UnitOfWork) -> None:
    staff, employer = make_staff(uow), make_employer(uow)
    held = held_by(uow, staff)
    mine = acting(uow, staff)
    answer(mine, held, employer, GUARD)
    said = answer(mine, held, employer)
    assert said.lines == [] and said.answered_at is not None
    assert queries.answer_counts(mine, held)[1] == 1


@pytest.mark.parametrize(
    "line",
    [
        LineInput("保", now_count=1),
        LineInput("保安员"),
        LineInput("保安员", now_count=-1),
        LineInput("保安员", now_count=10_000),
        LineInput("保安员", now_count=1, pay_low_yuan=5000, pay_high_yuan=4000),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(uow: UnitOfWork, line: LineInput) -> None:
    staff, employer = make_staff(uow), make_employer(uow)
    held = held_by(uow, staff)
    with pytest.raises(Invalid):
        answer(acting(uow, staff), held, employer, line)


def test_who_may_answer_and_when(uow: UnitOfWork) -> None:
    staff, employer, other = make_staff(uow), make_employer(uow), make_employer(uow)
    held = held_by(uow, staff)
    asked = rounds.asked_of(uow, held, employer)
    for actor in (actor_of_employer(uow, other), make_staff(uow, path=PATH_OTHER), Actor()):
        with pytest.raises(NotAllowed):
            rounds.answer_demand(acting(uow, actor), asked, [GUARD], way=AnswerWay.APP)
    rounds.answer_demand(acting(uow, actor_of_employer(uow, employer)), asked, [GUARD], way=AnswerWay.APP)
    held.opens_on, held.closes_on = uow.today - timedelta(days=9), uow.today - timedelta(days=1)
    with pytest.raises(Conflict):
        rounds.answer_demand(acting(uow, staff), asked, [GUARD], way=AnswerWay.STAFF)


def test_a_link_opens_one_answer_while_the_round_runs(uow: UnitOfWork) -> None:
    staff, employer = make_staff(uow), make_employer(uow)
    held = held_by(uow, staff)
    asked = rounds.asked_of(uow, held, employer)
    token = links.link_token(asked.answer)
    assert links.open_link(uow, token).employer is employer
    forged = f"{asked.answer.public_id}.{'0' * 32}"
    for wrong in (forged, "", "x", token + "0", asked.answer.public_id, "乱写.的"):
        with pytest.raises(NotFound):
            links.open_link(uow, wrong)
    held.opens_on, held.closes_on = uow.today - timedelta(days=9), uow.today - timedelta(days=1)
    uow.session.flush()
    with pytest.raises(NotFound):
        links.open_link(uow, token)


def test_who_has_not_answered_is_reminded_and_not_too_often(uow: UnitOfWork) -> None:
    staff, silent, done = make_staff(uow), make_employer(uow), make_employer(uow)
    member = actor_of_employer(uow, silent)
    held = held_by(uow, staff)
    mine = acting(uow, staff)
    answer(mine, held, done, GUARD)
    assert rounds.ask_to_remind(mine, held) >= 1
    assert rounds.ask_to_remind(mine, held) == 0
    messages = uow.session.scalars(select(Message).where(Message.user_id == member.user_id)).all()
    assert [message.link for message in messages] == ["/employer/demand"]
    assert rounds.remind_due(uow) == 0
    held.opens_on = uow.today - timedelta(days=rounds.REMIND_EVERY)
    for row in uow.session.scalars(select(DemandAnswer).where(DemandAnswer.round_id == held.id)):
        row.reminded_on = uow.today - timedelta(days=rounds.REMIND_EVERY) if row.reminded_on else None
    assert rounds.remind_due(uow) >= 1


def test_two_joined_employers_keep_one_line_each_in_a_round(uow: UnitOfWork) -> None:
    staff, source, target = make_staff(uow), make_employer(uow), make_employer(uow)
    held_by(uow, staff)
    assert move_organization(uow, source.organization_id, target.organization_id) == []
    late = make_employer(uow)
    held_by(uow, staff, quarter="2027Q1")
    uow.session.execute(select(DemandAnswer))
    for row in uow.session.scalars(select(DemandAnswer).where(DemandAnswer.employer_id == target.id)).all():
        uow.session.delete(row)
    uow.session.flush()
    assert len(move_organization(uow, late.organization_id, target.organization_id)) == 1


def test_who_sees_which_rounds(uow: UnitOfWork) -> None:
    staff, town = make_staff(uow), make_staff(uow, path=PATH_A)
    held = held_by(uow, staff)

    def seen(actor: Actor) -> set[int]:
        return {row[0].id for row in uow.rows(visible_rounds(actor, queries.rounds()))}

    assert held.id in seen(staff) and held.id in seen(town)
    assert held.id not in seen(make_staff(uow, path=PATH_OTHER))
    with pytest.raises(NotAllowed):
        rounds.close_round(acting(uow, town), held)


@pytest.mark.parametrize("count", [2, 20])
def test_lists_cost_the_same_number_of_statements(uow: UnitOfWork, count: int) -> None:
    staff = make_staff(uow)
    employers = [make_employer(uow, path=PATH_COUNTY) for _n in range(count)]
    held = held_by(uow, staff)
    mine = acting(uow, staff)
    for employer in employers:
        answer(mine, held, employer, GUARD)
    uow.session.flush()
    queries.round_needs(mine, held)
    uow.session.expunge_all()
    statements: list[str] = []
    event.listen(uow.session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    queries.round_needs(mine, held)
    assert len(uow.rows(visible_answers(staff, queries.answers_of(held)))) >= count
    assert len(statements) <= 9


def test_a_quarter_is_named() -> None:
    from datetime import date

    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == ["2026Q1", "2026Q1", "2026Q2", "2026Q4"]


def test_the_page_behind_a_link(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff, employer = make_staff(uow), make_employer(uow)
        held = held_by(uow, staff)
        token = links.link_token(rounds.asked_of(uow, held, employer).answer)
    assert client.get("/d/none.such").status_code == 404
    address = f"/d/{token}"
    assert client.get(address).status_code == 200
    line = {"lines-0-words": "保安员", "lines-0-now_count": "3", "lines-0-next_count": "", "by": "示例甲"}
    more = client.post(address, data=line | {"press": "more"})
    assert more.status_code == 200 and more.get_data(as_text=True).count('<fieldset class="card') == 3
    wrong = client.post(address, data=line | {"lines-0-now_count": "", "press": "save"})
    assert wrong.status_code == 422
    assert client.post(address, data=line | {"press": "save"}).status_code == 303
    assert client.get(f"{address}?done=1").status_code == 200
    assert "保安员" in client.get(address).get_data(as_text=True)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        said = uow.session.scalars(select(DemandAnswer).where(DemandAnswer.employer_id == employer.id)).one()
        assert (said.way, said.answered_by) == (AnswerWay.LINK, "示例甲")
    assert client.post(address, data={"press": "nobody"}).status_code == 303


def valid_code() -> str:
    """A code that nobody has, with the right check sign."""
    for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        try:
            return check_credit_code(f"91430382MA7AAAAA1{sign}")
        except ValueError:
            continue
    raise AssertionError


def form_of(uow: UnitOfWork, phone: str = "19900010001", **changes: Any) -> PostingForm:
    given: dict[str, Any] = {
        "employer_name": "安禾示例食品有限公司",
        "credit_code": valid_code(),
        "filled_by": "示例甲",
        "title": "包装工",
        "vacancy_count": 4,
        "duties": "包装成品，贴标，装箱",
        "requirement_text": "能站立工作",
        "place": "湖南省湘潭市韶山市",
        "address": "人民路 8 号",
        "pay": "固定 4000-5000 元/月，应发",
        "work_time": "白班",
        "welfare": "包吃，不包住，五险",
        "employment_type": EmploymentType.CONTRACT,
        "days": 30,
    } | changes
    return hand_in_form(uow, phone, Filled(**given))


def test_a_form_becomes_an_unpublished_posting_with_the_yes_of_a_known_phone(uow: UnitOfWork) -> None:
    form = form_of(uow)
    posting = uow.session.get_one(Posting, form.posting_id)
    assert (posting.state, posting.agreed_at, form.is_known_phone) == (PostingState.IMPORTED, None, False)
    employer = uow.session.get_one(Employer, posting.employer_id)
    employer.vetting = VettingState.VETTED
    again = form_of(uow, title="检验员")
    assert (again.is_known_phone, uow.session.get_one(Posting, again.posting_id).agreed_at) == (True, uow.now)
    assert (posting.title, posting.vacancy_count, posting.pay_low_yuan) == ("包装工", 4, 4000)
    assert "requalify_at" in posting.missing
    for action in ("publish", "resume"):
        with pytest.raises((Conflict, Invalid)):
            move_posting(uow, posting, action)
    with pytest.raises(Invalid) as twice:
        form_of(uow)
    assert set(twice.value.fields) == {"title"}
    stranger = form_of(uow, phone="19900010002", title="质检员")
    assert not stranger.is_known_phone
    assert uow.session.get_one(Posting, stranger.posting_id).agreed_at is None


def test_a_form_that_cannot_be_kept_names_the_field(uow: UnitOfWork) -> None:
    form_of(uow)
    for changes, field in (
        ({"place": "不知道哪里"}, "place"),
        ({"title": "x"}, "title"),
        ({"employer_name": "别的单位", "title": "电工"}, "credit_code"),
        ({"credit_code": "123"}, "credit_code"),
        ({"vacancy_count": 0}, "vacancy_count"),
    ):
        with pytest.raises(Invalid) as refused:
            form_of(uow, **changes)
        assert field in refused.value.fields


def test_a_phone_fills_in_so_many_a_day(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recruiters.demand.services.forms.MOST_A_DAY", 1)
    form_of(uow)
    with pytest.raises(Limited):
        form_of(uow, title="电工")


def test_the_way_over_the_phone(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    for path in ("/posting-form/fill", "/posting-form/code"):
        assert client.get(path).headers["Location"].endswith("/posting-form")
    assert client.post("/posting-form", data={"phone": "19900010003"}).status_code == 303
    with sqlite_runtime.unit(SYSTEM) as uow:
        issued = request_code(uow, "19900010003", CodePurpose.POSTING_FORM, shown=True)
    assert issued is not None
    wrong = "000000" if issued.code != "000000" else "000001"
    assert client.post("/posting-form/code", data={"code": wrong}).status_code == 422
    assert client.post("/posting-form/code", data={"code": issued.code}).status_code == 303
    assert client.get("/posting-form/fill").status_code == 200
    assert client.post("/posting-form/fill", data={"title": "包装工"}).status_code == 422
    given = {
        **{"employer_name": "安禾示例食品有限公司", "credit_code": valid_code(), "filled_by": "示例甲"},
        **{"title": "包装工", "vacancy_count": "4", "duties": "包装成品", "place": "湖南省湘潭市韶山市"},
        **{"address": "人民路 8 号", "pay": "固定 4000-5000 元/月，应发", "days": "30", "agrees": "y"},
    }
    assert client.post("/posting-form/fill", data=given).status_code == 303
    assert client.get("/posting-form/done").status_code == 200
    assert "安禾示例食品有限公司" in client.get("/posting-form/fill").get_data(as_text=True)
