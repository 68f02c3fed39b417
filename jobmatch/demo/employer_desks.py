"""Desks of employers in the demo county: people who let themselves be found, invitations, hires on record, figures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import actor_for, members_of, usable_memberships
from jobmatch.applications.hand_links import claim_hand_link, make_hand_link, read_hand_link
from jobmatch.applications.models import Application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.register import register_hire
from jobmatch.applications.services.reputation import count_employers, county_means, store_counts
from jobmatch.applications.states import LIVE, ApplicationState, Move
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.accounts import employer_login
from jobmatch.demo.employers import make_posting
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.matching.inviting import answer_invitation, invitation_to, invite_person
from jobmatch.matching.models import PostingInvitation
from jobmatch.matching.reach import fitting_count
from jobmatch.matching.services import recommend_people
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.resume import set_open_to_employers
from jobmatch.people.states import JobSearchState
from jobmatch.reference.rules import add_months
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.queries import load_full
from recruiters.postings.services.writing import create_posting
from recruiters.postings.states import PostingState

OPEN_EVERY, INVITED, TRIED = 2, 6, 8
ANSWERS = ("yes", "no", "", "yes", "", "")


def grow_employer_desks(demo: Demo) -> None:
    """What employers do beside answering, in the last weeks, and the nightly count of how they answered."""
    with demo.unit(WEEKS - 4) as uow:
        _let_be_found(uow)
    with demo.unit(WEEKS - 1) as uow:
        _register(demo, uow)
        _invite(demo, uow)
    with demo.unit(WEEKS) as uow:
        _hand_over(demo, uow)
        _hire_here(demo, uow)
        _unvetted(demo, uow)
    with demo.unit(WEEKS) as uow:
        counts = count_employers(uow)
        store_counts(uow, sorted(counts.items()), county_means(counts))


def shown_employer(demo: Demo) -> Actor:
    """The first member of the employer whose sign-in is shown."""
    phones = {login.phone for login in demo.logins}
    found = [actor for plan, actor, _employer_id in demo.market.employers if plan.phone in phones]
    return found[0] if found else demo.market.employers[0][1]


def _let_be_found(uow: UnitOfWork) -> None:
    """Every second person who looks for work lets employers find them."""
    looking = select(Person).where(Person.user_id.is_not(None), Person.search_state == JobSearchState.LOOKING)
    for number, person in enumerate(uow.session.scalars(looking.order_by(Person.id)).all()):
        if number % OPEN_EVERY == 0:
            uow.actor = own_actor(uow, person)
            # Who lost the sign-in meanwhile says nothing more.
            if can_edit_person(uow.actor, person):
                set_open_to_employers(uow, person, is_open=True)


def _register(demo: Demo, uow: UnitOfWork) -> None:
    """Employers register whom they hired; one hire in three is left for the page to ask about."""
    actors = {actor.organization_id: actor for _plan, actor, _employer_id in demo.market.employers}
    started = select(Application).where(Application.state == ApplicationState.STARTED).order_by(Application.id)
    for number, one in enumerate(uow.session.scalars(started).all()):
        if number % 3 == 2 or one.organization_id not in actors or one.started_on is None:
            continue
        uow.actor = actors[one.organization_id]
        is_long = number % 4 != 3
        register_hire(
            uow,
            one,
            start_on=None,
            contract_kind="fixed",
            contract_from=one.started_on,
            contract_to=add_months(one.started_on, 36 if is_long else 6),
            insurances=["pension", "medical", "unemployment", "injury", "maternity"],
            insured_from=one.started_on + timedelta(days=20),
            is_self_arranged=number % 5 != 4,
        )


def _hire_here(demo: Demo, uow: UnitOfWork) -> None:
    """The shown employer hires two people it interviewed; one of them is registered already."""
    actor = shown_employer(demo)
    seen = select(Application).where(
        Application.organization_id == actor.organization_id,
        Application.state == ApplicationState.INTERVIEW,
        Application.interview_at < uow.now,
    )
    free = Posting.id.in_(select(Posting.id).where(Posting.filled_count + 2 <= Posting.vacancy_count))
    seen = seen.join(Posting, Posting.id == Application.posting_id).where(free, Posting.state == PostingState.OPEN)
    for number, one in enumerate(uow.session.scalars(seen.order_by(Application.id).limit(2)).all()):
        person = uow.session.get_one(Person, one.person_id)
        uow.actor = actor
        move_application(uow, one, Move.OFFER, offer_pay="6200 元/月，应发", offer_start_on=uow.today)
        uow.actor = own_actor(uow, person)
        move_application(uow, one, Move.ACCEPT)
        move_application(uow, one, Move.CONFIRM_START, start_on=uow.today)
        if number == 0:
            uow.actor = actor
            register_hire(
                uow,
                one,
                start_on=None,
                contract_kind="fixed",
                contract_from=uow.today,
                contract_to=add_months(uow.today, 36),
                insurances=["pension", "medical", "unemployment", "injury", "maternity"],
                insured_from=uow.today,
                pay_yuan=6200,
                is_self_arranged=True,
            )


def _invite(demo: Demo, uow: UnitOfWork) -> None:
    """The shown employer invites people for a posting; some say yes, one says no, some have not answered."""
    actor = shown_employer(demo)
    query = (
        select(Posting)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(
            Employer.organization_id == actor.organization_id,
            Posting.state == PostingState.OPEN,
            Posting.valid_through >= uow.today,
        )
    )
    uow.actor = actor
    postings = uow.session.scalars(load_full(query.order_by(Posting.id.desc()).limit(TRIED))).all()
    lists = [(posting, recommend_people(uow, posting, top=INVITED * 2)) for posting in postings]
    if not lists:
        return
    posting, found = max(lists, key=lambda one: len(one[1]))
    people = [uow.session.get_one(Person, one.person_id) for one in found]
    sent = 0
    for person in people:
        uow.actor = actor
        try:
            with uow.session.begin_nested():
                invite_person(uow, posting, person)
        except AppError:
            continue
        _answer(uow, person, ANSWERS[sent])
        sent += 1
        if sent == INVITED:
            return


def _answer(uow: UnitOfWork, person: Person, answer: str) -> None:
    if not answer:
        return
    newest = select(PostingInvitation.public_id).where(PostingInvitation.person_id == person.id)
    public_id = uow.session.scalars(newest.order_by(PostingInvitation.id.desc()).limit(1)).one()
    row = uow.session.execute(invitation_to(person.id, public_id)).one()
    uow.actor = own_actor(uow, person)
    answer_invitation(uow, row[0], row[1], person, answer=answer)


def _hand_over(demo: Demo, uow: UnitOfWork) -> None:
    """One application went to a department by link, and was opened there."""
    actor = shown_employer(demo)
    waiting = select(Application).where(
        Application.organization_id == actor.organization_id, Application.state.in_(LIVE[:2])
    )
    one = uow.session.scalars(waiting.order_by(Application.created_at, Application.id).limit(1)).first()
    if one is None:
        return
    uow.actor = actor
    token = make_hand_link(uow, one)
    uow.actor = system_actor("demo")
    read_hand_link(uow, token, claim_hand_link(uow, token) or "")


def _unvetted(demo: Demo, uow: UnitOfWork) -> None:
    """An employer that still waits for vetting writes its first posting; its sign-in is shown too."""
    waiting = select(Employer).where(Employer.vetting == VettingState.WAITING).order_by(Employer.id.desc()).limit(1)
    employer = uow.session.scalars(waiting).first()
    plans = {plan.name: plan for plan in demo.waiting_plans}
    organization = uow.session.get_one(Organization, employer.organization_id) if employer is not None else None
    if employer is None or organization is None or organization.name not in plans:
        return
    plan = plans[organization.name]
    member: User = members_of(uow.session, organization.id)[0]
    memberships = usable_memberships(uow.session, member.id, by_password=True, now=uow.now)
    uow.actor = actor_for(uow.session, member, memberships[0][0])
    drawn = sorted((make_posting(demo.rng, plan) for _n in range(TRIED)), key=lambda one: len(one[1]))
    for number, (values, needs) in enumerate(drawn, 1):
        # The first that enough people fit, so that the page has a number to tell.
        with uow.session.begin_nested() as attempt:
            posting = create_posting(uow, employer, values=values, requirements=needs)
            if number == TRIED or fitting_count(uow, posting) is not None:
                break
            attempt.rollback()
    demo.logins.append(employer_login(plan.name, plan.phone))
