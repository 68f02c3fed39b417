"""What a complaint may be about: finding the subject that a page links from, one function for each kind.

A room of a further kind (fairs, classes) adds its own finder to ``FINDERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.states import SubjectKind
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers
from recruiters.employers.queries import load_full
from recruiters.postings.models import Posting
from recruiters.postings.policies import place_of, visible_published_postings
from recruiters.postings.queries import posting_by_id


@dataclass(frozen=True, slots=True)
class Subject:
    """What is complained about: its name as readers know it, where it belongs, and whose it is."""

    kind: SubjectKind
    public_id: str
    name: str
    region_path: str
    organization_id: int | None = None
    employer_id: int | None = None
    posting_id: int | None = None


def _posting(uow: UnitOfWork, public_id: str) -> Subject:
    posting: Posting = uow.one(visible_published_postings(uow.actor, posting_by_id(public_id)))
    employer = posting.employer
    return Subject(
        SubjectKind.POSTING,
        public_id,
        _("%(title)s（%(employer)s）", title=posting.title, employer=employer.organization.name)[:200],
        place_of(posting, employer),
        employer.organization_id,
        employer.id,
        posting.id,
    )


def _employer(uow: UnitOfWork, public_id: str) -> Subject:
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    employer: Employer = uow.one(visible_employers(uow.actor, query))
    return Subject(
        SubjectKind.EMPLOYER,
        public_id,
        employer.organization.name,
        employer.region_path,
        employer.organization_id,
        employer.id,
    )


FINDERS: dict[SubjectKind, Callable[[UnitOfWork, str], Subject]] = {
    SubjectKind.POSTING: _posting,
    SubjectKind.EMPLOYER: _employer,
}
PAGES: dict[SubjectKind, tuple[str, str]] = {
    SubjectKind.POSTING: ("applications.posting", "postings.review"),
    SubjectKind.EMPLOYER: ("employers.public", "employers.vetting"),
}
"""Endpoints of the page for everybody and of the office's page; each takes ``public_id``."""


def find_subject(uow: UnitOfWork, kind: str, public_id: str) -> Subject:
    """The subject as far as its page is for everybody. Raises ``NotFound``."""
    finder = FINDERS.get(SubjectKind(kind)) if kind in set(SubjectKind) else None
    if finder is None:
        raise NotFound
    return finder(uow, public_id)
