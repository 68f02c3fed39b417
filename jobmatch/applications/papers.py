"""What documents an application needs, as its two sides see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from jobmatch.applications.models import Application, ApplicationDocument
from jobmatch.applications.queries import asked_documents, documents_of
from jobmatch.applications.states import ASKING, ENDED, ApplicationState, Stage
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import current_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import DocumentKind
from jobmatch.reference.queries import names, rule_value


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One document a posting asks for: when, whether it is asked for now, and what was handed in."""

    code: str
    name: str
    hint: str
    stage: Stage
    is_now: bool
    row: ApplicationDocument | None
    looked_at: datetime | None
    gone_on: date | None


def paper_lines(uow: UnitOfWork, application: Application) -> list[PaperLine]:
    """The documents of an application by stage; ``gone_on`` is the day a handed-in one is deleted, once it is known.

    A document handed in that the posting asks for no more is still shown to its owner.
    """
    asked = asked_documents(uow, application.posting_id)
    handed = documents_of(uow, application.id)
    labels = names(uow.session, DocumentKind)
    kinds = {kind.code: kind for kind in uow.session.scalars(select(DocumentKind))}
    gone_on = None
    if application.state in (*ENDED, ApplicationState.STARTED):
        days = int(rule_value(uow.session, "document_keep_days", uow.today))
        gone_on = local_day(application.state_since) + timedelta(days=days)
    english = current_locale() == "en"
    stages = {row.kind_code: row.stage for row in asked}
    stages |= {code: Stage.HIRE for code in handed if code not in stages}
    return [
        PaperLine(
            code,
            labels[code],
            (english and kinds[code].hint_en) or kinds[code].hint,
            stage,
            ASKING[stage] is application.state and code in {row.kind_code for row in asked},
            handed.get(code),
            handed[code].looked_at if code in handed else None,
            gone_on,
        )
        for code, stage in stages.items()
    ]
