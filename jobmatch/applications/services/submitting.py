"""Sending an application: what a posting must be, what the person must agree to, and why it may be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from jobmatch.accounts.models import Organization
from jobmatch.applications import notices
from jobmatch.applications.cards import compare, store_fit
from jobmatch.applications.models import Application
from jobmatch.applications.policies import can_submit_application
from jobmatch.applications.queries import answer_day, find_live, last_ended
from jobmatch.applications.services.moving import log_move
from jobmatch.applications.services.origins import count_origin
from jobmatch.applications.states import ContactTime, Side
from jobmatch.casework.plans.services.plans import record_support
from jobmatch.casework.plans.states import SupportKind
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import match_of, record_fact
from jobmatch.matching.spots import distance_words, town_of, work_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.services.common import on_behalf
from jobmatch.people.services.grants import record_grant
from jobmatch.people.states import GrantField, GrantPurpose, ProxyScope
from jobmatch.reference.queries import rule_value
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

GRANT_DAYS = 180


@dataclass(frozen=True, slots=True)
class Fit:
    """How a pair fits, as an application keeps it: the score, the lines for and against, and how many are met."""

    score: int
    excluded: Any
    lines: list[dict[str, Any]]
    met_count: int
    total_count: int


def fit_of_pair(uow: UnitOfWork, posting: Posting, person: Person) -> Fit:
    """What sending an application keeps of the pair; made in a reading unit, nobody has to wait for it."""
    match = match_of(uow, person, posting)
    near = distance_words(uow.session, town_of(uow.session, person), work_of(uow.session, posting))
    lines = compare(uow.session, match.explanation, near=near)
    met = sum(line.met is True for line in lines)
    return Fit(round(match.score), match.explanation.excluded, store_fit(match.explanation), met, len(lines))


def submit_application(
    uow: UnitOfWork,
    posting: Posting,
    person: Person,
    *,
    note: str = "",
    contact_time: str = ContactTime.ANY,
    consent: bool = False,
    recommend: bool = False,
    fit: Fit | None = None,
    origin: str = "",
) -> Application:
    """Send the person's résumé to the posting's employer; a live application to it is returned as it stands.

    ``consent`` is the person's separate agreement that this employer sees the résumé (PIPL art. 23); its words are kept
    with the grant. Staff send it in the person's place where the person agreed to that (``ProxyScope.APPLY``), which
    the person sees and the employer does not; with ``recommend`` it is a recommendation of the station, which both see
    and which is a slip in the ledger. Raises ``Invalid`` without the agreement, or where a hard rule excludes the pair,
    and ``Conflict`` with the reason where the posting does not take applications, or not yet again from this person.
    ``fit`` is what ``fit_of_pair`` said a moment ago; ``origin`` is the link that brought somebody here, which is
    counted and not kept.
    """
    by_staff = has_proxy_consent(uow.session, person, uow.actor, ProxyScope.APPLY)
    require(can_submit_application(uow.actor, person, has_consent=by_staff))
    require(not recommend or by_staff)
    present = find_live(uow, person.id, posting.id)
    if present is not None:
        return present
    if not consent:
        raise Invalid(fields={"consent": _("需要您同意，单位才能看到简历")})
    employer = uow.session.get_one(Employer, posting.employer_id)
    reason = refusal_of(uow, posting, employer, person)
    if reason:
        raise Conflict(reason)
    fit = fit or fit_of_pair(uow, posting, person)
    if fit.excluded is not None:
        rule = _(fit.excluded.label)
        raise Invalid(_("这个岗位您暂时不能投：%(rule)s。可以看看其他岗位，或者打电话问服务站", rule=rule))
    try:
        with uow.session.begin_nested():
            application = _write_submission(uow, posting, person, employer, fit, note, ContactTime(contact_time))
            if recommend:
                _write_slip(uow, application, person, posting)
    except IntegrityError:
        present = find_live(uow, person.id, posting.id)
        if present is None:
            raise
        return present
    record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    count_origin(uow, origin)
    notices.tell_submitted(uow, application)
    said = on_behalf(uow, person, ProxyScope.APPLY)
    uow.audit("application.submit", application, posting=posting.public_id, **said)
    if said:
        uow.audit("proxy.used", person, **said)
        notices.tell_sent_for(uow, application, uow.actor.label, is_recommendation=recommend)
    return application


def refusal_of(uow: UnitOfWork, posting: Posting, employer: Employer, person: Person | None) -> str:
    """Why the posting takes no application (from this person) today, for people to read; empty where it does."""
    is_over = posting.valid_through is None or posting.valid_through < uow.today
    if posting.state is PostingState.PAUSED:
        return _("单位暂停了这个岗位，现在不收简历")
    if posting.state is PostingState.FILLED or posting.filled_count >= posting.vacancy_count:
        return _("这个岗位已经招满了")
    if posting.state is PostingState.EXPIRED or (posting.state is PostingState.OPEN and is_over):
        return _("这个岗位的有效期已经过了")
    if posting.state is not PostingState.OPEN:
        return _("这个岗位已经撤下，不招了")
    if employer.vetting is not VettingState.VETTED:
        return _("这家单位的资质正在重新审核，现在不收简历")
    again = again_on(uow, person, posting) if person is not None else None
    if again is not None:
        return _("您投过这个岗位，那一次已经结束。%(on)s起可以再投", on=notices.day_words(again))
    return ""


def again_on(uow: UnitOfWork, person: Person, posting: Posting) -> date | None:
    """The day from which somebody may apply to the same posting again; None where nothing stands in the way."""
    ended = last_ended(uow, person.id, posting.id)
    if ended is None:
        return None
    day = local_day(ended) + timedelta(days=int(rule_value(uow.session, "reapply_days", uow.today)))
    return day if day > uow.today else None


def consent_until(today: date) -> date:
    """The last day on which an employer may see a résumé that is sent ``today``."""
    return today + timedelta(days=GRANT_DAYS)


def _write_submission(
    uow: UnitOfWork,
    posting: Posting,
    person: Person,
    employer: Employer,
    fit: Fit,
    note: str,
    contact_time: ContactTime,
) -> Application:
    organization = uow.session.get_one(Organization, employer.organization_id)
    grant = record_grant(
        uow,
        person,
        organization_id=organization.id,
        purpose=GrantPurpose.APPLICATION,
        fields=list(GrantField),
        valid_until=consent_until(uow.today),
        notice=notices.consent_text(organization.name, consent_until(uow.today)),
    )
    application = Application(
        person_id=person.id,
        posting_id=posting.id,
        organization_id=organization.id,
        region_path=person.region_path,
        grant_id=grant.id,
        applied_by_id=uow.actor.user_id if uow.actor.user_id != person.user_id else None,
        note=note.strip(),
        contact_time=contact_time,
        score=fit.score,
        met_count=fit.met_count,
        total_count=fit.total_count,
        fit=fit.lines,
        answer_due_on=answer_day(uow),
        created_at=uow.now,
        state_since=uow.now,
    )
    uow.session.add(application)
    uow.session.flush()
    log_move(uow, application, None, None, Side.PERSON)
    return application


def _write_slip(uow: UnitOfWork, application: Application, person: Person, posting: Posting) -> None:
    """The recommendation slip in the ledger of the station, and who wrote it."""
    organization = uow.session.get_one(Organization, application.organization_id)
    slip = record_support(
        uow,
        person,
        kind=SupportKind.RECOMMENDATION,
        happened_on=uow.today,
        employer_name=organization.name,
        post=posting.title,
        accept_masked=True,
    )
    application.recommended_by_id, application.support_id = uow.actor.user_id, slip.id
    uow.session.flush()
    uow.audit("application.recommend", application, slip=slip.public_id)
