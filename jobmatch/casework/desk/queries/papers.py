"""Which papers a request needs, which are there, and which are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.casework.desk.models import RequestPaper, ServiceItem, ServiceRequest
from jobmatch.casework.desk.queries.requests import papers_of
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper by its ``name`` (empty: whatever is not listed), with what was given for it."""

    name: str
    files: list[RequestPaper]
    seen: RequestPaper | None

    @property
    def label(self) -> str:
        return self.name or _("其他材料")

    @property
    def is_missing(self) -> bool:
        """Whether a listed paper is neither there as a file nor was seen."""
        return bool(self.name) and not self.files and self.seen is None


def given_papers(uow: UnitOfWork, request: ServiceRequest) -> Sequence[RequestPaper]:
    """Everything that was given for a request, the oldest first, with the files."""
    query = select(RequestPaper).options(joinedload(RequestPaper.file)).where(RequestPaper.request_id == request.id)
    return uow.session.scalars(query.order_by(RequestPaper.id)).all()


def paper_names(uow: UnitOfWork, request: ServiceRequest, item: ServiceItem) -> list[str]:
    """Names under which something can be given: those of the item, those used before it was changed, and none."""
    used = [row.name for row in given_papers(uow, request)]
    return list(dict.fromkeys([*papers_of(item), *(name for name in used if name), ""]))


def paper_lines(uow: UnitOfWork, request: ServiceRequest, item: ServiceItem) -> list[PaperLine]:
    """The papers of a request in the order of the item; nothing for a matter that is only passed on."""
    if item.is_record_only:
        return []
    given = given_papers(uow, request)
    return [
        PaperLine(
            name,
            [row for row in given if row.name == name and row.file_id],
            next((row for row in given if row.name == name and row.seen_on), None),
        )
        for name in paper_names(uow, request, item)
    ]


def find_paper(uow: UnitOfWork, request: ServiceRequest, public_id: str) -> RequestPaper:
    """One paper of the request. Raises ``NotFound``."""
    row = next((row for row in given_papers(uow, request) if row.public_id == public_id), None)
    if row is None:
        raise NotFound
    return row
