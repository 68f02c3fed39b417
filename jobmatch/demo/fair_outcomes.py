"""A finished fair of the demo county: its day, and what became of its intentions after 7, 30 and 90 days.

Nothing is written as a figure: people start and leave in the register, employers and people answer, stations call,
and the numbers of the reports follow from that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo.county import COUNTY
from jobmatch.demo.employers import make_posting
from jobmatch.demo.fair_day import (
    COSTS,
    EXHIBITORS,
    PAPER,
    Day,
    at,
    drafted,
    exhibitors_of,
    filled,
    first_postings,
    held,
    office,
    registration_of,
    ticked,
)
from jobmatch.demo.partners import sample_paper
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import Demo
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.services.intentions import Answer, agree_interest, answer_intention
from jobmatch.fairs.day.services.sheets import Line, key_sheet
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.exhibitors.models import Exhibitor, FairInvitation
from jobmatch.fairs.exhibitors.services.absences import record_left
from jobmatch.fairs.exhibitors.services.attending import Coming
from jobmatch.fairs.exhibitors.services.inviting import invite_employers, reply_invitation
from jobmatch.fairs.exhibitors.services.postings import change_posting, withdraw_posting
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor
from jobmatch.fairs.exhibitors.states import InvitationReply
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.services.follow_ups import (
    answer_by_person,
    answer_by_staff,
    open_due_tasks,
    plan_follow_ups,
    read_register,
)
from jobmatch.fairs.outcomes.services.links import answer_as_exhibitor, tell_exhibitors
from jobmatch.fairs.outcomes.services.ratings import rate_as_exhibitor, rate_as_visitor
from jobmatch.fairs.outcomes.services.reports import send_report
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult
from jobmatch.fairs.planning.models import FairMoney, JobFair
from jobmatch.fairs.planning.services.fairs import archive_fair, close_fair
from jobmatch.fairs.planning.services.lines import save_broadcast, save_money
from jobmatch.fairs.planning.services.papers import hand_in_paper
from jobmatch.fairs.planning.states import FairMode, FairPaperKind
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.register import WorkTerms, add_spell, end_spell
from jobmatch.people.states import ContractTerm, EvidenceKind, WorkChannel
from recruiters.employers.models import Employer
from recruiters.postings.services.clocks import expire_postings
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.writing import create_posting

R = FollowUpResult
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASONS = ("fu_pay", "fu_distance", "fu_needs", "fu_own", "fu_employer", "fu_lost")
CASES = ("start", "start", "leaves", "elsewhere", "talks", "no", "silent", "start", "no", "told")
"""What becomes of people with an intention, in turn: ``leaves`` before three months are over, ``elsewhere`` starts at
another employer, ``told`` starts and says so before the register knows."""


def lived_through(demo: Demo, title: str, opens_at: datetime, mode: FairMode, turn: int) -> None:
    """A fair from its plan to the report after 90 days."""
    day = drafted(demo, title, opens_at, days=40, mode=mode)
    _offer(demo, opens_at - 12 * DAY, turn)
    day = filled(demo, day, turn=turn)
    _reply(demo, day)
    with at(demo, opens_at - HOUR) as uow:
        # One employer gives its place back when it is too late, and stands in the register of absences.
        exhibitor = exhibitors_of(uow, day)[0]
        cancel_exhibitor(uow, uow.session.get_one(JobFair, day.fair_id), exhibitor)
    held(demo, day)
    _afternoon(demo, day)
    _evening(demo, day)
    _joined_later(demo, day)
    _work_begins(demo, day)
    for days in (7, 30, 90):
        moment = opens_at + days * DAY + 10 * HOUR
        _round(demo, moment)
        _answers(demo, day, days, moment + HOUR)
    with office(demo, day, opens_at + 91 * DAY) as (uow, fair):
        send_report(uow, fair, FairReportKind.DAY_90)
        ticked(uow, fair, 17, 19)
        archive_fair(uow, fair)
    _until_done(demo, opens_at + 92 * DAY, expire_postings)


def _offer(demo: Demo, moment: datetime, turn: int) -> None:
    """Employers publish for the fair what they have."""
    known = demo.market.employers
    start = turn * EXHIBITORS * 2 // 3 % max(len(known), 1)
    for plan, actor, employer_id in [*known[start:], *known[:start]][:EXHIBITORS]:
        with at(demo, moment) as uow:
            for _n in range(1 + employer_id % 2):
                values, needs = make_posting(demo.rng, plan)
                uow.actor = actor
                values |= {"is_reserved": False, "valid_through": uow.today + 40 * DAY}
                employer = uow.session.get_one(Employer, employer_id)
                posting = move_posting(uow, create_posting(uow, employer, values=values, requirements=needs), "submit")
                uow.actor = demo.staff[COUNTY]
                move_posting(uow, posting, "publish")


def _reply(demo: Demo, day: Day) -> None:
    """The invitations and their replies (回执), which were there before the sign-ups."""
    with office(demo, day, day.opens_at - 9 * DAY) as (uow, fair):
        asked = [employer_id for _plan, _actor, employer_id in demo.market.employers[: EXHIBITORS + 4]]
        invite_employers(uow, fair, asked)
    with office(demo, day, day.opens_at - 7 * DAY) as (uow, fair):
        rows = uow.session.scalars(select(FairInvitation).where(FairInvitation.fair_id == fair.id)).all()
        signed = set(uow.session.scalars(select(Exhibitor.employer_id).where(Exhibitor.fair_id == fair.id)))
        others = (InvitationReply.MAYBE, InvitationReply.NOT_COMING)
        for number, row in enumerate(rows):
            reply = InvitationReply.COMING if row.employer_id in signed else others[number % 2]
            reply_invitation(uow, fair, row, reply=reply.value, coming=Coming(attendees="人事经理", attendee_count=1))


def _afternoon(demo: Demo, day: Day) -> None:
    """What happens in the last hours: head-counts change, one posting goes, one employer leaves, a sheet is keyed."""
    with office(demo, day, day.opens_at + 4 * HOUR) as (uow, fair):
        booths = first_postings(uow, day)
        for number, (exhibitor, posting) in enumerate(booths[:4]):
            more = posting.vacancy_count + number + 1
            change_posting(uow, fair, exhibitor, posting, vacancies=more, words="")
        if len(booths) > 6:
            withdraw_posting(uow, fair, booths[5][0], booths[5][1])
            record_left(uow, booths[6][0], note="下午有会")
            exhibitor, posting = booths[4]
            lines = [Line(code, posting.public_id, is_hire=n == 0) for n, code in enumerate(day.came[-3:])]
            key_sheet(uow, fair, exhibitor, lines)


def _evening(demo: Demo, day: Day) -> None:
    """The doors close; the account, the photographs and the quick report; and what both sides thought of it."""
    with office(demo, day, day.opens_at + 6 * HOUR) as (uow, fair):
        close_fair(uow, fair)
        ticked(uow, fair, 11, 16)
        lines = select(FairMoney).where(FairMoney.fair_id == fair.id).order_by(FairMoney.id)
        for line, (label, yuan) in zip(uow.session.scalars(lines).all(), COSTS, strict=True):
            spent = yuan - 300 + fair.id % 7 * 100
            save_money(uow, fair, line, kind=line.kind, label=label, planned_yuan=yuan, spent_yuan=spent)
        if fair.mode is FairMode.BOTH:
            save_broadcast(
                uow,
                fair,
                None,
                title="直播带岗（演示）",
                starts_at=fair.opens_at + HOUR,
                host_name="李晓梅",
                viewer_count=3260,
                peak_count=410,
                application_count=38,
                intention_count=11,
            )
        content, _picture = sample_paper("招聘会现场照片（样本）", "安禾县体育馆（演示）", "—")
        for kind in (FairPaperKind.PHOTO, FairPaperKind.SIGN_IN_SHEET, FairPaperKind.INTENTION_SHEET):
            upload = Upload(f"{kind.label_id}.pdf", Kind.PDF, content) if kind is FairPaperKind.PHOTO else PAPER
            hand_in_paper(uow, fair, kind=kind, upload=upload)
        _rate(uow, day, fair)
        send_report(uow, fair, FairReportKind.QUICK)


def _rate(uow: UnitOfWork, day: Day, fair: JobFair) -> None:
    for number, code in enumerate(day.came[::3]):
        rate_as_visitor(uow, fair, registration_of(uow, day, code), stars="54453"[number % 5])
    for number, (exhibitor, _posting) in enumerate(first_postings(uow, day)[::2]):
        rate_as_exhibitor(uow, fair, exhibitor, stars="4553"[number % 4])


def _joined_later(demo: Demo, day: Day) -> None:
    """One-sided intentions are joined by the other side on the day after; the rest runs out after three days."""
    with office(demo, day, day.opens_at + DAY) as (uow, _fair):
        open_ = select(Intention).where(Intention.fair_id == day.fair_id, Intention.declined_at.is_(None))
        rows = uow.session.scalars(open_.where(~counted_sql()).order_by(Intention.id)).all()
        for row in rows[::3]:
            exhibitor = uow.session.get_one(Exhibitor, row.exhibitor_id)
            try:
                with uow.session.begin_nested():
                    if row.mark is None:
                        uow.actor = system_actor("demo")
                        agree_interest(uow, exhibitor, row.public_id)
                    else:
                        uow.actor = demo.staff[COUNTY]
                        person = uow.session.get_one(FairRegistration, row.registration_id)
                        posting = next(p for e, p in first_postings(uow, day) if e.id == row.exhibitor_id)
                        answer_intention(uow, person, posting, Answer.INTEREST)
            except AppError:
                continue


def _people(uow: UnitOfWork, day: Day) -> list[tuple[FairRegistration, Intention, Employer]]:
    """People whose intention counts, each with the first of theirs and its employer."""
    query = (
        select(FairRegistration, Intention, Employer)
        .join(Intention, Intention.registration_id == FairRegistration.id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .where(FairRegistration.fair_id == day.fair_id, counted_sql())
        .order_by(Intention.id.desc())
    )
    found = {
        registration.id: (registration, intention, employer)
        for registration, intention, employer in uow.session.execute(query)
    }
    return [found[key] for key in sorted(found)]


def _work_begins(demo: Demo, day: Day) -> None:
    """Some start at the employer of their intention, some elsewhere, some leave again; stations write the register."""
    with office(demo, day, day.opens_at + 25 * DAY) as (uow, _fair):
        for number, (registration, _intention, employer) in enumerate(_people(uow, day)):
            case = _case(day, number)
            if registration.person_id is None or case not in {"start", "leaves", "elsewhere"}:
                continue
            person = uow.session.get_one(Person, registration.person_id)
            is_here = case != "elsewhere"
            started = uow.today - timedelta(days=20 - number % 15)
            try:
                with uow.session.begin_nested():
                    add_spell(
                        uow,
                        person,
                        status_code="E1",
                        started_on=started,
                        organization_id=employer.organization_id if is_here else None,
                        employer_name=_name(uow, employer) if is_here else "邻县用工单位（演示）",
                        evidence=EvidenceKind.CONTRACT,
                        terms=WorkTerms(contract=ContractTerm.A_YEAR_OR_MORE, channel=WorkChannel.FAIR),
                    )
            except AppError:
                continue
    with office(demo, day, day.opens_at + 60 * DAY) as (uow, _fair):
        for number, (registration, _intention, employer) in enumerate(_people(uow, day)):
            if _case(day, number) == "leaves" and registration.person_id is not None:
                _leaves(uow, registration.person_id, employer)


def _case(day: Day, number: int) -> str:
    return CASES[(number * 3 + day.turn) % len(CASES)]


def _leaves(uow: UnitOfWork, person_id: int, employer: Employer) -> None:
    person = uow.session.get_one(Person, person_id)
    spell = current_spell(uow.session, person_id)
    if spell is not None and spell.organization_id == employer.organization_id:
        end_spell(uow, person, spell, ended_on=uow.today - 2 * DAY)


def _name(uow: UnitOfWork, employer: Employer) -> str:
    return uow.session.get_one(Organization, employer.organization_id).name


def _round(demo: Demo, moment: datetime) -> None:
    """What the worker does by itself on that day."""
    for service in (plan_follow_ups, read_register, open_due_tasks, tell_exhibitors):
        _until_done(demo, moment, service)


def _until_done(demo: Demo, moment: datetime, service: Callable[[UnitOfWork], int]) -> None:
    more = True
    while more:
        with at(demo, moment) as uow:
            more = service(uow) > 0


def _answers(demo: Demo, day: Day, days: int, moment: datetime) -> None:
    """After 7 days the exhibitors answer, after 30 people and exhibitors, after 90 the stations call."""
    with office(demo, day, moment) as (uow, _fair):
        clerk = uow.actor
        for number, (registration, intention, _employer) in enumerate(_people(uow, day)):
            case = _case(day, number)
            mine = (FairFollowUp.intention_id == intention.id, FairFollowUp.day == days)
            follow_up = uow.session.scalars(select(FairFollowUp).where(*mine)).one_or_none()
            if follow_up is None or follow_up.result is not None or case == "silent":
                continue
            result, reason = _told(case, days, REASONS[number % len(REASONS)])
            if result is None:
                continue
            person = uow.session.get(Person, registration.person_id) if registration.person_id else None
            if days == 7:
                uow.actor = system_actor("demo")
                exhibitor = uow.session.get_one(Exhibitor, intention.exhibitor_id)
                answer_as_exhibitor(uow, exhibitor, days, {follow_up.public_id: (result.value, reason)})
            elif days == 30 and person is not None and person.user_id is not None:
                uow.actor = own_actor(uow, person)
                answer_by_person(uow, follow_up, registration, result=result.value, reason_code=reason)
            else:
                uow.actor = clerk
                again = result is R.NOT_STARTED and number % 2 == 0
                answer_by_staff(
                    uow,
                    follow_up,
                    registration,
                    result=result.value,
                    reason_code=reason,
                    is_recommended_again=again,
                    is_to_training=result is R.NOT_STARTED and number % 5 == 0,
                )


def _told(case: str, days: int, reason: str) -> tuple[FollowUpResult | None, str]:
    """What is known on that day to whoever is asked."""
    if days == 7:
        return (R.IN_PROGRESS, "") if case in {"start", "talks", "leaves"} else (None, "")
    if case == "no":
        return R.NOT_STARTED, reason
    if case == "told":
        return R.SAME_EMPLOYER, ""
    return (R.IN_PROGRESS, "") if case == "talks" else (None, "")
