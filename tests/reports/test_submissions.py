"""Submissions: three persons, frozen when handed in, returned by cell, late and missing ones named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import Webhook, WebhookCall
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import ServiceRecord
from jobmatch.people.models.register import Confirmation
from jobmatch.reports.filing.calendar import depth_of, forms_of, last_due
from jobmatch.reports.filing.documents import submission_paper
from jobmatch.reports.filing.jobs import list_and_remind
from jobmatch.reports.filing.models import Snapshot, Submission, SubmissionMove
from jobmatch.reports.filing.queries import (
    figure_differences,
    frozen_of,
    light_of,
    named_figure_moves,
)
from jobmatch.reports.filing.services.due import record_owed, remind_stations
from jobmatch.reports.filing.services.freezing import confirm_snapshot, problems_of
from jobmatch.reports.filing.services.submitting import (
    accept,
    amend,
    open_submission,
    review,
    save_submission,
    send_back,
    submit,
    take_back,
    urge,
)
from jobmatch.reports.filing.shown import SECTIONS, shown_form
from jobmatch.reports.filing.states import FormKind, Light, SubmissionState
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Median
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_person, make_staff, make_station
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.help_programmes import two_fairs
from tests.reports.test_campaigns_storms import together
from tests.reports.test_year_table import ALWAYS, line, returnee

YEAR = 2024
SYSTEM = system_actor("tests")
NUMBERS = itertools.count()
SINCE = date(2025, 1, 5)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"{request.param}_runtime")


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def town(uow: UnitOfWork) -> UnitOfWork:
    """A clerk of the township's station."""
    return acting(uow, make_staff(uow, path=PATH_A))


def county(uow: UnitOfWork) -> UnitOfWork:
    """Another member of the county's staff each time."""
    return acting(uow, make_staff(uow, path=PATH_COUNTY))


def opened(uow: UnitOfWork, form: FormKind = FormKind.YEAR_TABLE) -> tuple[UnitOfWork, Submission]:
    clerk = town(uow)
    return clerk, save_submission(clerk, open_submission(clerk, form), remarks={}, head="方站长")


def handed_in(uow: UnitOfWork, form: FormKind = FormKind.YEAR_TABLE) -> tuple[Submission, UnitOfWork]:
    """A form on its way, and the clerk who filled it."""
    clerk, submission = opened(uow, form)
    return submit(clerk, submission), clerk


def somebody(uow: UnitOfWork, status: str = "E1") -> Any:
    """A returnee of the year, at work with proof."""
    person = returnee(uow, PATH_A)
    uow.session.execute(
        update(ServiceRecord).where(ServiceRecord.person_id == person.id).values(discharged_on=date(YEAR, 9, 1))
    )
    line(uow, person, status, SINCE, None, ALWAYS)
    uow.session.flush()
    return person


# ---------- the calendar ----------


def test_each_form_has_a_period_that_is_over_and_a_day_it_is_due(uow: UnitOfWork) -> None:
    def due(form: FormKind, today: date) -> tuple[date, ...]:
        found = last_due(uow.session, form, today)
        return found.since, found.until, found.cut_off, found.due_on

    assert due(FormKind.MONTHLY, date(2028, 3, 1)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
        date(2028, 2, 29),
        date(2028, 3, 5),
    )
    assert due(FormKind.QUARTERLY, date(2026, 1, 1))[:2] == (date(2025, 10, 1), date(2025, 12, 31))
    assert due(FormKind.FAMILY, date(2026, 6, 30))[:2] == (date(2025, 7, 1), date(2025, 12, 31))
    assert due(FormKind.FAMILY, date(2026, 7, 1))[:2] == (date(2026, 1, 1), date(2026, 6, 30))
    assert due(FormKind.YEAR_TABLE, date(2027, 1, 1)) == (
        date(2025, 1, 1),
        date(2025, 12, 31),
        date(2026, 12, 31),
        date(2027, 1, 15),
    )


def test_townships_and_counties_report_and_villages_do_not() -> None:
    assert (depth_of(PATH_COUNTY), depth_of(PATH_A)) == (3, 4)
    assert FormKind.QUARTERLY in forms_of(PATH_COUNTY)
    assert FormKind.QUARTERLY not in forms_of(PATH_A)
    assert forms_of("/43/") == forms_of(PATH_A + "430382001001/") == ()


