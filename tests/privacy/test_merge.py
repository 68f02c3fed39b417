"""Two files of one person become one, and two again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.applications.models import Application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.subjects import values_of
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person, PersonKind, PersonLicence, PersonSkill
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import visible_people
from jobmatch.people.services.people import save_identity
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import ClaimState, EvidenceKind
from jobmatch.privacy.models import Merge
from jobmatch.privacy.services.merge import changed_since, choices_of, merge_people, undo_merge
from tests.conftest import acting
from tests.factories import PATH_OTHER, make_person, make_posting, make_staff

ID_NUMBER = "11010519491231002X"
WHY = "姓名、生日和手机号都一样"


def pair(uow: UnitOfWork) -> tuple[Person, Person]:
    """The file that stays, and one that a clerk opened without knowing of it."""
    target, source = make_person(uow, name="测试本人"), make_person(uow, name="测试本入", with_user=False)
    save_identity(uow, source, id_number=ID_NUMBER)
    uow.session.add_all(
        [
            PersonKind(person_id=source.id, kind_code="JS_PO", valid_from=date(2020, 1, 1)),
            PersonLicence(person_id=source.id, licence_code="A2"),
        ]
    )
    uow.session.flush()
    return target, source


def snapshot(uow: UnitOfWork, *people: Person) -> list[dict[str, object]]:
    """Everything that a merge touches, without what the house moves by itself."""
    rows: list[object] = list(people)
    ids = [person.id for person in people]
    for model in (PersonKind, PersonLicence, PersonSkill, EmploymentSpell, Application):
        rows += uow.session.scalars(select(model).where(model.person_id.in_(ids)).order_by(model.id))
    rows += uow.session.scalars(select(User).order_by(User.id))
    for row in rows:
        uow.session.refresh(row)
    return [{k: v for k, v in values_of(row).items() if k not in {"version", "changed_at"}} for row in rows]


def test_children_are_united_and_the_emptied_row_is_invisible(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    staff = acting(uow, make_staff(uow))
    merge = merge_people(staff, target, source, picks={"name": "target"}, reason=WHY)
    kinds = set(uow.session.scalars(select(PersonKind.kind_code).where(PersonKind.person_id == target.id)))
    assert kinds == {"TYJR", "JS_PO"}
    licences = set(uow.session.scalars(select(PersonLicence.licence_code).where(PersonLicence.person_id == target.id)))
    assert licences == {"A2", "B2"}
    assert (target.id_number, target.birth_on) == (ID_NUMBER, date(1949, 12, 31))
    assert (source.id_number, source.phone, source.merged_into_id) == (None, None, target.id)
    seen = staff.rows(visible_people(staff.actor, select(Person)))
    assert [person.id for person in seen] == [target.id]
    assert uow.session.scalars(select(Merge)).one() is merge


def test_undoing_puts_everything_back(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    posting = make_posting(uow)
    for person in (target, source):
        submit_application(uow, posting, person, consent=True)
        add_spell(
            uow,
            person,
            status_code="E1",
            started_on=date(2026, 1, 1) + timedelta(days=person.id % 5),
            employer_name=f"测试厂{person.id}",
            evidence=EvidenceKind.CONTRACT,
        )
    before = snapshot(uow, target, source)
    merge = merge_people(uow, target, source, picks={"name": "source", "living": "source"}, reason=WHY)
    assert target.name == "测试本入"
    assert snapshot(uow, target, source) != before
    undo_merge(uow, merge)
    assert snapshot(uow, target, source) == before
    with pytest.raises(Conflict):
        undo_merge(uow, merge)


def test_the_further_application_stays(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    posting = make_posting(uow)
    near = submit_application(uow, posting, target, consent=True)
    far = submit_application(uow, posting, source, consent=True)
    move_application(uow, far, Move.INVITE, interview_at=uow.now + timedelta(days=2), interview_place="测试路 1 号二楼")
    merge_people(uow, target, source, picks={}, reason=WHY)
    uow.session.refresh(near)
    uow.session.refresh(far)
    assert (near.state, far.state) == (ApplicationState.WITHDRAWN, ApplicationState.INTERVIEW)
    assert near.person_id == far.person_id == target.id


def test_contradicting_spells_stay_and_open_a_task(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    for person, name in ((target, "测试东厂"), (source, "测试西厂")):
        add_spell(
            uow,
            person,
            status_code="E1",
            started_on=date(2026, 1, 1),
            employer_name=name,
            evidence=EvidenceKind.CONTRACT,
        )
    merge = merge_people(uow, target, source, picks={}, reason=WHY)
    spells = uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == target.id)).all()
    assert {spell.employer_name for spell in spells} == {"测试东厂", "测试西厂"}
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.DUPLICATE)).one()
    assert (task.person_id, task.state) == (target.id, TaskState.OPEN)
    undo_merge(uow, merge)
    assert task.state is TaskState.DROPPED


def test_undoing_refuses_and_names_a_row_that_was_changed_since(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    far = submit_application(uow, make_posting(uow), source, consent=True)
    merge = merge_people(uow, target, source, picks={}, reason=WHY)
    assert changed_since(uow, merge) == []
    uow.session.refresh(far)
    move_application(uow, far, Move.WITHDRAW)
    with pytest.raises(Invalid, match=f"投递 .*第 {far.id} 号"):
        undo_merge(uow, merge)
    assert merge.undone_at is None


def test_two_identity_numbers_are_two_people(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    save_identity(uow, target, id_number="110105194912310038")
    with pytest.raises(Invalid, match="身份证号不一样"):
        merge_people(uow, target, source, picks={}, reason=WHY)


def test_two_accounts_become_one_and_messages_go_over(uow: UnitOfWork) -> None:
    target, source = make_person(uow), make_person(uow)
    old, new = (uow.session.get_one(User, person.user_id) for person in (target, source))
    message = send(uow, old, group=MessageGroup.ACCOUNT, title="测试消息", once="test")
    assert message is not None
    merge = merge_people(uow, target, source, picks={"user_id": "source"}, reason=WHY)
    assert (target.user_id, source.user_id, old.is_active, new.is_active) == (new.id, None, False, True)
    assert message.user_id == new.id
    undo_merge(uow, merge)
    assert (target.user_id, source.user_id, old.is_active, message.user_id) == (old.id, new.id, True, old.id)


def test_a_claim_goes_with_the_account_that_stays(uow: UnitOfWork) -> None:
    target, source = make_person(uow, with_user=False), make_person(uow)
    source.claim_state = ClaimState.DUE
    uow.session.flush()
    assert not {choice.name for choice in choices_of(source, target)} & {"claim_state", "claim_tries"}
    merge = merge_people(uow, target, source, picks={"claim_state": "target"}, reason=WHY)
    assert (target.user_id is not None, target.claim_state) == (True, ClaimState.DUE)
    undo_merge(uow, merge)
    assert target.claim_state is ClaimState.NONE


def test_who_lives_elsewhere_now_is_not_parted_by_the_old_office(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    staff = acting(uow, make_staff(uow))
    merge = merge_people(staff, target, source, picks={}, reason=WHY)
    target.region_path = PATH_OTHER
    uow.session.flush()
    with pytest.raises(NotAllowed):
        undo_merge(staff, merge)


def test_who_may_not_merge(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    for actor in (make_staff(uow, path=PATH_OTHER), make_staff(uow, path=target.region_path)):
        if actor.region_path == target.region_path:
            source.region_path = PATH_OTHER
        with pytest.raises(NotAllowed):
            merge_people(acting(uow, actor), target, source, picks={}, reason=WHY)
    with pytest.raises(Conflict):
        merge_people(uow, target, target, picks={}, reason=WHY)
    with pytest.raises(Invalid):
        merge_people(uow, target, source, picks={}, reason="")


def test_an_empty_value_does_not_win_by_itself(uow: UnitOfWork) -> None:
    target, source = pair(uow)
    target.about, source.about = "", "会开叉车"
    preferred = {choice.name: choice.preferred for choice in choices_of(source, target)}
    assert (preferred["about"], preferred["name"]) == ("source", "target")
