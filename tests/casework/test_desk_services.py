"""Service requests: the way of each, the clock, escalation, the satisfaction question, and what goes with a person."""

from __future__ import annotations

import contextlib
import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.desk.items import is_for, saved_share, service_item, service_items
from jobmatch.casework.desk.models import Rating, RequestStep, ServiceRequest
from jobmatch.casework.desk.policies import visible_ratings, visible_requests
from jobmatch.casework.desk.queries.figures import Satisfaction, figures
from jobmatch.casework.desk.queries.requests import due_words, lines, queue
from jobmatch.casework.desk.services.escalation import escalate_overdue
from jobmatch.casework.desk.services.items import save_item
from jobmatch.casework.desk.services.ratings import rate, rate_for, record_rating, record_rating_question
from jobmatch.casework.desk.services.requests import (
    Arrival,
    add_note,
    ask_service,
    hand_over,
    move_request,
    save_door_visit,
    take_request,
    withdraw_request,
)
from jobmatch.casework.desk.states import (
    ENDED,
    REQUEST_FLOW,
    STAFF_ACTIONS,
    ProxyConsent,
    RequestAction,
    RequestState,
    RequestWay,
)
from jobmatch.casework.desk.subjects import erase_person, export_person, move_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.casework.visits.services.contacts import ask_call_back
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person
from jobmatch.people.queries.proxies import proxy_lines
from jobmatch.people.services.proxies import record_consent
from jobmatch.people.states import ClaimState, ProxyScope
from jobmatch.privacy.services.export import export_person as export_whole
from jobmatch.privacy.services.rights import ask as ask_rights
from jobmatch.privacy.states import RequestKind
from jobmatch.reference.queries import working_days_between
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_person,
    make_person,
    make_staff,
    make_station,
)

_A = RequestAction


@pytest.fixture
def person(uow: UnitOfWork) -> Person:
    return make_person(uow)


@pytest.fixture
def staff(uow: UnitOfWork) -> UnitOfWork:
    return acting(uow, make_staff(uow))


def on(uow: UnitOfWork, day: date) -> UnitOfWork:
    """The same unit on another day."""
    uow.now += timedelta(days=(day - uow.today).days)
    uow.today = day
    return uow


def ask(uow: UnitOfWork, person: Person, code: str = "TJGZ", note: str = "") -> ServiceRequest:
    return ask_service(acting(uow, actor_of_person(uow, person)), person, item_code=code, note=note)


def take(uow: UnitOfWork, person: Person | None, code: str = "TJGZ", **values: Any) -> ServiceRequest:
    arrival = {name: values.pop(name) for name in list(values) if name not in {"note", "result"}}
    return take_request(uow, item_code=code, person=person, arrival=Arrival(**arrival), **values)


def wrong(act: Any) -> set[str]:
    with pytest.raises(Invalid) as caught:
        act()
    return set(caught.value.fields)


def tasks(uow: UnitOfWork, kind: TaskKind, state: TaskState = TaskState.OPEN) -> list[Task]:
    return list(uow.session.scalars(select(Task).where(Task.kind == kind, Task.state == state).order_by(Task.id)))