def test_no_form_reports_a_median_and_every_code_is_published() -> None:
    codes = {code for sections in SECTIONS.values() for _title, row in sections for code in row}
    assert codes <= set(registry.ALL)
    assert not [code for code in codes if isinstance(registry.ALL[code], Median)]


def test_the_light_follows_the_due_day(uow: UnitOfWork) -> None:
    _clerk, found = opened(uow)
    due = found.due_on
    assert light_of(found, due - timedelta(days=4), 3) is Light.OPEN
    assert light_of(found, due - timedelta(days=3), 3) is light_of(found, due, 3) is Light.SOON
    assert light_of(found, due + timedelta(days=1), 3) is Light.MISSING
    found.due_on = uow.today
    submit(_clerk, found)
    assert light_of(found, uow.today, 3) is Light.ON_TIME
    found.due_on = uow.today - timedelta(days=1)
    assert light_of(found, uow.today, 3) is Light.LATE


# ---------- the walk ----------


def test_three_persons_bring_a_form_home_and_it_is_frozen(uow: UnitOfWork) -> None:
    county(uow)
    person = somebody(uow)
    clerk, submission = opened(uow)
    (task,) = uow.session.scalars(select(Task).where(Task.kind == TaskKind.REPORT_DUE)).all()
    submit(clerk, submission)
    uow.session.refresh(task)
    assert task.state is TaskState.DONE
    frozen = frozen_of(uow.session, submission)
    assert frozen is not None and frozen.confirmed_at is None
    assert shown_form(uow, submission, frozen).numbers["E"] == 1
    # What changes in the register after handing in changes nothing of what is reviewed.
    uow.session.execute(Confirmation.__table__.delete())
    assert shown_form(uow, submission, None).numbers["E"] == 0
    review(county(uow), submission)
    accept(county(uow), submission)
    assert submission.state is SubmissionState.ACCEPTED
    assert frozen.confirmed_at is not None and problems_of(frozen) == []
    assert shown_form(uow, submission, frozen).numbers["E"] == 1
    steps = uow.session.scalars(select(SubmissionMove.step).order_by(SubmissionMove.id)).all()
    assert [step.value for step in steps] == ["submit", "review", "accept"]
    assert person.id


def test_filled_reviewed_and_accepted_are_three(uow: UnitOfWork) -> None:
    county(uow)
    submission, clerk = handed_in(uow)
    with pytest.raises(Conflict, match="填报的人"):
        review(clerk, submission)
    with pytest.raises(NotAllowed):
        review(town(uow), submission)
    reviewer = make_staff(uow, path=PATH_COUNTY)
    assert review(acting(uow, reviewer), submission) is review(acting(uow, reviewer), submission)
    with pytest.raises(Conflict, match="审核的人"):
        accept(acting(uow, reviewer), submission)
    with pytest.raises(Conflict, match="填报的人"):
        accept(clerk, submission)
    with pytest.raises(NotAllowed):
        accept(acting(uow, make_staff(uow, path=PATH_OTHER)), submission)
    with pytest.raises(Conflict, match="报表上报"):
        confirm_snapshot(county(uow), uow.session.scalars(select(Snapshot)).one())
    third = make_staff(uow, path=PATH_COUNTY)
    assert accept(acting(uow, third), submission) is accept(acting(uow, third), submission)


def test_where_nobody_is_above_three_of_one_office_do_it(uow: UnitOfWork) -> None:
    first = county(uow)
    submission = save_submission(first, open_submission(first, FormKind.QUARTERLY), remarks={}, head="方局长")
    submit(first, submission)
    review(county(uow), submission)
    assert accept(county(uow), submission).state is SubmissionState.ACCEPTED


