"""Reads for the pages of consent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.queries import is_personal
from jobmatch.people.models.person import Person
from jobmatch.people.queries.consents import has_consent
from jobmatch.people.states import ConsentPurpose


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A purpose, whether it is agreed to now, and what it means."""

    purpose: ConsentPurpose
    is_given: bool
    text: str


def consent_lines(uow: UnitOfWork, person: Person) -> list[ConsentLine]:
    """The purposes that are chosen one by one, with what holds now."""
    session = uow.session

    def said(purpose: ConsentPurpose) -> bool:
        return has_consent(session, person.id, purpose)

    return [
        ConsentLine(
            ConsentPurpose.EMPLOYERS,
            person.is_open_to_employers,
            _("单位看到的卡片没有姓名、电话和工作单位；想联系您，要先经过您同意。"),
        ),
        ConsentLine(
            ConsentPurpose.RECOMMENDATION,
            is_personal(session, person.id),
            _("关掉以后，岗位只按时间和距离排。"),
        ),
        ConsentLine(
            ConsentPurpose.POLICY_MESSAGES,
            said(ConsentPurpose.POLICY_MESSAGES),
            _("有适合您的补贴、培训政策时告诉您。"),
        ),
        ConsentLine(
            ConsentPurpose.RESEARCH,
            said(ConsentPurpose.RESEARCH),
            _("只用汇总数，看不出是谁；不同意不影响任何服务。"),
        ),
    ]


def organization_names(session: Session, ids: set[int]) -> dict[int, str]:
    """Names of organizations by row id."""
    rows = session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(ids)))
    return {row.id: row.name for row in rows}
