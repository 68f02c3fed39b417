"""Reads of employers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization, User
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Industry, Reason
from jobmatch.reference.queries import names
from recruiters.employers.models import Employer, EmployerDecision, EmployerPaper, VeteranFounding
from recruiters.employers.names import name_skeleton
from recruiters.employers.states import EmployerKind, PaperKind, PaperVerdict, VettingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

RECHECK_NOTICE = 14
"""Days before a recheck is due on which the employer is asked."""
Papers = Mapping[PaperKind, EmployerPaper]
MISSING_LABELS: dict[str, str] = {
    "credit_code": N_("统一社会信用代码"),
    "industry_code": N_("行业"),
    "address": N_("单位地址"),
    "contact_name": N_("联系人"),
    "contact_phone": N_("联系电话"),
    "intro": N_("单位介绍"),
    "licence": N_("营业执照或登记证书的照片"),
    "permit_number": N_("人力资源服务许可证编号"),
    "permit_valid_until": N_("许可证有效期"),
    "permit": N_("人力资源服务许可证的照片"),
}


def load_full(select: S) -> S:
    """Add what pages and documents of employers read beside the row itself."""
    return select.options(joinedload(Employer.organization))


def get_employer(session: Session, employer_id: int) -> Employer:
    """The employer with its organization. Raises ``NotFound``."""
    found = session.scalars(load_full(select(Employer).where(Employer.id == employer_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


def employer_of(session: Session, organization_id: int | None) -> Employer | None:
    """The employer of an organization, with it; None where there is none."""
    query = load_full(select(Employer).where(Employer.organization_id == organization_id))
    return session.scalars(query).one_or_none()


def employers() -> Select[*tuple[Any, ...]]:
    """Employers with their organizations, newest first."""
    return load_full(select(Employer).order_by(Employer.id.desc()))


def waiting_employers() -> Select[*tuple[Any, ...]]:
    """Employers that wait for vetting, the longest waiting first."""
    query = select(Employer).where(Employer.vetting == VettingState.WAITING)
    return load_full(query.order_by(Employer.submitted_at, Employer.id))


def deferred_employers() -> Select[*tuple[Any, ...]]:
    """Employers whose vetting was put off, the one that comes back first in front."""
    query = select(Employer).where(Employer.vetting == VettingState.DEFERRED)
    return load_full(query.order_by(Employer.deferred_until, Employer.id))


def employers_to_recheck(today: date) -> Select[*tuple[Any, ...]]:
    """Vetted employers whose six months are over or will be in two weeks, the longest overdue first."""
    near = Employer.recheck_on <= today + timedelta(days=RECHECK_NOTICE)
    query = select(Employer).where(Employer.vetting == VettingState.VETTED, near)
    return load_full(query.order_by(Employer.recheck_on, Employer.id))


def is_recheck_near(employer: Employer, today: date) -> bool:
    """Whether the employer may answer its recheck now."""
    is_near = employer.recheck_on is not None and employer.recheck_on <= today + timedelta(days=RECHECK_NOTICE)
    return employer.vetting is VettingState.VETTED and is_near


def is_public_record(employer: Employer) -> bool:
    """A public body, or an employer that an import brought: the office looks it up, because nobody hands papers in."""
    return employer.kind is EmployerKind.PUBLIC_BODY or employer.import_key is not None


def missing_facts(employer: Employer, papers: Papers) -> list[str]:
    """Codes of ``MISSING_LABELS`` that vetting needs and this employer has not given; its organization is loaded.

    A public body that was imported from official notices has no credit code of its own to give.
    """
    organization = employer.organization
    imported_body = employer.kind is EmployerKind.PUBLIC_BODY and employer.import_key is not None
    given = {
        "credit_code": bool(organization.credit_code) or imported_body,
        "industry_code": bool(employer.industry_code) or imported_body,
        "address": bool(organization.address),
        "contact_name": bool(employer.contact_name),
        "contact_phone": bool(employer.contact_phone),
        "intro": bool(employer.intro.strip()) or imported_body,
        "licence": _is_there(papers, PaperKind.LICENCE) or is_public_record(employer),
        "permit_number": not employer.is_agency or bool(employer.permit_number.strip()),
        "permit_valid_until": not employer.is_agency or employer.permit_valid_until is not None,
        "permit": not employer.is_agency or _is_there(papers, PaperKind.PERMIT),
    }
    return [code for code, is_given in given.items() if not is_given]


def _is_there(papers: Papers, kind: PaperKind) -> bool:
    return kind in papers and papers[kind].verdict is not PaperVerdict.UNREADABLE


def approval_blocks(employer: Employer, papers: Papers, today: date) -> list[str]:
    """Why this employer cannot be approved on ``today``, in words; empty where it can."""
    blocks = []
    licence = papers.get(PaperKind.LICENCE)
    if licence is None or licence.verdict is not PaperVerdict.LEGIBLE:
        blocks.append(_("营业执照或登记证书还没有看清楚，不能通过"))
    return blocks + permit_blocks(employer, papers, today)


def permit_blocks(employer: Employer, papers: Papers, today: date) -> list[str]:
    """Why this employer may not act as an agency on ``today``, in words; empty for one that is no agency."""
    if not employer.is_agency:
        return []
    blocks = []
    permit = papers.get(PaperKind.PERMIT)
    if not employer.permit_number.strip():
        blocks.append(_("没有人力资源服务许可证编号"))
    if employer.permit_valid_until is None or employer.permit_valid_until < today:
        blocks.append(_("人力资源服务许可证没有有效期或者已经过期"))
    if permit is None or permit.verdict is not PaperVerdict.LEGIBLE:
        blocks.append(_("人力资源服务许可证还没有看清楚"))
    return blocks


def papers_of(session: Session, employers: Iterable[Employer]) -> dict[int, dict[PaperKind, EmployerPaper]]:
    """The present papers of each of ``employers`` by id and kind, in one statement."""
    found: dict[int, dict[PaperKind, EmployerPaper]] = {employer.id: {} for employer in employers}
    if not found:
        return found
    current = (EmployerPaper.employer_id.in_(found), EmployerPaper.replaced_at.is_(None))
    query = select(EmployerPaper).where(*current).options(joinedload(EmployerPaper.file))
    for paper in session.scalars(query.order_by(EmployerPaper.id)):
        found[paper.employer_id][paper.kind] = paper
    return found


def all_papers(session: Session, employer_id: int) -> list[tuple[EmployerPaper, str]]:
    """Every paper an employer ever handed in, the newest first, with the name of whoever looked at it."""
    query = (
        select(EmployerPaper, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == EmployerPaper.seen_by_id)
        .where(EmployerPaper.employer_id == employer_id)
        .options(joinedload(EmployerPaper.file))
        .order_by(EmployerPaper.id.desc())
    )
    return [(paper, name) for paper, name in session.execute(query)]


def decisions_of(session: Session, employer_id: int) -> list[tuple[EmployerDecision, str]]:
    """The log of an employer, the newest first, with the names of those who decided; they are for staff alone."""
    query = (
        select(EmployerDecision, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == EmployerDecision.by_id)
        .where(EmployerDecision.employer_id == employer_id)
        .order_by(EmployerDecision.id.desc())
    )
    return [(row, name) for row, name in session.execute(query)]


def is_veteran_founded(day: date) -> ColumnElement[bool]:
    """Condition on ``Employer``: 军创 on a day, by a line that staff saw the paper of."""
    return exists().where(
        VeteranFounding.employer_id == Employer.id,
        VeteranFounding.seen_at.is_not(None),
        VeteranFounding.valid_from <= day,
        or_(VeteranFounding.valid_until.is_(None), VeteranFounding.valid_until >= day),
    )


def veteran_founded_ids(session: Session, employers: Iterable[Employer], day: date) -> set[int]:
    """Which of ``employers`` are 军创 on a day, in one statement."""
    ids = [employer.id for employer in employers]
    return set(session.scalars(select(Employer.id).where(Employer.id.in_(ids), is_veteran_founded(day))))


def foundings_of(session: Session, employer_id: int) -> list[VeteranFounding]:
    """Every line about 军创 of an employer, the latest first."""
    query = select(VeteranFounding).where(VeteranFounding.employer_id == employer_id)
    return list(session.scalars(query.order_by(VeteranFounding.valid_from.desc(), VeteranFounding.id.desc())))


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another employer whose name cannot be told apart from the one looked at."""

    name: str
    credit_code: str
    vetting: VettingState