def test_handed_in_twice_is_handed_in_once_and_without_a_head_not_at_all(uow: UnitOfWork) -> None:
    clerk = town(uow)
    submission = open_submission(clerk, FormKind.MONTHLY)
    assert open_submission(clerk, FormKind.MONTHLY) is submission
    with pytest.raises(Invalid) as error:
        submit(clerk, submission)
    assert set(error.value.fields) == {"head"}
    save_submission(clerk, submission, remarks={"T3.fairs": "没有办", "nobody": "x"}, head="方站长")
    assert submission.remarks == {"T3.fairs": "没有办"}
    assert submit(clerk, submission) is submit(clerk, submission)
    assert uow.session.scalar(select(func.count()).select_from(Snapshot)) == 1
    with pytest.raises(Conflict):
        save_submission(clerk, submission, remarks={}, head="别人")
    with pytest.raises(NotFound):
        open_submission(clerk, FormKind.QUARTERLY)


def test_a_zero_report_is_refused_where_there_is_something(uow: UnitOfWork) -> None:
    clerk, empty = opened(uow)
    assert submit(clerk, empty, is_zero=True).is_zero
    take_back(clerk, empty)
    assert uow.session.scalar(select(func.count()).select_from(Snapshot)) == 0
    somebody(uow)
    with pytest.raises(Invalid, match="不能报零"), uow.session.begin_nested():
        submit(clerk, empty, is_zero=True)
    assert not submit(clerk, empty).is_zero


def test_an_empty_station_and_a_period_without_data_have_a_form_of_zeros(uow: UnitOfWork) -> None:
    clerk = town(uow)
    for form in forms_of(PATH_A):
        found = save_submission(clerk, open_submission(clerk, form), remarks={}, head="方站长")
        assert set(shown_form(uow, found, None).numbers.values()) == {0}
        submit(clerk, found, is_zero=True)
        frozen = frozen_of(uow.session, found)
        assert frozen is not None and problems_of(frozen) == []


def test_returned_by_cell_comes_back_with_a_task_and_can_be_handed_in_again(uow: UnitOfWork) -> None:
    county(uow)
    submission, clerk = handed_in(uow)
    reviewer = county(uow)
    with pytest.raises(Invalid):
        send_back(reviewer, submission, returns={"nobody": "错了"}, reason="")
    send_back(reviewer, submission, returns={"E": "少了 1 人"})
    assert (submission.state, submission.returns) == (SubmissionState.RETURNED, {"E": "少了 1 人"})
    assert uow.session.scalar(select(func.count()).select_from(Snapshot)) == 0
    opened_again = uow.session.scalars(
        select(Task).where(Task.kind == TaskKind.REPORT_DUE, Task.state == TaskState.OPEN)
    ).all()
    assert len(opened_again) == 1
    assert uow.session.scalar(select(func.count()).where(Message.title.contains("退回"))) == 1
    submit(clerk, submission)
    assert submission.returns == {}
    with pytest.raises(Conflict):
        take_back(clerk, review(reviewer, submission))
    with pytest.raises(Conflict):
        send_back(county(uow), accept(county(uow), submission), returns={}, reason="已经接收的不能退")


def test_an_amendment_is_another_version_and_the_first_one_stands(uow: UnitOfWork) -> None:
    county(uow)
    submission, clerk = handed_in(uow, FormKind.MONTHLY)
    review(county(uow), submission)
    accept(county(uow), submission)
    first = frozen_of(uow.session, submission)
    assert first is not None
    before = (first.table, first.inputs)
    with pytest.raises(Invalid):
        amend(clerk, submission, reason="改")
    amend(clerk, submission, reason="补登了两场招聘会")
    with pytest.raises(Conflict, match="没有要更正"), uow.session.begin_nested():
        submit(clerk, submission)
    person = make_person(uow, path=PATH_A, with_user=False)
    person.search_state_since = submission.period_to
    uow.session.flush()
    submit(clerk, submission)
    second = frozen_of(uow.session, submission)
    assert light_of(submission, uow.today + timedelta(days=90), 3) is Light.LATE
    assert submission.submitted_at == uow.now
    assert second is not None and (second.revision, second.reason) == (2, "补登了两场招聘会")
    assert (first.table, first.inputs) == before
    moved = named_figure_moves(county(uow), figure_differences(first, second))
    assert "registered-seekers.all" in {one.move.code for one in moved}
    assert {name for one in moved for name in one.came} == {person.name}


