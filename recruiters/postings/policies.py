"""Who may see, write and review postings."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_
from sqlalchemy import select as sql_select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.uow import visible
from recruiters.employers.models import Employer
from recruiters.employers.policies import answers_for, in_office, own_employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _owns(actor: Actor, employer: Employer) -> bool:
    return actor.organization_id is not None and actor.organization_id == employer.organization_id


def place_of(posting: Posting, employer: Employer) -> str:
    """The region path that decides which office reviews: the work's, or the employer's while the work's is open."""
    return posting.region_path or employer.region_path


def can_create_posting(actor: Actor, employer: Employer) -> bool:
    """Members write for their own employer; drafts may be written before the employer is vetted."""
    return actor.is_system or (actor.can("posting.write") and _owns(actor, employer))


def can_import_posting(actor: Actor) -> bool:
    return actor.can("import.run")


def can_edit_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Members of the employer; for an imported posting also staff of the subtree, since nobody else might."""
    return can_create_posting(actor, employer) or _keeps_import(actor, posting, employer)


def _keeps_import(actor: Actor, posting: Posting, employer: Employer) -> bool:
    mine = answers_for(actor, place_of(posting, employer))
    return posting.source_key is not None and actor.can("posting.review") and mine


def can_submit_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Send to review, pause, renew, close: members of a vetted employer, or staff for an imported posting."""
    if actor.is_system or (actor.can("posting.submit") and _owns(actor, employer)):
        return True
    return _keeps_import(actor, posting, employer)


def can_review_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Staff of the subtree, except whoever wrote the posting."""
    if actor.is_system:
        return True
    wrote_it = posting.created_by_id is not None and posting.created_by_id == actor.user_id
    return actor.can("posting.review") and answers_for(actor, place_of(posting, employer)) and not wrote_it


def _of_office(actor: Actor) -> Any:
    """Condition: the posting's own place, or its employer's while it has none, lies in the staff member's subtree."""
    employers = sql_select(Employer.id).where(in_office(actor, Employer.region_path, "posting.review"))
    unplaced = and_(Posting.region_path == "", Posting.employer_id.in_(employers))
    return or_(in_office(actor, Posting.region_path, "posting.review"), unplaced)


def _public() -> Any:
    vetted = sql_select(Employer.id).where(Employer.vetting == VettingState.VETTED)
    return and_(
        Posting.state == PostingState.OPEN,
        Posting.valid_through >= local_day(utcnow()),
        Posting.employer_id.in_(vetted),
    )


def visible_postings(actor: Actor, select: S) -> S:
    """Open postings of vetted employers for everybody, all of the own employer, all of the subtree for staff."""
    if not actor.is_system:
        ways = [_public()]
        if actor.organization_id is not None:
            ways.append(Posting.employer_id.in_(sql_select(Employer.id).where(own_employer(actor))))
        if actor.region_path:
            ways.append(_of_office(actor))
        select = select.where(or_(*ways))
    return visible(select, "posting", "employer")


def visible_public_postings(actor: Actor, select: S) -> S:
    """Open postings of vetted employers, whoever asks: what a person looking for work is shown."""
    return visible(select.where(_public()), "posting", "employer")


def visible_published_postings(actor: Actor, select: S) -> S:
    """Postings that were published and are not being changed: whoever comes back to one learns what became of it."""
    was_public = (Posting.published_at.is_not(None), Posting.state.in_(_SEEN))
    return visible(select.where(*was_public), "posting", "employer")


_SEEN = (PostingState.OPEN, PostingState.PAUSED, PostingState.FILLED, PostingState.EXPIRED, PostingState.CLOSED)


def visible_own_postings(actor: Actor, select: S) -> S:
    """Postings of the actor's own employer and no others."""
    mine = sql_select(Employer.id).where(own_employer(actor))
    return visible(select.where(Posting.employer_id.in_(mine)), "posting", "employer")


def visible_office_postings(actor: Actor, select: S) -> S:
    """Postings of the staff member's subtree and no others."""
    if not actor.is_system:
        select = select.where(_of_office(actor))
    return visible(select, "posting", "employer")
