"""What changes while the fair runs: an employer leaves at noon or comes back, a booth moves and moves back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.core.errors import Conflict
from jobmatch.core.job_rows import Job
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import figures
from jobmatch.fairs.day.board_queries import booth_lines
from jobmatch.fairs.day.booth_queries import wrong_counts
from jobmatch.fairs.day.models import QueueNumber
from jobmatch.fairs.day.services.moves import MOVE_JOB, people_to_tell, tell_moved
from jobmatch.fairs.day.services.queues import call_next, leave_booth, return_booth, take_number
from jobmatch.fairs.day.services.screens import screen_token
from jobmatch.fairs.day.states import QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.absences import record_came
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.services.assigning import TELL_JOB, assign_booth, last_place, tell_exhibitor
from jobmatch.fairs.halls.services.laying import change_booth
from jobmatch.fairs.halls.states import BoothZone
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.inbox.models import Message
from tests.factories import make_employer, make_person, make_user
from tests.fairs.day_help import SYSTEM, TOKEN, browser, stage
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.fairs.test_queue_numbers import came, running
from tests.fairs.test_queue_pages import tap


def titles(uow: UnitOfWork, user_id: int | None) -> list[str]:
    return list(uow.session.scalars(select(Message.title).where(Message.user_id == user_id).order_by(Message.id)))


def jobs(uow: UnitOfWork, name: str) -> list[Any]:
    return list(uow.session.scalars(select(Job).where(Job.name == name).order_by(Job.id)))


def states(uow: UnitOfWork) -> list[QueueState]:
    query = select(QueueNumber.state).order_by(QueueNumber.number)
    return list(uow.session.scalars(query.execution_options(populate_existing=True)))


def planned(uow: UnitOfWork, registration: FairRegistration, exhibitor: Exhibitor, posting_id: int) -> None:
    visit = {"exhibitor_id": exhibitor.id, "fair_posting_id": posting_id, "position": 1, "score": 0.5}
    uow.session.add(PlannedVisit(registration_id=registration.id, **visit))
    uow.session.flush()


def test_who_left_at_noon_still_counts_with_its_posts_and_heads(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    make_fair_posting(uow, booth, vacancies=5)
    make_fair_posting(uow, make_exhibitor(uow, fair), vacancies=7)
    before = figures.counted(uow.session, fair)
    assert (before.exhibitors, before.posts) == (1, 5), "who never came brings no posts"
    leave_booth(uow, booth)
    after = figures.counted(uow.session, fair)
    assert (after.exhibitors, after.posts, after.posting_rows) == (1, 5, 1)


def test_leaving_by_mistake_is_undone_with_the_queue_as_it_was(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    person = make_person(uow)
    called, waits, gave_up = (came(uow, fair, person_id=one) for one in (None, person.id, None))
    numbers = [take_number(uow, booth, one) for one in (called, waits, gave_up)]
    call_next(uow, booth)
    numbers[2].state, numbers[2].ended_at = QueueState.LEFT, uow.now - timedelta(minutes=1)
    uow.session.flush()
    for _twice in range(2):
        leave_booth(uow, booth)
        assert states(uow) == [QueueState.LEFT] * 3
        return_booth(uow, booth)
        return_booth(uow, booth)
        assert states(uow) == [QueueState.WAITING, QueueState.WAITING, QueueState.LEFT] and booth.left_at is None
    again = call_next(uow, booth)
    assert again is not None and again.number == 1
    take_number(uow, booth, came(uow, fair))
    assert titles(uow, person.user_id)[:2] == ["您排队的单位提前离场了", "您排队的单位没有离场"]


def test_who_comes_back_later_begins_with_an_empty_queue(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    take_number(uow, booth, came(uow, fair))
    leave_booth(uow, booth)
    booth.left_at = uow.now - timedelta(hours=1)
    record_came(uow, booth)
    assert states(uow) == [QueueState.LEFT]
    assert take_number(uow, booth, came(uow, fair)).number == 2 and wrong_counts(uow.session, fair.id) == []
    leave_booth(uow, booth)
    fair.state, fair.closed_at = FairState.CLOSED, uow.now
    uow.session.flush()
    with pytest.raises(Conflict):
        return_booth(uow, booth)


def test_those_with_a_phone_only_are_told_by_text_message(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    fair, booth = running(uow)
    take_number(uow, booth, came(uow, fair))
    monkeypatch.setattr("jobmatch.fairs.visitors.notices.has_gateway", lambda: True)
    leave_booth(uow, booth)
    [job] = jobs(uow, "visitors.tell")
    assert job.arguments["what"] == "left" and job.arguments["booth"]


def test_a_move_tells_those_who_come_once_and_shows_the_new_number_everywhere(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    posting = make_fair_posting(uow, booth)
    first, second = make_booth(uow, fair, "A01"), make_booth(uow, fair, "B02")
    assign_booth(uow, first, booth)
    people = [make_person(uow) for _ in range(3)]
    plans, queues, stranger = (came(uow, fair, person_id=one.id) for one in people)
    planned(uow, plans, booth, posting.id)
    take_number(uow, booth, queues)
    assign_booth(uow, second, booth)
    move = uow.session.scalars(select(BoothMove).order_by(BoothMove.id.desc())).first()
    assert move is not None and (move.from_number, move.to_number) == ("A01", "B02")
    assert [job.arguments["move_id"] for job in jobs(uow, MOVE_JOB)][-1] == move.id
    assert people_to_tell(uow, move.id) == [plans.id, queues.id]
    for _twice in range(2):
        tell_moved(uow, move.id, [plans.id, queues.id])
    assert [titles(uow, one.user_id) for one in people] == [["您要去的单位换了展位"], ["您要去的单位换了展位"], []]
    assert stranger.id not in people_to_tell(uow, move.id)
    assert {line.number for line in booth_lines(uow.session, fair) if line.exhibitor_id == booth.id} == {"B02"}
    back = last_place(uow.session, second)
    assert back is not None and back.id == first.id
    assign_booth(uow, back, booth)
    assert people_to_tell(uow, move.id) == [], "the move back tells them"
    assert last_place(uow.session, first) is second


def test_a_new_number_of_a_booth_is_a_move_and_a_draft_tells_nobody(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    row = make_booth(uow, fair, "A01", exhibitor=booth)
    same = {"row": row.row, "col": row.col, "zone": BoothZone.GENERAL}
    same |= {"has_power": True, "is_accessible": True, "is_blocked": False}
    change_booth(uow, fair, row, number="a09", **same)  # type: ignore[arg-type]
    change_booth(uow, fair, row, number="A09", **same)  # type: ignore[arg-type]
    assert [(one.from_number, one.to_number) for one in uow.session.scalars(select(BoothMove))] == [("A01", "A09")]
    assert len(jobs(uow, MOVE_JOB)) == 1
    calm = make_fair(uow)
    assign_booth(uow, make_booth(uow, calm, "A01"), make_exhibitor(uow, calm))
    assert len(jobs(uow, MOVE_JOB)) == 1, "before the fair nobody is on the way"


def test_an_exhibitor_is_told_its_booth_once_for_each_number(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    exhibitor = make_exhibitor(uow, fair)
    member = make_user(uow, Role.EMPLOYER_MEMBER, organization=exhibitor.employer.organization)
    first, second = make_booth(uow, fair, "A01"), make_booth(uow, fair, "A02")
    for booth in (first, second, first):
        assign_booth(uow, booth, exhibitor)
    ids = [job.arguments["move_id"] for job in jobs(uow, TELL_JOB)]
    for one in ids:
        tell_exhibitor(uow, int(one))
    [title] = titles(uow, member.id)
    assert title.endswith("您的展位是 A01 号")
    draft = make_fair(uow, state=FairState.DRAFT)
    assign_booth(uow, make_booth(uow, draft, "A01"), make_exhibitor(uow, draft))
    assert not tell_exhibitor(uow, int(jobs(uow, TELL_JOB)[-1].arguments["move_id"]))


def test_the_employer_sees_its_booth_and_nobody_else_s(app: Any) -> None:
    here = stage(app.runtime, FairState.PUBLISHED)
    employer, url = browser(app, here.users["employer"]), f"/employer/fairs/{here.fair}"
    with app.runtime.unit(SYSTEM) as uow:
        row = uow.session.get_one(Exhibitor, here.exhibitor_id)
        row.needs_power = True
    assert f"{url}/place" in employer.get(url).get_data(as_text=True)
    part = employer.get(f"{url}/place", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "A01" in part and "一楼大厅" in part and "请打服务中心电话" in part and "<html" not in part
    assert "hp-changed" in employer.get(f"{url}/place").get_data(as_text=True)
    assert "一楼大厅" in app.test_client().get(f"/fairs/booth/{TOKEN}").get_data(as_text=True)
    with app.runtime.unit(SYSTEM) as uow:
        other = make_user(uow, Role.EMPLOYER_MEMBER, organization=make_employer(uow).organization).id
        uow.session.query(Booth).filter_by(number="A01").one().exhibitor_id = None
    assert browser(app, other).get(f"{url}/place").status_code == 404
    assert "还没有排" in employer.get(f"{url}/place").get_data(as_text=True)


def test_ticket_booth_and_screens_follow_a_move_and_a_leave(app: Any) -> None:
    here = stage(app.runtime)
    visitor, booth, url = app.test_client(), app.test_client(), f"/fairs/booth/{TOKEN}"
    staff = browser(app, here.users["staff"])
    screen = f"/fairs/screen/{screen_token('booth', here.booth)}"
    tap(visitor, here.visit, "queue", row=here.booth)
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        exhibitor = uow.session.get_one(Exhibitor, here.exhibitor_id)
        assign_booth(uow, make_booth(uow, fair, "C07"), exhibitor)
        former = uow.session.query(Booth).filter_by(number="A01").one()
        assert former.exhibitor_id is None
        uow.session.delete(former)
    booths = f"/staff/fairs/{here.fair}/booths"
    for client, place in ((visitor, here.visit), (booth, url), (booth, screen), (staff, booths)):
        text = client.get(place).get_data(as_text=True)
        assert "C07" in text and "A01" not in text, place
    assert tap(booth, url, "leave").status_code == 303
    assert "提前离场了，您的 1 号取消了" in visitor.get(here.visit).get_data(as_text=True)
    assert "撤销离场" in booth.get(url).get_data(as_text=True)
    assert tap(booth, url, "back").status_code == 303
    text = visitor.get(here.visit).get_data(as_text=True)
    assert "提前离场了" not in text and "前面 0 人" in text
