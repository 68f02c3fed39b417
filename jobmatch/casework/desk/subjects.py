"""What the desk holds about one person: export, erase, and what moves when two files become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from jobmatch.casework.desk.models import Rating, RequestPaper, RequestStep, ServiceRequest
from jobmatch.casework.desk.services.papers import forget_papers
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

REQUEST_COLUMNS = (
    "public_id",
    "item_code",
    "way",
    "state",
    "note",
    "result",
    "proxy_name",
    "consent",
    "door_on",
    "door_place",
    "door_by",
    "asked_at",
    "accepted_at",
    "finished_at",
    "due_on",
)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's requests, their progress and papers, and the answers to the satisfaction question."""
    requests = list(uow.session.scalars(_requests(person_id)))
    ids = {request.id: request.public_id for request in requests}
    steps = uow.session.scalars(select(RequestStep).where(RequestStep.request_id.in_(ids)).order_by(RequestStep.id))
    ratings = uow.session.scalars(select(Rating).where(Rating.person_id == person_id).order_by(Rating.id))
    return {
        "service_request": [{name: getattr(row, name) for name in REQUEST_COLUMNS} for row in requests],
        "service_request_step": [
            {"request": ids[row.request_id], "at": row.at, "action": row.action, "who": row.who, "note": row.note}
            for row in steps
        ],
        "service_request_paper": [
            {
                "request": ids[row.request_id],
                "name": row.name,
                "file": row.file.name if row.file else "",
                "seen_on": row.seen_on,
                "who": row.who,
                "created_at": row.created_at,
            }
            for row in _papers(uow, list(ids))
        ],
        "rating": [
            {
                "about": row.about,
                "title": row.title,
                "asked_at": row.asked_at,
                "level": row.level,
                "answered_at": row.answered_at,
                "proxy_level": row.proxy_level,
            }
            for row in ratings
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Blank every word about the person and delete the papers; states, days and marks stay, as the law wants."""
    requests = list(uow.session.scalars(_requests(person_id)))
    for request in requests:
        request.note = request.result = request.proxy_name = request.door_place = ""
    ids = [request.id for request in requests]
    papers = _papers(uow, ids)
    forget_papers(uow, papers)
    if ids:
        uow.session.execute(update(RequestStep).where(RequestStep.request_id.in_(ids)).values(note=""))
        own = update(RequestStep).where(RequestStep.request_id.in_(ids), RequestStep.action.in_(("ask", "withdraw")))
        uow.session.execute(own.values(who=""))
    uow.session.flush()
    return {"service_request": len(ids), "service_request_paper": len(papers)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Point requests and ratings at the file that stays. Nothing can clash: two open requests for one matter stay two
    lines of the queue, and a clerk withdraws one of them."""
    moved: list[MovedRow] = []
    rows: list[ServiceRequest | Rating] = [*uow.session.scalars(_requests(source_id))]
    rows += uow.session.scalars(select(Rating).where(Rating.person_id == source_id).order_by(Rating.id))
    for row in rows:
        row.person_id = target_id
        moved.append(MovedRow(row.__tablename__, row.id, {"person_id": source_id}))
    uow.session.flush()
    return moved


def _papers(uow: UnitOfWork, request_ids: list[int]) -> list[RequestPaper]:
    query = select(RequestPaper).options(joinedload(RequestPaper.file)).where(RequestPaper.request_id.in_(request_ids))
    return list(uow.session.scalars(query.order_by(RequestPaper.id)))


def _requests(person_id: int) -> Any:
    return select(ServiceRequest).where(ServiceRequest.person_id == person_id).order_by(ServiceRequest.id)
