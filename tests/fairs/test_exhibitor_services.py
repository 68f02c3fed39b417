"""Inviting, signing up, deciding, coming and not coming, and what is brought to a fair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.models import Exhibitor, ExhibitorAbsence, FairInvitation, FairPosting, FairPostingChange
from jobmatch.fairs.exhibitors.services import absences, inviting, postings, reviewing, signing_up
from jobmatch.fairs.exhibitors.services.attending import Coming
from jobmatch.fairs.exhibitors.services.places import hold_fair
from jobmatch.fairs.exhibitors.states import (
    AbsenceKind,
    ExhibitorState,
    FairPostingChangeKind,
    InvitationReply,
    InvitationWay,
)
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.inbox.models import Message
from jobmatch.privacy.services.organizations import merge_organizations, undo_organization_merge
from jobmatch.reference.services import save_dated_rule
from recruiters.employers.models import Employer
from recruiters.employers.services.founding import record_founding
from recruiters.employers.states import EmployerKind, FoundingBasis, VettingState
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_employer, make_employer, make_posting, make_staff
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting


def hiring(uow: UnitOfWork, **values: Any) -> Employer:
    """A vetted employer with one open posting for two people."""
    employer = make_employer(uow, **values)
    make_posting(uow, employer, requirements=False)
    return employer


def sign_up(uow: UnitOfWork, fair: JobFair, employer: Employer | None = None) -> Exhibitor:
    """An employer that brings all its open postings."""
    employer = employer or hiring(uow)
    offered = uow.session.scalars(queries.postings_to_bring(employer.id, uow.today))
    return signing_up.sign_up_exhibitor(uow, fair, employer, postings={one.public_id: None for one in offered})


def accepted(uow: UnitOfWork, fair: JobFair, employer: Employer | None = None) -> Exhibitor:
    return reviewing.accept_exhibitor(uow, fair, sign_up(uow, fair, employer))


def set_fair(uow: UnitOfWork, fair: JobFair, **values: Any) -> None:
    uow.session.refresh(fair)
    for name, value in values.items():
        setattr(fair, name, value)
    uow.session.flush()


# ---------- invitations ----------


def test_inviting_answers_row_by_row_and_nobody_twice(uow: UnitOfWork) -> None:
    fair, clerk = make_fair(uow), make_staff(uow)
    alone, known, strange = make_employer(uow), make_employer(uow), make_employer(uow, vetted=False)
    member = actor_of_employer(uow, known)
    office = acting(uow, clerk)
    first = inviting.invite_employers(office, fair, [alone.id, known.id, strange.id, 999_999], scores={known.id: 0.5})
    assert [(one.employer.id, one.is_done, bool(one.token)) for one in first] == [
        (alone.id, True, True),
        (known.id, True, False),
        (strange.id, False, False),
    ]
    again = inviting.invite_employers(office, fair, [alone.id, known.id])
    assert [one.is_done for one in again] == [False, False]
    rows = {row.employer_id: row for row in uow.session.scalars(select(FairInvitation))}
    assert set(rows) == {alone.id, known.id}
    assert (rows[known.id].way, rows[known.id].score) == (InvitationWay.RANKED, 0.5)
    told = uow.session.scalars(select(Message).where(Message.user_id == member.user_id)).all()
    assert [message.link for message in told] == [f"/employer/fairs/{fair.public_id}"]


def test_a_banned_employer_is_invited_only_after_a_warning(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), make_employer(uow)
    banned(uow, employer)
    [first] = inviting.invite_employers(uow, fair, [employer.id])
    assert not first.is_done
    assert "停订到" in first.words
    assert inviting.invite_employers(uow, fair, [employer.id], anyway=True)[0].is_done


def test_nobody_is_invited_to_a_fair_that_runs_and_not_by_another_county(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    with pytest.raises(Conflict):
        inviting.invite_employers(uow, make_fair(uow, state=FairState.RUNNING), [employer.id])
    for actor in (make_staff(uow, path=PATH_OTHER), actor_of_employer(uow, employer)):
        with pytest.raises(NotAllowed):
            inviting.invite_employers(acting(uow, actor), make_fair(uow), [employer.id])


def test_a_link_answers_for_its_employer_and_a_new_one_replaces_it(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), make_employer(uow)
    [answer] = inviting.invite_employers(uow, fair, [employer.id])
    nobody = acting(uow, Actor())
    said: dict[str, Any] = {"coming": Coming(attendees="测试甲", needs_power=True), "note": ""}
    with pytest.raises(Invalid):
        inviting.reply_by_link(nobody, answer.token, reply="none", **said)
    row = inviting.reply_by_link(nobody, answer.token, reply="coming", **said)
    assert (row.reply, row.attendees, row.needs_power) == (InvitationReply.COMING, "测试甲", True)
    row = inviting.reply_by_link(nobody, answer.token, reply="not_coming", **said)
    assert (row.reply, row.attendees, row.needs_power) == (InvitationReply.NOT_COMING, "", False)
    fresh = inviting.make_reply_link(uow, fair, row)
    with pytest.raises(NotFound):
        inviting.open_link(nobody, answer.token)
    assert inviting.open_link(nobody, fresh)[2].id == employer.id
    set_fair(uow, fair, opens_at=uow.now - timedelta(hours=1))
    with pytest.raises(Conflict):
        inviting.reply_by_link(nobody, fresh, reply="coming", **said)


def test_only_the_own_employer_answers_in_the_app(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), make_employer(uow)
    inviting.invite_employers(uow, fair, [employer.id])
    row = queries.find_invitation(uow.session, fair.id, employer.id)
    assert row is not None
    with pytest.raises(NotAllowed):
        inviting.reply_invitation(acting(uow, actor_of_employer(uow, make_employer(uow))), fair, row, reply="coming")
    own = acting(uow, actor_of_employer(uow, employer))
    assert inviting.reply_invitation(own, fair, row, reply="maybe").reply is InvitationReply.MAYBE


def test_whom_to_phone_are_silent_and_undecided_ones_who_were_not_called_first(uow: UnitOfWork) -> None:
    fair = make_fair(uow, opens_at=uow.now + timedelta(days=10))
    silent, undecided, fresh, coming, signed = (hiring(uow) for _n in range(5))
    inviting.invite_employers(uow, fair, [one.id for one in (silent, undecided, fresh, coming, signed)])
    rows = {row.employer_id: row for row in uow.session.scalars(select(FairInvitation))}
    for one in (silent, coming, signed):
        rows[one.id].created_at = uow.now - timedelta(days=queries.SILENT_DAYS)
    inviting.reply_invitation(uow, fair, rows[undecided.id], reply="maybe")
    inviting.reply_invitation(uow, fair, rows[coming.id], reply="coming")
    sign_up(uow, fair, signed)

    def listed() -> list[int]:
        return [row[0].id for row in uow.session.execute(queries.calls_to_make(fair.id, uow.now))]

    assert listed() == [coming.id, silent.id, undecided.id, signed.id]
    reasons = [row[3] for row in uow.session.execute(queries.calls_to_make(fair.id, uow.now))]
    assert reasons == ["sign_up", "answer", "mind", "coming"]
    inviting.note_call(uow, fair, rows[silent.id], said="not_reached")
    assert rows[silent.id].call_note == "没打通"
    rows[fresh.id].created_at = rows[silent.id].created_at
    assert listed() == [coming.id, fresh.id, silent.id, undecided.id, signed.id]
    inviting.note_call(uow, fair, rows[undecided.id], said="coming", note="来两个人")
    assert listed() == [coming.id, undecided.id, fresh.id, silent.id, signed.id]
    assert rows[undecided.id].reply is InvitationReply.COMING
    with pytest.raises(Invalid):
        inviting.note_call(uow, fair, rows[silent.id], said="perhaps")


def test_filters_find_employers_that_were_not_asked(uow: UnitOfWork) -> None:
    last = make_fair(uow, state=FairState.CLOSED, opens_at=uow.now - timedelta(days=30))
    fair = make_fair(uow, organization=uow.session.get_one(Organization, last.organization_id))
    state, founded, idle, before = (
        hiring(uow, kind=EmployerKind.STATE_OWNED),
        hiring(uow, industry_code="01"),
        make_employer(uow),
        make_employer(uow),
    )
    record_founding(
        uow, founded, basis=FoundingBasis.FOUNDER, share_percent=None, valid_from=uow.today, note="测试材料"
    )
    make_exhibitor(uow, last, employer=before, came=True)
    asked = hiring(uow)
    inviting.invite_employers(uow, fair, [asked.id])

    def found(**values: Any) -> set[int]:
        query = queries.employers_to_invite(fair, queries.Wanted(**values), uow.today)
        return {row[0].id for row in uow.session.execute(query)}

    assert found() == {state.id, founded.id, idle.id, before.id}
    assert found(kind="state_owned") == {state.id}
    assert found(industry="A") == {founded.id} == found(founded=True)
    assert found(hiring=True) == {state.id, founded.id}
    assert found(came_last=True) == {before.id}
    assert found(place=PATH_OTHER) == set()
    assert found(words=idle.organization.name) == {idle.id}
    assert found(kind="nonsense") == found()


# ---------- signing up and deciding ----------


def test_signing_up_brings_open_postings_with_their_own_head_count(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), hiring(uow)
    posting = make_posting(uow, employer, vacancy_count=7)
    own = acting(uow, actor_of_employer(uow, employer))
    row = signing_up.sign_up_exhibitor(own, fair, employer, postings={posting.public_id: None})
    [brought] = uow.session.scalars(queries.fair_postings_of([row.id]))
    assert (row.state, brought.vacancy_count, row.contact_name) == (ExhibitorState.APPLIED, 7, "测试联系人")
    assert len(row.sign_code) == 6
    assert row.sign_code.isdecimal()
    with pytest.raises(Conflict):
        signing_up.sign_up_exhibitor(own, fair, employer, postings={posting.public_id: None})


def test_signing_up_is_refused_without_open_postings_too_late_and_for_others(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), make_employer(uow)
    paused, foreign = make_posting(uow, employer, state=PostingState.PAUSED), make_posting(uow)
    own = acting(uow, actor_of_employer(uow, employer))
    for chosen in ({}, {paused.public_id: 1}, {foreign.public_id: 1}, {"zz": 1}):
        with pytest.raises(Invalid), uow.session.begin_nested():
            signing_up.sign_up_exhibitor(own, fair, employer, postings=chosen)
    posting = make_posting(uow, employer)
    for count in (0, -1, 10_000):
        with pytest.raises(Invalid), uow.session.begin_nested():
            signing_up.sign_up_exhibitor(own, fair, employer, postings={posting.public_id: count})
    with pytest.raises(NotAllowed):
        stranger = acting(uow, actor_of_employer(uow, make_employer(uow)))
        signing_up.sign_up_exhibitor(stranger, fair, employer, postings={posting.public_id: 1})
    set_fair(uow, fair, sign_up_until=uow.now)
    with pytest.raises(Conflict):
        signing_up.sign_up_exhibitor(own, fair, employer, postings={posting.public_id: 1})
    office = acting(uow, make_staff(uow))
    assert signing_up.sign_up_exhibitor(office, fair, employer, postings={posting.public_id: 1})


@pytest.mark.parametrize("state", [FairState.DRAFT, FairState.CLOSED, FairState.CANCELED])
def test_nobody_signs_up_for_a_fair_that_is_not_published(uow: UnitOfWork, state: FairState) -> None:
    with pytest.raises(Conflict):
        sign_up(uow, make_fair(uow, state=state))


def test_accepting_needs_vetting_an_open_posting_and_no_ban(uow: UnitOfWork) -> None:
    fair = make_fair(uow)

    def block(change: Any) -> str:
        row = sign_up(uow, fair)
        change(row)
        uow.session.flush()
        with pytest.raises(Invalid) as caught, uow.session.begin_nested():
            reviewing.accept_exhibitor(uow, fair, row)
        return caught.value.message

    def suspend(row: Exhibitor) -> None:
        row.employer.vetting = VettingState.SUSPENDED

    def overdue(row: Exhibitor) -> None:
        row.employer.recheck_on = uow.today - timedelta(days=1)

    def pause(row: Exhibitor) -> None:
        [one] = uow.session.scalars(queries.fair_postings_of([row.id]))
        one.posting.state = PostingState.PAUSED

    assert "已暂停" in block(suspend)
    assert "复核过期" in block(overdue)
    assert "没有一个在招" in block(pause)
    assert "停订到" in block(lambda row: banned(uow, row.employer))


def test_places_end_and_the_queue_is_strict(uow: UnitOfWork) -> None:
    fair = make_fair(uow, booth_capacity=2)
    rows = [accepted(uow, fair) for _n in range(4)]
    assert [row.state for row in rows] == [ExhibitorState.ACCEPTED] * 2 + [ExhibitorState.WAITING] * 2
    assert [row.waiting_number for row in rows] == [None, None, 1, 2]
    assert reviewing.accept_exhibitor(uow, fair, rows[2]).waiting_number == 1
    signing_up.cancel_exhibitor(uow, fair, rows[0])
    assert [row.state.value for row in rows] == ["canceled", "accepted", "accepted", "waiting"]
    again = accepted(uow, fair, rows[0].employer)
    assert (again.id, again.waiting_number) == (rows[0].id, 3)
    set_fair(uow, fair, booth_capacity=3)
    newest = accepted(uow, fair)
    assert (rows[3].state, newest.waiting_number) == (ExhibitorState.ACCEPTED, 4)
    set_fair(uow, fair, booth_capacity=9)
    assert reviewing.promote_waiting(uow, fair) == 2
    uow.session.refresh(fair)
    assert fair.booth_taken == 5


def test_refusing_needs_a_coded_reason_and_may_be_tried_again(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), hiring(uow)
    member = actor_of_employer(uow, employer)
    row = sign_up(uow, fair, employer)
    with pytest.raises(Invalid):
        reviewing.refuse_exhibitor(uow, fair, row, reason_code="fn_skill")
    with pytest.raises(NotAllowed):
        reviewing.refuse_exhibitor(acting(uow, member), fair, row, reason_code="fr_theme")
    reviewing.refuse_exhibitor(uow, fair, row, reason_code="fr_theme", note="下一场请早")
    told = uow.session.scalars(select(Message).where(Message.user_id == member.user_id)).all()
    assert ["下一场请早" in one.body for one in told] == [True]
    with pytest.raises(Conflict):
        reviewing.accept_exhibitor(uow, fair, row)
    assert sign_up(uow, fair, employer).state is ExhibitorState.APPLIED


def test_a_late_cancellation_is_entered_once_and_an_early_one_is_not(uow: UnitOfWork) -> None:
    fair = make_fair(uow, booth_capacity=1)
    early, late, waits = accepted(uow, fair), None, None
    signing_up.cancel_exhibitor(uow, fair, early)
    set_fair(uow, fair, cancel_until=uow.now)
    late, waits = accepted(uow, fair), accepted(uow, fair)
    signing_up.cancel_exhibitor(uow, fair, late)
    signing_up.cancel_exhibitor(uow, fair, late)
    assert waits.state is ExhibitorState.ACCEPTED
    signing_up.cancel_exhibitor(uow, fair, sign_up(uow, fair))
    [entered] = uow.session.scalars(select(ExhibitorAbsence))
    assert (entered.exhibitor_id, entered.kind) == (late.id, AbsenceKind.LATE_CANCEL)
    with pytest.raises(Conflict):
        signing_up.cancel_exhibitor(uow, fair, absences.record_came(uow, waits))


# ---------- coming and not coming ----------


def banned(uow: UnitOfWork, employer: Employer, *days_ago: int) -> None:
    """Absences of an employer, so many days ago: two within a year ban."""
    for days in days_ago or (200, 100):
        fair = make_fair(uow, state=FairState.CLOSED, opens_at=uow.now - timedelta(days=days))
        row = make_exhibitor(uow, fair, employer=employer, state=ExhibitorState.ABSENT)
        absences.record_absence(uow, row, AbsenceKind.NO_SHOW, uow.today - timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "is_banned"), [((10,), False), ((200, 100), True), ((500, 100), False), ((600, 400), False)]
)
def test_two_absences_within_a_year_ban_for_a_year(uow: UnitOfWork, days: tuple[int, ...], is_banned: bool) -> None:
    employer = make_employer(uow)
    banned(uow, employer, *days)
    assert absences.is_banned(uow.session, employer.id, uow.today) is is_banned
    if is_banned:
        save_dated_rule(uow, code="fair_absences_most", value=3, valid_from=uow.today, source="试验文件")
        assert not absences.is_banned(uow.session, employer.id, uow.today)


def test_a_waived_absence_does_not_count_and_needs_words(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    banned(uow, employer)
    absence, _exhibitor, fair = uow.session.execute(queries.absences()).all()[0]
    with pytest.raises(Invalid):
        absences.waive_absence(uow, fair, absence, note=" ")
    absences.waive_absence(uow, fair, absence, note="路上出了车祸")
    assert not absences.is_banned(uow.session, employer.id, uow.today)


def test_who_is_not_there_after_the_minutes_is_absent_until_it_comes(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING, opens_at=uow.now - timedelta(minutes=29))
    there, missing = make_exhibitor(uow, fair, came=True), make_exhibitor(uow, fair)
    assert absences.mark_absences(uow, fair) == 0
    set_fair(uow, fair, opens_at=uow.now - timedelta(minutes=30), opened_at=uow.now - timedelta(minutes=30))
    assert absences.mark_absences(uow, fair) == 1
    assert absences.mark_absences(uow, fair) == 0
    assert (there.state, missing.state) == (ExhibitorState.ACCEPTED, ExhibitorState.ABSENT)
    assert uow.session.scalar(select(ExhibitorAbsence.kind)) is AbsenceKind.NO_SHOW
    absences.record_came(uow, missing)
    assert (missing.state, missing.checked_in_at) == (ExhibitorState.ACCEPTED, uow.now)
    assert uow.session.scalar(select(ExhibitorAbsence.id)) is None


def test_who_leaves_at_noon_still_counts_and_may_come_back(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING)
    row = make_exhibitor(uow, fair)
    with pytest.raises(Conflict):
        absences.record_left(uow, row)
    first = uow.now - timedelta(minutes=5)
    absences.record_came(uow, row, at=first)
    make_fair_posting(uow, row, vacancies=4)
    absences.record_left(uow, row, note="下午有会")
    assert queries.fair_figures(uow.session, fair).vacancy_count == 4
    absences.record_came(uow, row)
    assert (row.left_at, row.left_note, row.checked_in_at) == (None, "", first)
    with pytest.raises(Conflict):
        absences.record_came(uow, make_exhibitor(uow, fair, state=ExhibitorState.APPLIED))


def test_figures_count_those_who_came_and_head_counts_at_closing(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING)
    state = make_exhibitor(uow, fair, employer=make_employer(uow, kind=EmployerKind.STATE_OWNED), came=True)
    away = make_exhibitor(uow, fair)
    row = make_fair_posting(uow, state, vacancies=5)
    gone = make_fair_posting(uow, state, vacancies=50)
    make_fair_posting(uow, away, vacancies=500)
    postings.change_posting(uow, fair, state, row, vacancies=8, words="")
    postings.withdraw_posting(uow, fair, state, gone)
    record_founding(
        uow, state.employer, basis=FoundingBasis.FOUNDER, share_percent=None, valid_from=uow.today, note="测试材料"
    )
    assert queries.fair_figures(uow.session, fair) == queries.FairFigures(2, 2, 1, 1, 1, 1, 8)
    offered = uow.session.execute(queries.open_fair_postings(fair.id)).all()
    assert [one.vacancy_count for one, _exhibitor in offered] == [8, 500]


# ---------- postings on the spot ----------


def test_each_change_on_the_spot_is_logged_with_before_after_and_who(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow, state=FairState.RUNNING), hiring(uow)
    own = acting(uow, actor_of_employer(uow, employer))
    exhibitor = make_exhibitor(uow, fair, employer=employer, came=True)
    [offered] = uow.session.scalars(queries.postings_to_bring(employer.id, uow.today))
    row = postings.add_posting(own, fair, exhibitor, offered.public_id)
    postings.change_posting(own, fair, exhibitor, row, vacancies=6, words="没有 B2 证的也可以来谈")
    postings.change_posting(own, fair, exhibitor, row, vacancies=6, words="没有 B2 证的也可以来谈")
    postings.withdraw_posting(own, fair, exhibitor, row)
    postings.withdraw_posting(own, fair, exhibitor, row)
    postings.return_posting(own, fair, exhibitor, row)
    kinds = FairPostingChangeKind
    logged = uow.session.scalars(select(FairPostingChange).order_by(FairPostingChange.id)).all()
    assert [(one.kind, one.before, one.after) for one in logged] == [
        (kinds.ADDED, "", "2"),
        (kinds.VACANCIES, "2", "6"),
        (kinds.WORDS, "", "没有 B2 证的也可以来谈"),
        (kinds.WITHDRAWN, "6", ""),
        (kinds.RETURNED, "", "6"),
    ]
    assert {one.user_id for one in logged} == {own.actor.user_id}
    assert len(queries.changes_of(uow.session, exhibitor.id)) == 5


def test_nothing_changes_after_closing_or_by_strangers(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.CLOSED)
    exhibitor = make_exhibitor(uow, fair, came=True)
    row = make_fair_posting(uow, exhibitor)
    with pytest.raises(Conflict):
        postings.change_posting(uow, fair, exhibitor, row, vacancies=9, words="")
    stranger = acting(uow, actor_of_employer(uow, make_employer(uow)))
    with pytest.raises(NotAllowed):
        postings.withdraw_posting(stranger, fair, exhibitor, row)
    running = make_fair(uow, state=FairState.RUNNING)
    other = make_exhibitor(uow, running)
    with pytest.raises(Invalid):
        postings.change_posting(uow, running, other, make_fair_posting(uow, other), vacancies=0, words="")
    with pytest.raises(Invalid):
        postings.add_posting(uow, running, other, make_posting(uow).public_id)


def test_signing_up_again_brings_exactly_what_is_chosen(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), hiring(uow)
    second = make_posting(uow, employer)
    signing_up.cancel_exhibitor(uow, fair, sign_up(uow, fair, employer))
    row = signing_up.sign_up_exhibitor(uow, fair, employer, postings={second.public_id: 3})
    rows = uow.session.scalars(select(FairPosting).where(FairPosting.exhibitor_id == row.id))
    assert {(one.posting_id == second.id, one.vacancy_count, one.withdrawn_at is None) for one in rows} == {
        (True, 3, True),
        (False, 2, False),
    }


@pytest.mark.parametrize("is_source_further", [True, False])
def test_joining_two_employers_keeps_the_further_row_of_a_fair_and_is_undone(
    uow: UnitOfWork, is_source_further: bool
) -> None:
    target, source, third = make_employer(uow), make_employer(uow), make_employer(uow)
    both, alone = make_fair(uow), make_fair(uow)
    kept, left = (source, target) if is_source_further else (target, source)
    further = make_exhibitor(uow, both, employer=kept)
    make_exhibitor(uow, both, employer=left, state=ExhibitorState.APPLIED)
    only = make_exhibitor(uow, alone, employer=source)
    inviting.invite_employers(uow, both, [source.id])
    banned(uow, source)
    merge = merge_organizations(uow, target, source, reason="测试是同一家")
    assert {further.employer_id, only.employer_id} == {target.id} != {third.id}
    assert queries.find_invitation(uow.session, both.id, target.id) is not None
    assert absences.is_banned(uow.session, target.id, uow.today)
    undo_organization_merge(uow, merge)
    uow.session.expire_all()
    assert (further.employer_id, only.employer_id) == (kept.id, source.id)


def test_holding_a_fair_reads_the_exhibitor_anew(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row = make_exhibitor(uow, fair, state=ExhibitorState.APPLIED)
    uow.session.execute(update(Exhibitor).values(needs="改过了"), execution_options={"synchronize_session": False})
    hold_fair(uow, fair.id, row)
    assert (row.needs, row.employer.id) == ("改过了", row.employer_id)
