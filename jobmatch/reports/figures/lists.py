"""The lists behind the numbers of people, work, offers and the desk, with those of programmes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from jobmatch.accounts.models import Organization
from jobmatch.applications.models import Application
from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.states import RATING_LEVELS
from jobmatch.casework.intake.models import RosterEntry
from jobmatch.casework.placement.models import Placement
from jobmatch.casework.visits.models import Contact
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import counted_path
from jobmatch.reference.models import Region
from jobmatch.reports.figures.listing import ListColumn, ListKind, Words
from jobmatch.reports.figures.lists_programmes import PROGRAMMES
from jobmatch.reports.indicators.base import Subject
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

Query = Select[*tuple[Any, ...]]
_OPEN_LINE = and_(
    EmploymentSpell.person_id == Person.id,
    EmploymentSpell.ended_on.is_(None),
    EmploymentSpell.superseded_at.is_(None),
)
_EXPECTED = select(Region.path).where(Region.code == RosterEntry.expected_region_code).scalar_subquery()


def _by(model: Any, *more: tuple[Any, Any]) -> Callable[[Query, Any], Query]:
    """Joins a list's own table, and then others with their conditions."""

    def joined(query: Query, rows: Any) -> Query:
        query = query.join(model, model.id == rows.c.id)
        for other, condition in more:
            query = query.outerjoin(other, condition)
        return query

    return joined


def _members(query: Query, rows: Any) -> Query:
    """People by their ids, lines of the roster by theirs below zero."""
    return (
        query.outerjoin(Person, Person.id == rows.c.id)
        .outerjoin(RosterEntry, RosterEntry.id == -rows.c.id)
        .outerjoin(EmploymentSpell, _OPEN_LINE)
    )


def _opens(entity: int) -> Callable[[Any], dict[str, str] | None]:
    """What the address of the page of one of the row's entities takes; none where it is missing."""
    return lambda row: {"public_id": row[entity].public_id} if row[entity] else None


def _person(entity: int = 0) -> ListColumn:
    """The name, which opens the file."""
    return ListColumn(
        N_("姓名"),
        lambda row, _words: row[entity].name if row[entity] else "",
        "people.staff_person",
        _opens(entity),
    )


def _of(title: str, entity: int, name: str, *, is_number: bool = False) -> ListColumn:
    """A column of one of the row's entities, which may be missing; a state shows its label."""

    def cell(row: Any, _words: Words) -> object:
        value = getattr(row[entity], name) if row[entity] is not None else None
        return getattr(value, "label", value) if value is not None else ""

    return ListColumn(title, cell, is_number=is_number)


def _member_name(row: Any, _words: Words) -> object:
    person, entry, _line = row[:3]
    return person.name if person else _("%(name)s（名册上，没建档）", name=entry.name)


def _member_place(row: Any, words: Words) -> object:
    person, entry, _line = row[:3]
    return words.region(person.living_region_code if person else entry.expected_region_code)


def _status(entity: int) -> ListColumn:
    def cell(row: Any, words: Words) -> object:
        line = row[entity]
        return words.status(line.status_code) if line is not None else _("没有记录")

    return ListColumn(N_("台账现状"), cell)


def _place(entity: int) -> ListColumn:
    return ListColumn(N_("现居住地"), lambda row, words: words.region(row[entity].living_region_code))


LISTS: dict[Subject, ListKind] = {
    Subject.PERSON: ListKind(
        _by(Person, (EmploymentSpell, _OPEN_LINE)),
        (Person, EmploymentSpell),
        counted_path(),
        (
            _person(),
            _place(0),
            _status(1),
            _of(N_("单位"), 1, "employer_name"),
            _of(N_("从哪天起"), 1, "started_on"),
        ),
    ),
    Subject.MEMBER: ListKind(
        _members,
        (Person, RosterEntry, EmploymentSpell),
        case((Person.id.is_not(None), counted_path()), else_=func.coalesce(_EXPECTED, RosterEntry.region_path)),
        (
            ListColumn(
                N_("姓名"),
                _member_name,
                "people.staff_person",
                _opens(0),
            ),
            ListColumn(N_("现居住地（没建档的是安置地）"), _member_place),
            _status(2),
            _of(N_("单位"), 2, "employer_name"),
            _of(N_("从哪天起"), 2, "started_on"),
        ),
    ),
    Subject.POSTING: ListKind(
        _by(
            Posting,
            (Employer, Employer.id == Posting.employer_id),
            (Organization, Organization.id == Employer.organization_id),
        ),
        (Posting, Organization),
        Posting.region_path,
        (
            ListColumn(N_("岗位"), lambda row, _words: row[0].title, "postings.review", _opens(0)),
            _of(N_("单位"), 1, "name"),
            ListColumn(N_("工作地点"), lambda row, words: words.region(row[0].region_code)),
            _of(N_("有效期到"), 0, "valid_through"),
        ),
        is_weighed=True,
        is_personal=False,
    ),
    Subject.ORGANIZATION: ListKind(
        _by(Organization),
        (Organization,),
        Organization.region_path,
        (
            _of(N_("单位"), 0, "name"),
            _of(N_("统一社会信用代码"), 0, "credit_code"),
            ListColumn(N_("地方"), lambda row, words: words.region(row[0].region_code)),
        ),
        is_personal=False,
    ),
    Subject.APPLICATION: ListKind(
        _by(
            Application,
            (Person, Person.id == Application.person_id),
            (Posting, Posting.id == Application.posting_id),
            (Organization, Organization.id == Application.organization_id),
        ),
        (Application, Person, Posting, Organization),
        Application.region_path,
        (
            _person(1),
            _of(N_("岗位"), 2, "title"),
            _of(N_("单位"), 3, "name"),
            _of(N_("进展"), 0, "state"),
            _of(N_("入职日"), 0, "started_on"),
        ),
    ),
    Subject.TASK: ListKind(
        _by(ServiceRequest),
        (ServiceRequest,),
        ServiceRequest.region_path,
        (
            _of(N_("编号"), 0, "number"),
            ListColumn(N_("事项"), lambda row, words: words.item(row[0].item_code)),
            _of(N_("办结时间"), 0, "finished_at"),
            _of(N_("用去工作日"), 0, "used_days", is_number=True),
            _of(N_("办理时限"), 0, "limit_days", is_number=True),
        ),
        is_weighed=True,
    ),
    Subject.RATING: ListKind(
        _by(Rating),
        (Rating,),
        Rating.region_path,
        (
            _of(N_("评价的事"), 0, "title"),
            ListColumn(N_("评价"), lambda row, _words: _(RATING_LEVELS[row[0].level]) if row[0].level else ""),
            _of(N_("评价时间"), 0, "answered_at"),
        ),
    ),
    Subject.PLACEMENT: ListKind(
        _by(Placement, (Person, Person.id == Placement.person_id)),
        (Placement, Person),
        Placement.region_path,
        (
            _person(1),
            _of(N_("台账"), 0, "ledger"),
            _of(N_("安置进展"), 0, "state"),
            _of(N_("接收日"), 0, "accepted_on"),
            _of(N_("上岗日"), 0, "started_on"),
        ),
    ),
    Subject.CONTACT: ListKind(
        _by(Contact, (Person, Person.id == Contact.person_id)),
        (Contact, Person),
        counted_path(),
        (
            _person(1),
            _of(N_("联系日"), 0, "done_on"),
            _of(N_("方式"), 0, "way"),
            _of(N_("结果"), 0, "outcome"),
        ),
    ),
    **PROGRAMMES,
}
"""The list of each subject."""
