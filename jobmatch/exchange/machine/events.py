"""What webhooks are told: an event names a thing by its id and its place, and says nothing else about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, literal, select

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.exchange.models import Webhook, WebhookCall
from jobmatch.fairs.planning.models import JobFair
from recruiters.postings.models import Posting
from training.courses.classes.models import CourseSession

LOOK_BACK = timedelta(days=2)
"""How long after it happened an event is still found, should the worker have been away."""
MOST = 500
"""New calls of one run; the next run, a minute later, finds the others."""


class EventKind(LabelledEnum):
    """What a webhook may be told about."""

    POSTING = "posting.published", N_("岗位发布")
    FAIR = "fair.published", N_("招聘会公布")
    CLASS = "class.opened", N_("班次开班")
    SUBMISSION = "submission.accepted", N_("报表通过")


_STAMPS: dict[EventKind, tuple[Any, Any]] = {
    EventKind.POSTING: (Posting, Posting.published_at),
    EventKind.FAIR: (JobFair, JobFair.published_at),
    EventKind.CLASS: (CourseSession, CourseSession.started_at),
}
"""Rows and stamps of rooms below, which are looked through; rooms beside this one tell by ``record_event``."""


def _happened(kind: EventKind, path: str, since: datetime) -> Select[*tuple[Any, ...]]:
    model, stamp = _STAMPS[kind]
    query = select(model.public_id, model.region_path, stamp).where(
        model.region_path.startswith(path, autoescape=True), stamp > since
    )
    if model is Posting:
        # What is offered at one fair alone is told to nobody else.
        query = query.where(Posting.only_for == "")
    return visible(query.order_by(stamp, model.id), model.__tablename__)


def gather_events(uow: UnitOfWork) -> int:
    """Write a call for everything new that a live webhook listens to, once each; returns how many.

    What happened is found by its stamp, so a worker that was away for less than ``LOOK_BACK`` misses nothing."""
    made = 0
    for hook in uow.session.scalars(select(Webhook).where(Webhook.is_active).order_by(Webhook.id)).all():
        since = max(hook.created_at, uow.now - LOOK_BACK)
        known_calls = select(WebhookCall.event, WebhookCall.body).where(
            WebhookCall.webhook_id == hook.id, WebhookCall.created_at > since - LOOK_BACK
        )
        known = {(event, body.get("id"), body.get("at")) for event, body in uow.session.execute(known_calls)}
        for kind in (kind for kind in _STAMPS if kind.value in hook.events):
            for public_id, path, at in uow.rows(_happened(kind, hook.region_path, since)):
                if made >= MOST:
                    return made
                if (kind.value, public_id, at.isoformat()) not in known:
                    _call(uow, hook, kind, public_id, path, at)
                    made += 1
    return made


def record_event(uow: UnitOfWork, kind: EventKind, *, public_id: str, region_path: str) -> int:
    """Tell every live webhook of the place that something happened just now; returns how many.

    For hooks of rooms beside this one (``submission.accepted``); the thing is named by its id alone.
    """
    above = literal(region_path).startswith(Webhook.region_path)
    hooks: Sequence[Webhook] = uow.session.scalars(select(Webhook).where(Webhook.is_active, above)).all()
    listening = [hook for hook in hooks if kind.value in hook.events]
    for hook in listening:
        _call(uow, hook, kind, public_id, region_path, uow.now)
    return len(listening)


def _call(uow: UnitOfWork, hook: Webhook, kind: EventKind, public_id: str, path: str, at: datetime) -> None:
    body = {
        "event": kind.value,
        "id": public_id,
        "region_code": path.strip("/").split("/")[-1],
        "at": at.isoformat(),
    }
    call = WebhookCall(webhook_id=hook.id, event=kind.value, body=body, next_at=uow.now, created_at=uow.now)
    uow.session.add(call)
