"""Export, erasing with what the law wants kept, requests and retention."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import SignInSession, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.applications.models import Application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.matching.services import recommend_people
from jobmatch.people.models.consents import Consent, Grant
from jobmatch.people.models.person import Person, PersonSkill, ServiceRecord, WorkHistory
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.consents import has_consent
from jobmatch.people.services.people import record_read, save_identity
from jobmatch.people.services.register import add_spell
from jobmatch.people.services.resume import set_open_to_employers
from jobmatch.people.states import ConsentPurpose, EvidenceKind, VerificationState
from jobmatch.privacy.commands import erase_for_cli
from jobmatch.privacy.models import FrozenRecord, PurgeNotice, RightsRequest
from jobmatch.privacy.services.erase import read_frozen
from jobmatch.privacy.services.export import export_person, record_export
from jobmatch.privacy.services.purge import Due, due_today, purge
from jobmatch.privacy.services.rights import answer_request, ask, withdraw
from jobmatch.privacy.states import RequestKind, RequestState
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_employer, actor_of_person, make_person, make_posting, make_staff

ID_NUMBER = "11010519491231002X"
SYSTEM = system_actor("tests")


def full_person(uow: UnitOfWork) -> Person:
    person = make_person(uow, name="测试全人", about="会开车", is_open_to_employers=True)
    save_identity(uow, person, id_number=ID_NUMBER)
    submit_application(uow, make_posting(uow), person, consent=True, note="想开车")
    add_spell(
        uow,
        person,
        status_code="E1",
        started_on=date(2026, 1, 1),
        employer_name="测试厂",
        evidence=EvidenceKind.CONTRACT,
    )
    uow.session.add(
        WorkHistory(person_id=person.id, employer_name="测试老厂", title="司机", started_on=date(2019, 1, 1))
    )
    start_session(uow, uow.session.get_one(User, person.user_id), None, by_password=False)
    uow.session.flush()
    return person


def test_an_export_holds_every_room_in_words_and_leaves_our_numbers_out(uow: UnitOfWork) -> None:
    person = full_person(uow)
    staff = acting(uow, make_staff(uow))
    record_read(staff, person)
    own = acting(uow, actor_of_person(uow, person))
    made = export_person(own, person)
    rooms = made["rooms"]
    assert rooms["people"]["person"][0]["id_number"] == ID_NUMBER
    assert rooms["people"]["person_skill"][0]["skill_code_words"]
    assert rooms["people"]["grant"][0]["organization"].startswith("测试物流")
    assert rooms["applications"]["application"][0]["note"] == "想开车"
    assert rooms["accounts"]["user"][0]["phone"] == uow.session.get_one(User, person.user_id).phone
    assert "password_hash" not in rooms["accounts"]["user"][0]
    assert {"privacy", "matching", "people", "inbox", "accounts", "applications", "tasks"} <= set(rooms)
    assert made["seen_by"][0]["what"] == "查看个人档案"
    assert "测试服务站" in made["seen_by"][0]["who"]
    assert not any(name in rooms["applications"]["application"][0] for name in ("id", "person_id", "grant_id"))
    json.dumps(made)
    record_export(own, person)
    assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.export")).one()


def test_nobody_else_exports(uow: UnitOfWork) -> None:
    person = full_person(uow)
    posting = make_posting(uow)
    others = [
        make_staff(uow, path=PATH_OTHER),
        actor_of_person(uow, make_person(uow)),
        actor_of_employer(uow, posting.employer),
    ]
    for actor in others:
        with pytest.raises(NotAllowed):
            export_person(acting(uow, actor), person)


def test_erasing_blanks_every_room_and_freezes_what_the_law_wants_kept(uow: UnitOfWork) -> None:
    person = full_person(uow)
    user_id, posting = person.user_id, make_posting(uow)
    assert [one.card.public_id for one in recommend_people(uow, posting)] == [person.public_id]
    request = ask(acting(uow, actor_of_person(uow, person)), person, RequestKind.ERASE)
    staff = acting(uow, make_staff(uow))
    answer_request(staff, request, agreed=True)
    uow.session.refresh(person)
    assert (person.name, person.phone, person.id_number, person.about, person.user_id) == (
        "已注销",
        None,
        None,
        "",
        None,
    )
    assert person.birth_on == date(1949, 1, 1)
    assert person.living_region_code == "430382"
    assert staff.rows(visible_people(staff.actor, select(Person))) == []
    assert recommend_people(uow, posting) == []
    for model in (PersonSkill, WorkHistory, Message, SignInSession):
        column = model.person_id if hasattr(model, "person_id") else model.user_id
        owner = person.id if hasattr(model, "person_id") else user_id
        assert uow.session.scalars(select(model).where(column == owner)).all() == [], model
    user = uow.session.get_one(User, user_id)
    assert (user.is_active, user.phone, user.name) == (False, None, "")
    application = uow.session.scalars(select(Application).where(Application.person_id == person.id)).one()
    assert (application.state, application.note, application.fit) == (ApplicationState.WITHDRAWN, "", [])
    assert uow.session.scalars(select(Grant.revoked_at).where(Grant.person_id == person.id)).one() is not None
    # What figures count stands.
    spell = uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == person.id)).one()
    assert (spell.status_code, spell.employer_name) == ("E1", "")
    service = uow.session.scalars(select(ServiceRecord).where(ServiceRecord.person_id == person.id)).one()
    assert (service.resettlement_code, service.discharged_on) == ("ZZJY", date(2018, 1, 1))
    with pytest.raises(Conflict):
        answer_request(staff, request, agreed=True)


def test_frozen_records_open_with_a_reason_and_end_by_themselves(uow: UnitOfWork) -> None:
    person = full_person(uow)
    request = ask(uow, person, RequestKind.ERASE)
    staff = acting(uow, make_staff(uow))
    answer_request(staff, request, agreed=True)
    rows = {row.rule_code: row for row in uow.session.scalars(select(FrozenRecord))}
    assert rows["recruiting_keep_years"].keep_until == date(2029, 11, 21)
    assert rows["ledger_keep_years"].keep_until == date(2028, 11, 21)
    assert b"110105" not in (rows["ledger_keep_years"].content_sealed or b"")
    with pytest.raises(Invalid):
        read_frozen(staff, request, reason="看")
    with pytest.raises(NotAllowed):
        read_frozen(acting(uow, make_staff(uow, path=PATH_OTHER)), request, reason="劳动监察调取")
    opened = {row.rule_code: tables for row, tables in read_frozen(staff, request, reason="劳动监察调取")}
    assert opened["ledger_keep_years"]["person"][0]["id_number"] == ID_NUMBER
    assert opened["recruiting_keep_years"]["application"][0]["note"] == "想开车"
    assert "work_history" not in opened["ledger_keep_years"]
    assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.frozen_read")).one()
    assert due_today(uow).frozen_records == 0
    uow.today = date(2028, 11, 22)
    assert due_today(uow).frozen_records == 1
    purge(uow)
    assert [row.rule_code for row in uow.session.scalars(select(FrozenRecord))] == ["recruiting_keep_years"]


def test_an_account_with_another_role_stays_open(uow: UnitOfWork) -> None:
    from jobmatch.accounts.services.users import record_membership
    from jobmatch.accounts.states import Role

    person, posting = full_person(uow), make_posting(uow)
    user = uow.session.get_one(User, person.user_id)
    record_membership(uow, user, Role.EMPLOYER_MEMBER, organization=posting.employer.organization)
    answer_request(uow, ask(uow, person, RequestKind.ERASE), agreed=True)
    assert (user.is_active, user.name) == (True, "测试用户")


def test_a_request_has_a_deadline_a_task_and_can_be_withdrawn(uow: UnitOfWork) -> None:
    person = full_person(uow)
    own = acting(uow, actor_of_person(uow, person))
    request = ask(own, person, RequestKind.ERASE)
    assert request.due_on == uow.today + timedelta(days=15)
    assert ask(own, person, RequestKind.ERASE) is request
    task = uow.session.scalars(select(Task).where(Task.person_id == person.id)).one()
    assert (task.due_on, task.state, task.link) == (
        request.due_on,
        TaskState.OPEN,
        f"/staff/rights/{request.public_id}",
    )
    # Who asks to go is out of the employers' search at once.
    assert person.is_open_to_employers is False
    withdraw(own, request)
    assert (request.state, task.state) == (RequestState.WITHDRAWN, TaskState.DROPPED)
    with pytest.raises(Conflict):
        answer_request(acting(uow, make_staff(uow)), request, agreed=True)
    assert person.erased_at is None


def test_a_correction_is_answered_in_words(uow: UnitOfWork) -> None:
    person = full_person(uow)
    own, staff = acting(uow, actor_of_person(uow, person)), acting(uow, make_staff(uow))
    for field, words in (("", "我是 1990 年的"), ("birth_on", "错")):
        with pytest.raises(Invalid):
            ask(own, person, RequestKind.CORRECT, field=field, words=words)
    request = ask(own, person, RequestKind.CORRECT, field="birth_on", words="我是 1950 年生的")
    for agreed in (True, False):
        with pytest.raises(Invalid):
            answer_request(staff, request, agreed=agreed, answer="")
    with pytest.raises(NotAllowed):
        answer_request(own, request, agreed=True, answer="已经改好了")
    answer_request(staff, request, agreed=False, answer="身份证上是 1949 年")
    message = uow.session.scalars(select(Message).where(Message.user_id == person.user_id)).all()[-1]
    assert "身份证上是 1949 年" in message.body
    assert uow.session.scalars(select(RightsRequest)).one().state is RequestState.REFUSED


def test_withdrawing_hides_from_search_in_the_same_unit(uow: UnitOfWork) -> None:
    person, posting = full_person(uow), make_posting(uow)
    own = acting(uow, actor_of_person(uow, person))
    assert len(recommend_people(uow, posting)) == 1
    set_open_to_employers(own, person, False)
    assert recommend_people(uow, posting) == []
    line = uow.session.scalars(
        select(Consent).where(Consent.purpose == ConsentPurpose.EMPLOYERS).order_by(Consent.id)
    ).all()[-1]
    assert (line.is_given, line.way, line.by_user_id) == (False, "screen", person.user_id)
    assert not has_consent(uow.session, person.id, ConsentPurpose.EMPLOYERS)
    given = uow.session.scalars(select(Consent).where(Consent.purpose == ConsentPurpose.RECIPIENT)).one()
    assert given.is_given
    assert given.organization_id is not None
    assert given.notice


def test_idle_unverified_files_and_old_texts_are_due(uow: UnitOfWork) -> None:
    person = full_person(uow)
    assert due_today(uow).idle_files == due_today(uow).application_texts == 0
    application = uow.session.scalars(select(Application)).one()
    application.state, application.ended_at = ApplicationState.WITHDRAWN, uow.now
    application.state_since = uow.now - timedelta(days=3 * 366)
    long_ago = uow.now - timedelta(days=2 * 366)
    person.changed_at, person.verification = long_ago, VerificationState.UNVERIFIED
    user = uow.session.get_one(User, person.user_id)
    user.created_at, user.last_sign_in_at = long_ago, None
    uow.session.flush()
    assert due_today(uow) == Due(frozen_records=0, application_texts=1, idle_files=0, idle_told=1)
    person.verification = VerificationState.VERIFIED
    uow.session.flush()
    assert due_today(uow).idle_told == 0
    done = purge(uow)
    assert (done.application_texts, application.note, person.erased_at) == (1, "", None)
    with pytest.raises(NotAllowed):
        purge(acting(uow, make_staff(uow)))


def test_an_unused_file_is_announced_once_a_month_before_it_ends_and_kept_where_it_is_used(uow: UnitOfWork) -> None:
    person = full_person(uow)
    user = uow.session.get_one(User, person.user_id)
    start, person.verification = uow.now, VerificationState.UNVERIFIED
    person.changed_at = user.created_at = user.last_sign_in_at = start
    uow.session.flush()

    def day(n: int) -> Due:
        uow.now = start + timedelta(days=n)
        uow.today = local_day(uow.now)
        return purge(uow)

    def told() -> list[str]:
        query = select(Message.body).where(Message.user_id == user.id, Message.title.contains("注销"))
        return list(uow.session.scalars(query))

    def asked() -> list[TaskState]:
        query = select(Task.state).where(Task.kind == TaskKind.OTHER, Task.person_id == person.id)
        return list(uow.session.scalars(query.order_by(Task.id)))

    assert (day(699).idle_told, told()) == (0, [])
    assert (day(702).idle_told, day(703).idle_told, len(told()), asked()) == (1, 0, 1, [TaskState.OPEN])
    user.last_sign_in_at = uow.now
    uow.session.flush()
    assert (day(740).idle_files, asked()) == (0, [TaskState.DROPPED])
    assert day(703 + 702).idle_told == 1
    assert (day(703 + 731).idle_files, person.erased_at) == (0, None), "told 29 days ago"
    assert (day(703 + 732).idle_files, len(told())) == (1, 0)
    assert person.erased_at is not None
    assert uow.session.scalars(select(PurgeNotice)).all() == []


def test_a_line_of_the_ledger_is_never_changed(uow: UnitOfWork) -> None:
    person = full_person(uow)
    line = uow.session.scalars(select(Consent).where(Consent.person_id == person.id)).first()
    assert line is not None
    line.is_given = not line.is_given
    with pytest.raises(TypeError, match="only added to"):
        uow.session.flush()


def test_nobody_finds_the_name_of_somebody_erased_in_messages_or_in_the_files_of_the_database(
    sqlite_runtime: Runtime,
) -> None:
    """Not in what employers were told, neither before nor of the withdrawal; not in the log of SQLite either (G22)."""
    name = "测试雨桐甲"
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name=name)
        posting = make_posting(uow)
        actor_of_employer(uow, posting.employer)
        submit_application(uow, posting, person, consent=True, note="想开车")
        public_id = person.public_id

    def files_with_the_name() -> list[str]:
        data = sqlite_runtime.settings.data_dir
        return [one.name for one in data.rglob("*") if one.is_file() and name.encode() in one.read_bytes()]

    assert files_with_the_name()
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert any(name in one.title for one in uow.session.scalars(select(Message)))
    erase_for_cli(sqlite_runtime, public_id, dry_run=False)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        told = uow.session.scalars(select(Message).where(Message.title.contains("撤回了投递"))).all()
        assert [one.title for one in told] == ["***撤回了投递"]
    assert files_with_the_name() == []
