"""A start closes the other applications; taken back within seven days it leaves everything as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications.models import Application, Interview, InterviewSlot
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.starts import Restored, undo_start, undo_until
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind, JobSearchState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.applications.samples import apply, go, make_slot
from tests.conftest import acting
from tests.factories import actor_of_person, make_person, make_posting

TO_STARTED = (Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)


def standing(uow: UnitOfWork, one: Application) -> dict[str, object]:
    """What has to be the same again."""
    uow.session.refresh(one)
    posting = uow.session.get_one(Posting, one.posting_id)
    employer = uow.session.get_one(Employer, posting.employer_id)
    for row in (posting, employer):
        uow.session.refresh(row)
    taken = [slot.taken for slot in uow.session.scalars(select(InterviewSlot).order_by(InterviewSlot.id))]
    appointments = uow.session.execute(
        select(Interview.starts_at, Interview.slot_id, Interview.cancelled_at).where(
            Interview.application_id == one.id, Interview.cancelled_at.is_(None)
        )
    ).all()
    grant = uow.session.get_one(Grant, one.grant_id)
    return {
        **{name: getattr(one, name) for name in ("state", "state_since", "ended_at", "slot_id", "interview_at")},
        "filled": (posting.filled_count, posting.state, employer.veterans_hired),
        "taken": taken,
        "appointments": appointments,
        "grant": (grant.organization_id, grant.valid_until, grant.fields, grant.revoked_at),
    }


def register(uow: UnitOfWork, person: Person) -> list[tuple[object, ...]]:
    """What the register says today, without lines that were withdrawn or corrected."""
    rows = uow.session.scalars(
        select(EmploymentSpell)
        .where(EmploymentSpell.person_id == person.id, EmploymentSpell.superseded_at.is_(None))
        .order_by(EmploymentSpell.started_on)
    )
    return [(row.status_code, row.employer_name, row.started_on, row.ended_on) for row in rows]


def undo(uow: UnitOfWork, person: Person, started: Application, **facts: object) -> list[Restored]:
    mine = acting(uow, actor_of_person(uow, person))
    return undo_start(mine, started, **{"reason": "按错了", **facts})  # type: ignore[arg-type]


def others_of(uow: UnitOfWork, person: Person) -> dict[str, Application]:
    """One application in each live state, one of them with a seat in a slot."""
    with_slot = make_posting(uow)
    make_slot(uow, with_slot)
    return {
        "submitted": apply(uow, person),
        "screening": go(uow, apply(uow, person), Move.SCREEN),
        "fixed": go(uow, apply(uow, person), Move.INVITE),
        "seat": go(uow, apply(uow, person, with_slot), Move.OFFER_SLOTS, Move.PICK_SLOT),
        "offered": go(uow, apply(uow, person), Move.OFFER),
        "hired": go(uow, apply(uow, person), Move.OFFER, Move.ACCEPT),
    }


def test_undoing_a_start_puts_everything_back_as_it_was(uow: UnitOfWork) -> None:
    person = make_person(uow)
    add_spell(
        uow,
        person,
        status_code="E3",
        started_on=uow.today - timedelta(days=200),
        employer_name="镇上零活",
        evidence=EvidenceKind.PLEDGE,
    )
    said = person.search_state_since = uow.today - timedelta(days=30)
    others = others_of(uow, person)
    started = go(uow, apply(uow, person), *TO_STARTED[:2])
    before = {name: standing(uow, one) for name, one in others.items()}
    mine, lines = standing(uow, started), register(uow, person)
    go(uow, started, Move.CONFIRM_START)
    assert {one.state for one in others.values()} == {ApplicationState.SUPERSEDED}
    assert [slot.taken for slot in uow.session.scalars(select(InterviewSlot))] == [0]
    assert person.search_state is JobSearchState.NOT_LOOKING
    uow.now += timedelta(days=1)
    assert [one.loss for one in undo(uow, person, started)] == [""] * 7
    assert {name: standing(uow, one) for name, one in others.items()} == before
    assert standing(uow, started) | {"state_since": 0} == mine | {"state_since": 0}
    assert started.started_on is None
    assert (person.search_state, person.search_state_since) == (JobSearchState.LOOKING, said)
    assert register(uow, person) == lines


def test_the_register_keeps_what_was_wrong_and_why(uow: UnitOfWork) -> None:
    person = make_person(uow)
    first = add_spell(
        uow,
        person,
        status_code="E1",
        started_on=uow.today - timedelta(days=90),
        employer_name="测试厂",
        evidence=EvidenceKind.CONTRACT,
    )
    started = go(uow, apply(uow, person), *TO_STARTED)
    wrong = current_spell(uow.session, person.id)
    undo(uow, person, started, reason="还没有去")
    assert wrong is not None
    assert (wrong.withdrawn_reason, wrong.superseded_at, wrong.started_on) == ("还没有去", uow.now, uow.today)
    again = current_spell(uow.session, person.id)
    assert again is not None
    assert (again.supersedes_id, again.correction_reason, again.employer_name) == (first.id, "还没有去", "测试厂")
    kept = uow.session.scalars(select(Confirmation.evidence).where(Confirmation.spell_id == again.id)).all()
    assert kept == [EvidenceKind.CONTRACT]
    go(uow, started, Move.CONFIRM_START)
    now = current_spell(uow.session, person.id)
    assert now is not None
    assert (now.source_key, now.ended_on) == (f"{started.public_id}:1", None)


def test_what_others_took_meanwhile_is_said(uow: UnitOfWork) -> None:
    person = make_person(uow)
    one_seat, one_vacancy = make_posting(uow), make_posting(uow, vacancy_count=1)
    slot = make_slot(uow, one_seat)
    seat = go(uow, apply(uow, person, one_seat), Move.OFFER_SLOTS, Move.PICK_SLOT)
    hired = go(uow, apply(uow, person, one_vacancy), Move.OFFER, Move.ACCEPT)
    started = go(uow, apply(uow, person), *TO_STARTED)
    go(uow, apply(uow, posting=one_seat), Move.OFFER_SLOTS, Move.PICK_SLOT)
    go(uow, apply(uow, posting=one_vacancy), Move.OFFER, Move.ACCEPT)
    losses = {one.application.id: one.loss for one in undo(uow, person, started)}
    assert "约满" in losses[seat.id]
    assert "名额" in losses[hired.id]
    assert (seat.state, seat.slot_id, seat.interview_at) == (ApplicationState.SCREENING, None, None)
    assert (hired.state, hired.offered_at) == (ApplicationState.OFFERED, uow.now)
    uow.session.refresh(slot)
    assert slot.taken == 1


def test_undoing_has_its_days_its_reason_and_its_person(uow: UnitOfWork) -> None:
    person = make_person(uow)
    started = go(uow, apply(uow, person), *TO_STARTED)
    assert undo_until(uow, started) == uow.now + timedelta(days=7)
    with pytest.raises(Invalid):
        undo(uow, person, started, reason=" ")
    with pytest.raises(NotAllowed):
        undo_start(acting(uow, actor_of_person(uow, make_person(uow))), started, reason="按错了")
    uow.now += timedelta(days=7, minutes=1)
    with pytest.raises(Conflict, match="服务站"):
        undo(uow, person, started)
    uow.now -= timedelta(days=1)
    undo(uow, person, started)
    with pytest.raises(Conflict):
        undo(uow, person, started)


def test_the_employers_press_closes_nothing(uow: UnitOfWork) -> None:
    person = make_person(uow)
    other = apply(uow, person)
    go(uow, apply(uow, person), Move.OFFER, Move.ACCEPT, Move.REPORT_START)
    assert other.state is ApplicationState.SUBMITTED


def test_withdrawing_frees_the_seat(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    slot = make_slot(uow, posting)
    first = go(uow, apply(uow, posting=posting), Move.OFFER_SLOTS, Move.PICK_SLOT)
    second = go(uow, apply(uow, posting=posting), Move.OFFER_SLOTS)
    with pytest.raises(Conflict, match="约满"):
        move_application(uow, second, Move.PICK_SLOT, slot=slot)
    assert second.state is ApplicationState.SCREENING
    move_application(uow, first, Move.WITHDRAW)
    move_application(uow, second, Move.PICK_SLOT, slot=slot)
    assert (second.state, slot.taken) == (ApplicationState.INTERVIEW, 1)