def test_somebody_who_moved_to_another_county_is_in_the_form_of_one_place_only(uow: UnitOfWork) -> None:
    person = somebody(uow)
    _clerk, here = opened(uow)
    assert shown_form(uow, here, None).numbers["A"] == 1
    person.region_path = PATH_OTHER
    uow.session.flush()
    assert shown_form(uow, here, None).numbers["A"] == 0


def test_an_accepted_form_is_told_to_webhooks(uow: UnitOfWork) -> None:
    office = make_station(uow, path=PATH_COUNTY)
    hook = Webhook(
        organization_id=office.id,
        region_path=PATH_COUNTY,
        url="https://example.org/x",
        events=["submission.accepted"],
        created_at=uow.now,
    )
    uow.session.add(hook)
    uow.session.flush()
    submission, _clerk = handed_in(uow)
    review(county(uow), submission)
    accept(county(uow), submission)
    (call,) = uow.session.scalars(select(WebhookCall)).all()
    assert call.body["id"] == submission.public_id


# ---------- what is owed ----------


def test_what_stations_owe_is_listed_once_and_reminded_once(uow: UnitOfWork) -> None:
    staff = make_staff(uow, path=PATH_A)
    make_station(uow, path=PATH_A + "430382001001/")
    old = uow.now - timedelta(days=900)
    for station in uow.session.scalars(select(Organization)).all():
        station.created_at = old
    uow.session.flush()
    system = acting(uow, SYSTEM)
    _after, made = record_owed(system)
    assert made == len(forms_of(PATH_A))
    assert record_owed(system) == (0, 0)
    _after, told = remind_stations(system)
    assert told >= 1
    assert remind_stations(system)[1] == 0
    (missing, *_rest) = uow.session.scalars(select(Submission)).all()
    assert urge(acting(uow, staff), missing) == 0
    submission = save_submission(acting(uow, staff), missing, remarks={}, head="方站长")
    submit(uow, submission)
    with pytest.raises(Conflict, match="不用再催"):
        urge(uow, submission)


def test_a_new_station_owes_nothing_that_was_due_before_it_was_there(uow: UnitOfWork) -> None:
    make_station(uow, path=PATH_A)
    forms = {row.form for row in uow.session.scalars(select(Submission))}
    record_owed(acting(uow, SYSTEM))
    forms = {row.form for row in uow.session.scalars(select(Submission))}
    assert FormKind.YEAR_TABLE not in forms


def test_the_timed_work_runs_twice_without_doing_anything_twice(sqlite_runtime: Runtime) -> None:
    context = JobContext(sqlite_runtime.database, 1, "tests")
    first = list_and_remind(context)
    assert list_and_remind(context)["listed"] == 0
    assert set(first) == {"listed", "told"}


# ---------- pages ----------


