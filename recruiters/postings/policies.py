"""Who may see, write and review postings."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, and_, false, literal, or_
from sqlalchemy import select as sql_select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.uow import visible
from recruiters.employers.models import Employer
from recruiters.employers.policies import in_office, own_employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting, PostingTemplate
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


def can_enter_posting(actor: Actor, employer: Employer) -> bool:
    """代录入: staff write for an employer of their subtree; see ``can_answer_entry`` for who has to agree."""
    return actor.is_system or (actor.can("posting.review") and actor.reaches(employer.region_path))


def can_answer_entry(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Agree to a posting in the employer's name, or say that it still hires: its members, or the holder of a link."""
    return actor.is_system or (actor.can("posting.submit") and _owns(actor, employer))


def can_confirm_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Say that a posting still stands: the employer; for an imported one the office, since nobody else might."""
    of_office = posting.source_key is not None and can_keep_posting(actor, posting, employer)
    return can_answer_entry(actor, posting, employer) or of_office


def can_keep_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Note facts about a posting that the office answers for: phone calls, links, the papers of a 专岗."""
    mine = actor.reaches(place_of(posting, employer))
    return actor.is_system or (actor.can("posting.review") and mine)


def can_keep_template(actor: Actor, employer: Employer | None) -> bool:
    """An employer keeps its own templates, an office those of its place."""
    if employer is not None:
        return can_create_posting(actor, employer)
    return bool(actor.region_path) and actor.can("posting.review")


def can_import_posting(actor: Actor) -> bool:
    return actor.can("import.run")


def can_edit_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Members of the employer; for a posting that was imported or entered for it also staff of the subtree."""
    return can_create_posting(actor, employer) or _writes_for(actor, posting, employer)


def is_office_written(posting: Posting) -> bool:
    """Whether the office wrote or imported this posting and may go on writing."""
    return posting.is_office_entry


def _writes_for(actor: Actor, posting: Posting, employer: Employer) -> bool:
    return is_office_written(posting) and can_keep_posting(actor, posting, employer)


def can_submit_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Send to review, pause, renew, close: members of a vetted employer, or staff for one they imported or entered."""
    if actor.is_system or (actor.can("posting.submit") and _owns(actor, employer)):
        return True
    return _writes_for(actor, posting, employer)


def can_review_posting(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Staff of the subtree, except whoever wrote the posting."""
    if actor.is_system:
        return True
    wrote_it = posting.created_by_id is not None and posting.created_by_id == actor.user_id
    return actor.can("posting.review") and actor.reaches(place_of(posting, employer)) and not wrote_it


def _of_office(actor: Actor) -> Any:
    """Condition: the posting's own place, or its employer's while it has none, lies in the staff member's subtree."""
    employers = sql_select(Employer.id).where(in_office(actor, Employer.region_path, "posting.review"))
    unplaced = and_(Posting.region_path == "", Posting.employer_id.in_(employers))
    return or_(in_office(actor, Posting.region_path, "posting.review"), unplaced)


def _public() -> Any:
    vetted = sql_select(Employer.id).where(Employer.vetting == VettingState.VETTED)
    return and_(
        Posting.state == PostingState.OPEN,
        Posting.only_for == "",
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
    """Open postings of vetted employers, whoever asks: what a person looking for work is shown.

    What is offered at one fair alone is shown by the fair's pages and by no list of this house.
    """
    return visible(select.where(_public()), "posting", "employer")


def visible_published_postings(actor: Actor, select: S) -> S:
    """Postings that were published and are not being changed: whoever comes back to one learns what became of it."""
    was_public = (Posting.published_at.is_not(None), Posting.state.in_(_SEEN), Posting.only_for == "")
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


def visible_templates(actor: Actor, select: S, employer: Employer | None = None) -> S:
    """Templates to begin from: those of ``employer`` and of the offices above it; without one, of the own office."""
    if employer is None:
        mine = in_office(actor, PostingTemplate.region_path, "posting.review")
        return visible(select.where(PostingTemplate.employer_id.is_(None), mine), "posting_template")
    if not (can_create_posting(actor, employer) or can_enter_posting(actor, employer)):
        return visible(select.where(false()), "posting_template")
    above = and_(
        PostingTemplate.region_path != "", literal(employer.region_path).startswith(PostingTemplate.region_path)
    )
    return visible(select.where(or_(PostingTemplate.employer_id == employer.id, above)), "posting_template")
