"""Applications that are answered in the demo county: interview times, the day before, results, documents, hires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.applications.models import Application, RetentionCheck
from jobmatch.applications.queries import TAB_STATES, Tab, free_slots, standing_interview
from jobmatch.applications.services.clocks import close_unanswered, remind_employers
from jobmatch.applications.services.documents import ask_documents, hand_in
from jobmatch.applications.services.interviews import ask_coming, object_to_no_show, record_result, say_coming
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.retention import answer_still_there, ask_employers, settle_checks
from jobmatch.applications.services.slips import answer_slips
from jobmatch.applications.services.slots import add_slot, offer_slots
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.matching.services import recommend_postings
from jobmatch.people.models.consents import ProxyConsent
from jobmatch.people.models.person import Person
from jobmatch.people.states import ClaimState, JobSearchState, ProxyScope
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

PLACE = "单位办公楼一楼人事室"
PAPER = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"
INVITED, ASKED, ANSWERED, RECOMMENDED = 4, 5, 14, 4


def grow_answers(demo: Demo) -> None:
    """The last two weeks of the employer whose sign-in is shown, and what the clocks did in the county."""
    with demo.unit(WEEKS - 2) as uow:
        _all(uow, ask_employers)
        posting = _posting(demo, uow)
        if posting is not None:
            _more_apply(demo, uow, posting)
    with demo.unit(WEEKS - 1) as uow:
        _hires_are_answered(demo, uow)
        _invite(demo, uow)
    with demo.unit(WEEKS) as uow:
        _results(demo, uow)
        _times(demo, uow)
        _recommend(demo, uow)
        _begin_work(uow)
        uow.actor = system_actor("demo")
        for work in (close_unanswered, remind_employers, ask_coming, settle_checks, answer_slips):
            _all(uow, work)


def _all(uow: UnitOfWork, work: Callable[[UnitOfWork], int]) -> None:
    """Timed work until nothing is left of it."""
    while work(uow):
        pass


def shown_employer(demo: Demo) -> tuple[Actor, int]:
    """The employer whose sign-in is shown: its first member, and the row id of the employer."""
    phones = {login.phone for login in demo.logins}
    found = [(actor, employer_id) for plan, actor, employer_id in demo.market.employers if plan.phone in phones]
    return found[0] if found else demo.market.employers[0][1:]


def _posting(demo: Demo, uow: UnitOfWork) -> Posting | None:
    """Its open posting to which the most people wait for an answer."""
    _actor, employer_id = shown_employer(demo)
    waiting = select(func.count()).where(
        Application.posting_id == Posting.id, Application.state.in_(TAB_STATES[Tab.WAITING])
    )
    query = select(Posting).where(
        Posting.employer_id == employer_id,
        Posting.state == PostingState.OPEN,
        Posting.published_at <= uow.now,
        Posting.valid_through >= uow.today,
    )
    return uow.session.scalars(query.order_by(waiting.scalar_subquery().desc(), Posting.id).limit(1)).first()


def _waiting(demo: Demo, uow: UnitOfWork, *, limit: int, posting: Posting | None = None) -> list[Application]:
    """Applications to the shown employer that wait for an answer, oldest first, of people who can answer back.

    Somebody without an account, or whose claim on the file is not settled, cannot say yes to an interview.
    """
    actor, _employer_id = shown_employer(demo)
    own = select(Person.id).where(Person.user_id.is_not(None), Person.claim_state == ClaimState.NONE)
    query = select(Application).where(
        Application.person_id.in_(own),
        Application.organization_id == actor.organization_id,
        Application.state.in_(TAB_STATES[Tab.WAITING]),
        Application.created_at <= uow.now,
    )
    if posting is not None:
        query = query.where(Application.posting_id == posting.id)
    return list(uow.session.scalars(query.order_by(Application.id).limit(limit)))


def _invite(demo: Demo, uow: UnitOfWork) -> None:
    """Interviews in three days; most people say that they come."""
    actor, _employer_id = shown_employer(demo)
    for one in _waiting(demo, uow, limit=INVITED):
        uow.actor = actor
        at = uow.now + timedelta(days=3)
        move_application(uow, one, Move.INVITE, interview_at=at, interview_place=PLACE)
        uow.actor = own_actor(uow, uow.session.get_one(Person, one.person_id))
        say_coming(uow, one, attendance="coming")


def _results(demo: Demo, uow: UnitOfWork) -> None:
    """One passed, one did not, one was not there and objects."""
    actor, _employer_id = shown_employer(demo)
    interviewed = select(Application).where(
        Application.organization_id == actor.organization_id,
        Application.state == ApplicationState.INTERVIEW,
        Application.interview_at < uow.now,
    )
    found = list(uow.session.scalars(interviewed.order_by(Application.id.desc()).limit(3)))
    for one, result in zip(found, ("absent", "passed", "failed"), strict=False):
        uow.actor = actor
        record_result(uow, one, result=result)
        interview = standing_interview(uow, one.id)
        if interview is not None and interview.is_no_show:
            uow.actor = own_actor(uow, uow.session.get_one(Person, one.person_id))
            object_to_no_show(uow, one, interview, words="我 9 点前到了大门口，门卫说没有通知，没让进")


def _times(demo: Demo, uow: UnitOfWork) -> None:
    """A posting with times to choose and documents to bring; some have chosen, one handed in a paper."""
    actor, _employer_id = shown_employer(demo)
    posting = _posting(demo, uow)
    if posting is None:
        return
    uow.actor = actor
    ask_documents(uow, posting, wanted={"dk_health": "interview", "dk_discharge": "hire"})
    at = (uow.now + timedelta(days=1)).replace(hour=1, minute=0, second=0)
    add_slot(uow, posting, starts_at=at, place=PLACE, minutes=30, capacity=1, rounds=4)
    add_slot(uow, posting, starts_at=at + timedelta(days=3), place=PLACE, minutes=60, capacity=6)
    _more_apply(demo, uow, posting)
    asked = _waiting(demo, uow, limit=ASKED, posting=posting)
    uow.actor = actor
    offer_slots(uow, asked)
    for number, one in enumerate(asked[:3]):
        uow.actor = own_actor(uow, uow.session.get_one(Person, one.person_id))
        move_application(uow, one, Move.PICK_SLOT, slot=free_slots(uow, posting.id)[0])
        if number == 0:
            hand_in(uow, one, "dk_health", upload=Upload("健康证.pdf", Kind.PDF, PAPER))


def _more_apply(demo: Demo, uow: UnitOfWork, posting: Posting) -> None:
    """In a small county too, enough people apply to the posting that is shown; a hard rule may refuse some."""
    looking = select(Person).where(
        Person.user_id.is_not(None), Person.search_state == JobSearchState.LOOKING, Person.created_at <= uow.now
    )
    for person in list(uow.session.scalars(looking.order_by(Person.id).limit(40))):
        if len(_waiting(demo, uow, limit=ASKED + 2, posting=posting)) >= ASKED + 2:
            return
        uow.actor = own_actor(uow, person)
        try:
            with uow.session.begin_nested():
                submit_application(uow, posting, person, consent=True)
        except AppError:
            continue


def _recommend(demo: Demo, uow: UnitOfWork) -> None:
    """Stations recommend people who agreed to it."""
    system = system_actor("demo")
    consents = uow.session.scalars(
        select(ProxyConsent)
        .where(
            ProxyConsent.scope == ProxyScope.APPLY,
            ProxyConsent.revoked_at.is_(None),
            ProxyConsent.valid_until >= uow.today,
        )
        .order_by(ProxyConsent.id.desc())
        .limit(RECOMMENDED)
    ).all()
    for consent in consents:
        clerk = next((one for one in demo.staff.values() if one.user_id == consent.clerk_id), None)
        uow.actor = system
        person = uow.session.get_one(Person, consent.person_id)
        best = recommend_postings(uow, person, top=1)
        if clerk is None or not best:
            continue
        uow.actor = clerk
        try:
            with uow.session.begin_nested():
                posting = uow.session.get_one(Posting, best[0].posting_id)
                submit_application(uow, posting, person, consent=True, recommend=True)
        except AppError:
            continue


def _begin_work(uow: UnitOfWork) -> None:
    """Some who accepted confirm today that they began; for seven days they can take it back."""
    hired = select(Application).where(Application.state == ApplicationState.HIRED).order_by(Application.id).limit(2)
    for one in list(uow.session.scalars(hired)):
        uow.actor = own_actor(uow, uow.session.get_one(Person, one.person_id))
        move_application(uow, one, Move.CONFIRM_START, start_on=uow.today)


def _hires_are_answered(demo: Demo, uow: UnitOfWork) -> None:
    """Employers say who is still there; the shown one leaves the newest for its page."""
    actors = {employer_id: actor for _plan, actor, employer_id in demo.market.employers}
    rows = uow.session.execute(
        select(RetentionCheck, Application, Employer.id)
        .join(Application, Application.id == RetentionCheck.application_id)
        .join(Employer, Employer.organization_id == Application.organization_id)
        .where(RetentionCheck.answer.is_(None))
        .order_by(RetentionCheck.id)
        .limit(ANSWERED)
    ).all()
    shown = shown_employer(demo)[1]
    for number, (check, application, employer_id) in enumerate(rows):
        if employer_id == shown and number % 2:
            continue
        uow.actor = actors[employer_id]
        if number % 5 == 4:
            answer_still_there(uow, check, application, answer="left", left_on=uow.today, reason_code="lv_far")
        else:
            answer_still_there(uow, check, application, answer="stayed")