def lookalikes(session: Session, employers: Iterable[Employer]) -> dict[int, list[Lookalike]]:
    """For each of ``employers`` (by id) the others with the same name skeleton, in one statement."""
    employers = list(employers)
    wanted = {e.name_skeleton for e in employers if e.name_skeleton}
    found: dict[int, list[Lookalike]] = {}
    if not wanted:
        return found
    rows = session.execute(
        select(Employer.id, Employer.name_skeleton, Organization.name, Organization.credit_code, Employer.vetting)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(Employer.name_skeleton.in_(wanted))
        .order_by(Employer.id)
    ).all()
    for employer in employers:
        others = [
            Lookalike(name, credit_code or "", vetting)
            for other_id, skeleton, name, credit_code, vetting in rows
            if skeleton == employer.name_skeleton and other_id != employer.id
        ]
        if others:
            found[employer.id] = others
    return found


def employers_that_match(
    session: Session, skeletons: Collection[str], codes: Collection[str]
) -> list[tuple[str, str, Employer]]:
    """(name, credit code, employer) where the name looks like one of ``skeletons`` or the code is one of ``codes``.

    A name that was joined into another employer leads to the one that goes on. At most two statements.
    """
    own = select(Employer).join(Organization, Organization.id == Employer.organization_id)
    named = or_(Employer.name_skeleton.in_(skeletons), Organization.credit_code.in_(codes))
    found = list(session.scalars(load_full(own.where(named).order_by(Employer.id))))
    joined = {e.organization.merged_into_id for e in found} - {None}
    heirs: dict[int | None, Employer] = {}
    if joined:
        query = load_full(select(Employer).where(Employer.organization_id.in_(joined)))
        heirs = {employer.organization_id: employer for employer in session.scalars(query)}
    return [
        (one.organization.name, one.organization.credit_code or "", heirs.get(one.organization.merged_into_id, one))
        for one in found
    ]