def test_a_person_asks_and_the_station_has_a_task_until_it_is_done(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    request = ask(uow, person, note="想找开车的活")
    assert request.state is RequestState.ASKED
    assert (request.due_on, request.due_is_estimate) == (date(2026, 11, 23), False)
    assert [task.due_on for task in tasks(uow, TaskKind.DESK_DUE)] == [request.due_on]
    move_request(staff, request, _A.ACCEPT, version=request.version)
    assert request.handler_id == staff.actor.user_id
    assert request.due_on == date(2026, 12, 1)
    assert [task.assignee_id for task in tasks(uow, TaskKind.DESK_DUE)] == [staff.actor.user_id]
    move_request(staff, request, _A.ACCEPT)
    move_request(on(staff, date(2026, 11, 25)), request, _A.FINISH, note="推荐到测试物流，下周面试")
    assert request.state is RequestState.DONE
    assert request.used_days == 3
    assert tasks(uow, TaskKind.DESK_DUE) == []
    titles = list(uow.session.scalars(select(Message.title).order_by(Message.id)))
    assert titles == ["已受理：请服务站推荐工作", "已办结：请服务站推荐工作", "请评价：请服务站推荐工作"]
    move_request(staff, request, _A.FINISH, note="再按一次")
    assert request.result == "推荐到测试物流，下周面试"


def test_what_is_not_for_the_person_or_open_already_is_not_asked_for(uow: UnitOfWork, person: Person) -> None:
    assert wrong(lambda: ask(uow, person, "JSJY")) == {"note"}
    assert wrong(lambda: ask(uow, person, note="字" * 501)) == {"note"}
    assert wrong(lambda: ask(uow, person, note="我在 73111 部队开车")) == {"note"}
    with pytest.raises(NotFound):
        ask(uow, person, "NOSUCH")
    ask(uow, person)
    with pytest.raises(Conflict):
        ask(uow, person)
    with pytest.raises(NotAllowed):
        ask_service(acting(uow, actor_of_person(uow, make_person(uow))), person, item_code="ZCZX")


def test_the_clock_stands_while_papers_are_missing(uow: UnitOfWork, person: Person, staff: UnitOfWork) -> None:
    request = take(staff, person)
    assert request.due_on == date(2026, 12, 1)
    on(staff, date(2026, 11, 24))
    assert wrong(lambda: move_request(staff, request, _A.MORE, note=" ")) == {"note"}
    move_request(staff, request, _A.MORE, note="身份证复印件")
    assert request.used_days == 2
    assert tasks(uow, TaskKind.DESK_DUE) == []
    on(uow, date(2026, 12, 8))
    own = acting(uow, actor_of_person(uow, person))
    add_note(own, request, note="已经交到服务站")
    assert request.state is RequestState.WORKING
    assert request.due_on == date(2026, 12, 15)
    assert len(tasks(uow, TaskKind.DESK_DUE)) == 1
    on(staff, date(2026, 12, 9))
    move_request(staff, request, _A.FINISH, note="办好了")
    assert request.used_days == 3


def test_a_year_without_its_notice_is_said_to_be_an_estimate(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    on(staff, date(2026, 12, 28))
    request = take(staff, person, "PXBT")
    assert request.due_is_estimate
    assert "2027 年放假安排还没录入，按周末估算" in due_words(request)
    assert working_days_between(uow.session, date(2026, 12, 28), date(2026, 12, 28)) == 0
    assert working_days_between(uow.session, date(2026, 9, 30), date(2026, 10, 12)) == 4


def test_every_pair_of_state_and_step_is_in_the_table_or_refused(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    for state, action in itertools.product(RequestState, STAFF_ACTIONS):
        request = take(staff, person)
        request.state = state
        request.finished_at = uow.now if state in ENDED else None
        uow.session.flush()
        if (state, action) in REQUEST_FLOW:
            assert move_request(staff, request, action, note="测试").state is REQUEST_FLOW[state, action]
            continue
        with contextlib.suppress(Conflict):
            move_request(staff, request, action, note="测试")
        assert request.state is state
    for action in (_A.ASK, _A.HAND_OVER, _A.ESCALATE):
        with pytest.raises(NotAllowed):
            move_request(staff, take(staff, person), action)


def test_a_stale_form_is_refused(uow: UnitOfWork, person: Person, staff: UnitOfWork) -> None:
    request = take(staff, person)
    seen = request.version
    move_request(staff, request, _A.START)
    with pytest.raises(Conflict):
        move_request(staff, request, _A.FINISH, note="办好了", version=seen)


def test_somebody_walks_in_without_a_file(uow: UnitOfWork, staff: UnitOfWork) -> None:
    assert wrong(lambda: take(staff, None)) == {"name", "phone"}
    assert wrong(lambda: take(staff, None, name="测试路人", phone="123")) == {"phone"}
    request = take(staff, None, "ZCZX", name="测试路人", phone="１９９ ０００１-２３４５", result="解答了报名时间")
    assert (request.walk_in_name, request.phone, request.state) == ("测试路人", "19900012345", RequestState.DONE)
    assert b"19900012345" not in (request.phone_sealed or b"")
    assert uow.session.scalars(select(Rating)).all() == []
    assert lines(staff, [request])[0].name == "测试路人"


def test_a_proxy_needs_a_name_and_the_consent_and_a_visit_ends_at_the_village(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    proxy = RequestWay.PROXY
    assert wrong(lambda: take(staff, person, way=proxy, proxy_name="测试干部")) == {"consent"}
    request = take(staff, person, way=proxy, proxy_name="测试干部", consent=ProxyConsent.VOICE)
    assert (request.proxy_name, request.consent) == ("测试干部", ProxyConsent.VOICE)
    door = RequestWay.DOOR
    assert wrong(lambda: take(staff, person, way=door)) == {"door_on", "door_place", "door_by"}
    day = uow.today
    assert wrong(
        lambda: take(staff, person, way=door, door_on=day, door_place="东镇一村 12 号", door_by="测试干部")
    ) == {"door_place"}
    later = day + timedelta(days=1)
    assert wrong(lambda: take(staff, person, way=door, door_on=later, door_place="一村", door_by="甲")) == {"door_on"}
    visited = take(staff, person, way=door, door_on=day, door_place="东镇一村", door_by="测试干部")
    assert visited.door_place == "东镇一村"
    save_door_visit(staff, request, on=day, place="东镇二村", by="测试干部")
    assert request.door_place == "东镇二村"
    assert wrong(lambda: take(staff, person, way=RequestWay.PHONE)) == {"way"}


def test_a_clerk_asks_in_the_persons_place_only_with_their_consent_to_it(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    given = {"way": "voice", "given_on": uow.today, "valid_until": uow.today + timedelta(days=30), "note": "录音在站里"}
    record_consent(staff, person, scopes=["file", "apply"], **given)
    for name in ("", staff.actor.label):
        asked = {"way": RequestWay.PROXY, "proxy_name": name, "consent": ProxyConsent.PAPER}
        assert wrong(lambda: take(staff, person, **asked)) == {"proxy_name"}  # noqa: B023
    record_consent(staff, person, scopes=["desk"], **given)
    request = take(staff, person, way=RequestWay.PROXY)
    assert (request.proxy_name, request.consent) == (staff.actor.label, ProxyConsent.VOICE)
    line = next(one for one in proxy_lines(uow.session, person, uow.today) if one.consent.scope is ProxyScope.DESK)
    assert line.used_at == uow.now
    other = acting(uow, make_staff(uow))
    assert wrong(lambda: take(other, person, way=RequestWay.PROXY)) == {"proxy_name"}


def test_of_other_matters_only_day_and_receiver_are_kept(uow: UnitOfWork, staff: UnitOfWork) -> None:
    walker = {"name": "测试军属", "phone": "19900012346"}
    assert wrong(lambda: take(staff, None, "JSQT", note="孩子上学的事", **walker)) == {"note"}
    request = take(staff, None, "JSQT", **walker)
    move_request(staff, request, _A.MORE, note="这里不会留下")
    assert wrong(lambda: add_note(staff, request, note="也不会留下")) == {"note"}
    move_request(staff, request, _A.SUPPLY)
    assert wrong(lambda: move_request(staff, request, _A.FINISH, note="")) == {"note"}
    assert wrong(lambda: move_request(staff, request, _A.FINISH, note="字" * 31)) == {"note"}
    move_request(staff, request, _A.FINISH, note="教育局")
    words = [request.note, *uow.session.scalars(select(RequestStep.note).where(RequestStep.request_id == request.id))]
    assert {word for word in words if word} == {"教育局"}


def test_handing_over_needs_a_reason_and_both_stations_see_it(uow: UnitOfWork, person: Person) -> None:
    near, other = acting(uow, make_staff(uow, path=PATH_A)), acting(uow, make_staff(uow, path=PATH_B))
    request = take(near, person)
    target = uow.session.get_one(Organization, other.actor.organization_id)
    assert other.rows(visible_requests(other.actor, select(ServiceRequest))) == []
    assert wrong(lambda: hand_over(near, request, station=target, reason=" ")) == {"reason"}
    hand_over(near, request, station=target, reason="住在西镇")
    for unit in (near, other):
        assert unit.rows(visible_requests(unit.actor, select(ServiceRequest))) == [request]
    assert request.handler_id is None
    assert [task.region_path for task in tasks(uow, TaskKind.DESK_DUE)] == [PATH_B]
    assert wrong(lambda: hand_over(other, request, station=target, reason="再转一次")) == {"station"}
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    with pytest.raises(NotAllowed):
        hand_over(far, request, station=target, reason="不归他管")
    with pytest.raises(NotAllowed):
        take(far, person)


def test_whoever_holds_the_phone_sees_no_request_before_the_file_is_claimed(uow: UnitOfWork, person: Person) -> None:
    request = ask(uow, person)
    rating = record_rating_question(uow, about="desk:claim", title="推荐工作", person=person)
    holder = acting(uow, actor_of_person(uow, person))
    assert holder.rows(visible_requests(holder.actor, select(ServiceRequest))) == [request]
    assert holder.rows(visible_ratings(holder.actor, select(Rating))) == [rating]
    for state in (ClaimState.DUE, ClaimState.LOCKED):
        person.claim_state = state
        uow.session.flush()
        assert holder.rows(visible_requests(holder.actor, select(ServiceRequest))) == []
        assert holder.rows(visible_ratings(holder.actor, select(Rating))) == []
        acts: list[Any] = [
            lambda: withdraw_request(holder, request),
            lambda: ask_service(holder, person, item_code="ZXFW"),
            lambda: rate(holder, rating, level=5),
            lambda: ask_call_back(holder, person),
            lambda: ask_rights(holder, person, RequestKind.ERASE),
            lambda: export_whole(holder, person),
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


def test_an_overdue_request_goes_to_the_parent_station_and_again_after_some_days(uow: UnitOfWork) -> None:
    center = make_station(uow, path=PATH_COUNTY)
    station = make_station(uow, path=PATH_A, parent=center)
    person = make_person(uow, station_id=station.id)
    request = ask(uow, person)
    job = acting(uow, system_actor("tests"))
    assert escalate_overdue(on(job, request.due_on)) == 0
    assert escalate_overdue(on(job, date(2026, 11, 24))) == 1
    assert escalate_overdue(job) == 0
    assert [task.region_path for task in tasks(uow, TaskKind.ESCALATION)] == [PATH_COUNTY]
    assert escalate_overdue(on(job, date(2026, 11, 26))) == 0
    assert escalate_overdue(on(job, date(2026, 11, 27))) == 1
    assert len(tasks(uow, TaskKind.ESCALATION)) == 2
    withdraw_request(acting(uow, actor_of_person(uow, person)), request)
    assert tasks(uow, TaskKind.ESCALATION) == tasks(uow, TaskKind.DESK_DUE) == []
    assert escalate_overdue(on(job, date(2026, 12, 30))) == 0


def test_the_satisfaction_question_is_answered_once_and_proxies_stand_apart(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    request = take(staff, person, result="办好了")
    rating = uow.session.scalars(select(Rating)).one()
    assert (rating.about, rating.level) == (f"desk:{request.public_id}", None)
    own = acting(uow, actor_of_person(uow, person))
    for level in (None, 0, 6):
        assert wrong(lambda level=level: rate(own, rating, level=level)) == {"level"}  # type: ignore[misc]
    rate_for(staff, rating, level=5)
    assert (rating.level, rating.proxy_level) == (None, 5)
    rate(own, rating, level=2)
    rate(own, rating, level=2)
    with pytest.raises(Conflict):
        rate(own, rating, level=5)
    with pytest.raises(NotAllowed):
        rate(staff, rating, level=5)
    with pytest.raises(NotAllowed):
        rate_for(own, rating, level=5)
    found = figures(staff, uow.today, uow.today).satisfaction
    assert (found.asked, found.answered, found.satisfied) == (1, 1, 0)
    assert (found.proxy_answered, found.proxy_satisfied) == (1, 1)
    assert record_rating_question(uow, about=rating.about, title="再问一次", person=person) is rating
    other = record_rating(uow, about="class:1", person=person, level=4, title="培训")
    assert (other.level, other.title) == (4, "培训")


def test_a_rate_is_shown_from_thirty_answers_on() -> None:
    assert Satisfaction(asked=60, answered=29, satisfied=29, least=30).rate is None
    enough = Satisfaction(asked=60, answered=30, satisfied=27, least=30)
    assert (enough.rate, enough.answer_rate) == (0.9, 0.5)
    assert Satisfaction(least=0).rate is None


def test_figures_count_by_item_and_show_a_saving_only_with_its_paper(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    first, second = take(staff, person), take(staff, make_person(uow))
    take(staff, person, "ZCZX", result="解答了")
    move_request(on(staff, date(2026, 11, 25)), first, _A.FINISH, note="办好了")
    move_request(on(staff, date(2026, 11, 27)), second, _A.FINISH, note="办好了")
    since = date(2026, 11, 1)
    rows = {row.item.code: row for row in figures(staff, since, staff.today).rows}
    assert (rows["TJGZ"].asked, rows["TJGZ"].done, rows["TJGZ"].days, rows["TJGZ"].saved) == (2, 2, 4.0, None)
    assert rows["ZCZX"].days == 0
    values = {name: getattr(rows["TJGZ"].item, name) for name in ("name_zh", "kinds", "papers", "source")}
    item = save_item(
        staff,
        code="TJGZ",
        limit_days=9,
        old_limit_days=15,
        old_limit_paper="测试办发〔2025〕1 号",
        is_active=True,
        **values,
    )
    assert saved_share(item) == 0.4
    assert {row.item.code: row.saved for row in figures(staff, since, staff.today).rows}["TJGZ"] == 0.4
    assert figures(staff, date(2026, 1, 1), date(2026, 1, 31)).rows == []
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    assert figures(far, since, staff.today).asked == 0


def test_items_are_shipped_and_the_office_keeps_its_own(uow: UnitOfWork, staff: UnitOfWork) -> None:
    items = service_items(uow.session)
    assert len(items) == 14
    assert all(item.old_limit_days is None for item in items.values())
    assert is_for(items["JSJY"], {"SJJS"})
    assert not is_for(items["JSJY"], {"TYJR"})
    good = {"name_zh": "测试事项", "limit_days": 2, "source": "测试文件", "kinds": ["TYJR"]}
    assert wrong(lambda: save_item(staff, **{**good, "limit_days": 400})) == {"limit_days"}
    assert wrong(lambda: save_item(staff, **{**good, "name_zh": " ", "source": ""})) == {"name_zh", "source"}
    assert wrong(lambda: save_item(staff, **good, old_limit_days=5)) == {"old_limit_paper"}
    assert wrong(lambda: save_item(staff, **good, old_limit_paper="只有文件")) == {"old_limit_paper"}
    assert wrong(lambda: save_item(staff, **{**good, "kinds": ["NOSUCH"]})) == {"kinds"}
    made = save_item(staff, **good, is_active=True)
    assert made.code == "LI001"
    assert service_item(uow.session, "LI001").limit_days == 2
    with pytest.raises(Conflict):
        save_item(staff, code="LI001", seen="stale", **good)
    with pytest.raises(NotFound):
        save_item(staff, code="NOSUCH", **good)
    with pytest.raises(NotAllowed):
        save_item(acting(uow, actor_of_person(uow, make_person(uow))), **good)


def test_the_queue_starts_with_what_is_past_its_day_and_costs_the_same_for_many(
    uow: UnitOfWork, staff: UnitOfWork
) -> None:
    from tests.people.help import counted

    counts = []
    for extra in (2, 18):
        for _ in range(extra):
            take(staff, make_person(uow))
        with counted(uow.session.connection()) as seen:
            lines(staff, staff.rows(queue(staff, {})))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    late, paused = take(staff, make_person(uow), "ZCZX"), take(staff, make_person(uow), "ZCZX")
    move_request(staff, paused, _A.MORE, note="身份证")
    on(staff, date(2026, 12, 30))
    rows = staff.rows(queue(staff, {}))
    assert (rows[0], rows[-1]) == (late, paused)
    assert len(staff.rows(queue(staff, {"state": "overdue"}))) == 21
    assert staff.rows(queue(staff, {"q": late.number})) == [late]
    assert staff.rows(queue(staff, {"q": "没有这个人"})) == []
    assert len(staff.rows(queue(staff, {"scope": "mine", "item": "ZCZX", "state": "nonsense"}))) == 2


def test_a_file_takes_its_requests_along_and_leaves_no_words_behind(
    uow: UnitOfWork, person: Person, staff: UnitOfWork
) -> None:
    request = take(staff, person, note="KEEP-OUT", result="KEEP-OUT 办好了")
    told = export_person(uow, person.id)
    assert told["service_request"][0]["note"] == "KEEP-OUT"
    assert told["rating"][0]["about"] == f"desk:{request.public_id}"
    target = make_person(uow)
    moved = move_person(uow, person.id, target.id)
    assert {(row.table, row.before["person_id"]) for row in moved} == {
        ("service_request", person.id),
        ("rating", person.id),
    }
    assert export_person(uow, person.id)["service_request"] == []
    assert erase_person(uow, target.id) == {"service_request": 1, "service_request_paper": 0}
    assert "KEEP-OUT" not in str(export_person(uow, target.id))
    assert request.state is RequestState.DONE