def test_the_pages_of_the_walk(office: Office) -> None:
    clerk = office.clerk
    shown = text_of(clerk.get("/staff/filings"))
    assert "还没有列出要报的报表" in shown
    with office.unit() as uow:
        two_fairs(uow)
    made = clerk.post("/staff/filings/open", data={"form": "monthly"})
    page = made.headers["Location"]
    shown = text_of(clerk.get(page))
    assert "没有数，报零" in shown and "填报单位" in shown
    assert "请填单位负责人" in text_of(clerk.post(page, data={"press": "submit", "head": ""}), 422)
    long = {"press": "", "head": "方局长", "remark-T3.fairs": "长" * 201}
    assert "最多 200 个字" in text_of(clerk.post(page, data=long), 422)
    stale = clerk.post(page, data={"press": "", "head": "方局长", "version": "99"})
    assert stale.status_code in {200, 409, 422}
    assert clerk.post(page, data={"press": "", "head": "方局长", "remark-T3.fairs": "都在县城办"}).status_code == 303
    assert "都在县城办" in text_of(clerk.get(page))
    assert clerk.post(page, data={"press": "submit", "head": "方局长"}).status_code == 303
    assert "撤回上报" in text_of(clerk.get(page))
    for suffix, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert clerk.get(f"{page}/paper.{suffix}").get_data().startswith(start)
    assert clerk.get(f"{page}/paper.exe").status_code == 404
    with office.unit() as uow:
        second, third = (make_staff(uow).user_id for _n in range(2))
    reviewer = office.client(second)
    assert page.rsplit("/", 1)[1] in text_of(reviewer.get("/staff/filings"))
    assert "退回的原因" in text_of(reviewer.get(page))
    assert reviewer.post(f"{page}/return", data={}).status_code == 422
    assert reviewer.post(f"{page}/return", data={"return-T3.fairs": "少一场"}).status_code == 303
    assert "少一场" in text_of(clerk.get(page))
    assert clerk.post(page, data={"press": "submit", "head": "方局长"}).status_code == 303
    assert reviewer.post(f"{page}/review").status_code == 303
    assert reviewer.post(f"{page}/accept").status_code in {409, 422}
    assert office.client(third).post(f"{page}/accept").status_code == 303
    shown = text_of(clerk.get(page))
    assert "看封存的版本" in shown
    snapshot = re.search(r"/staff/snapshots/\w{16}", shown)
    assert snapshot is not None and "就业创业工作月报" in text_of(clerk.get(snapshot.group()))
    assert clerk.post(f"{page}/amend", data={"reason": ""}).status_code == 422
    assert clerk.post(f"{page}/amend", data={"reason": "补登一场"}).status_code == 303
    overview = text_of(clerk.get("/staff/filings/overview?form=monthly"))
    assert "催报" in overview and "没报的都催一次" in overview
    since = re.search(r'name="since" value="([\d-]+)"', overview)
    assert since is not None
    data = {"form": "monthly", "since": since.group(1)}
    assert clerk.post("/staff/filings/overview/urge", data=data).status_code == 303
    assert clerk.post(f"{page}/urge").status_code == 303
    assert clerk.post("/staff/filings/overview/urge", data={"form": "x"}).status_code == 404


def test_the_official_form_says_who_filled_it(uow: UnitOfWork) -> None:
    submission, _clerk = handed_in(uow)
    uow.session.refresh(submission, ["station"])
    book = submission_paper(uow, submission, "xlsx")
    assert book.startswith(b"PK")
    assert submission_paper(uow, submission, "pdf").startswith(b"%PDF")


def test_others_see_nothing_of_it(office: Office) -> None:
    with office.unit() as uow:
        far = acting(uow, make_staff(uow, path=PATH_OTHER))
        page = f"/staff/filings/{open_submission(far, FormKind.MONTHLY).public_id}"
    assert office.clerk.get(page).status_code == 404
    for press in ("take-back", "review", "accept", "return", "amend", "urge"):
        assert office.clerk.post(f"{page}/{press}").status_code == 404


def test_lists_cost_the_same_for_two_and_for_twenty(office: Office) -> None:
    costs = []
    for more in (2, 18):
        with office.unit() as uow:
            for _number in range(more):
                path = f"{PATH_COUNTY}43038290{next(NUMBERS):04d}/"
                clerk = acting(uow, make_staff(uow, path=path))
                found = save_submission(clerk, open_submission(clerk, FormKind.MONTHLY), remarks={}, head="方站长")
                submit(clerk, found)
        for url in ("/staff/filings", "/staff/filings/overview?form=monthly"):
            with counted(office.runtime.database.engine) as seen:
                assert office.clerk.get(url).status_code == 200
            costs.append(len(seen))
    assert costs[:2] == costs[2:]


def test_two_reviewers_at_once_review_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        submission = handed_in(uow)[0].id
        reviewer = make_staff(uow, path=PATH_COUNTY)
        other = make_staff(uow, path=PATH_COUNTY)

    def press(uow: Any) -> None:
        uow.actor = other if uow.session.get_one(Submission, submission).version % 2 else reviewer
        review(uow, uow.session.get_one(Submission, submission))

    refused = together(runtime, reviewer, *[press] * 4)
    assert set(refused) <= {"Conflict"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        found = uow.session.get_one(Submission, submission)
        steps = uow.session.scalars(select(SubmissionMove.step)).all()
        assert (found.state, [step.value for step in steps].count("review")) == (SubmissionState.REVIEWED, 1)