def employers_named(words: str = "") -> Select[*tuple[Any, ...]]:
    """Employers whose name, its sound or credit code holds ``words``, with their organizations, newest first.

    Records that were joined into another are left out.
    """
    query = employers().join(Organization, Organization.id == Employer.organization_id)
    query = query.where(Organization.merged_into_id.is_(None))
    for word in words.split():
        query = query.where(or_(*_names(word)))
    return query


def _names(word: str) -> list[ColumnElement[bool]]:
    found = [Organization.name.contains(word, autoescape=True), Organization.credit_code == word.upper()]
    if word.isascii() and word.isalpha():
        # Names begin with the county, which nobody types, so sounds are looked for anywhere.
        found += [column.contains(word.lower(), autoescape=True) for column in (Employer.initials, Employer.pinyin)]
    elif skeleton := name_skeleton(word):
        found.append(Employer.name_skeleton.contains(skeleton, autoescape=True))
    return found


def count_of(query: Select[*tuple[Any, ...]]) -> Select[int]:
    """How many rows ``query`` has, as a statement that a policy can still narrow."""
    return query.with_only_columns(func.count(Employer.id), maintain_column_froms=True).order_by(None).options()


def reason_words(session: Session, code: str | None) -> str:
    """The words of a coded reason in the reader's language; empty for none."""
    return names(session, Reason).get(code or "", "")


def industry_names(session: Session) -> dict[str, str]:
    """Names of industries by code."""
    return names(session, Industry)
