"""Notices sent down to the stations (通知): who read them (已读), who answered (回执), and reminding the others."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import members_of, own_organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reports.filing import notices
from jobmatch.reports.filing.models import Circular, CircularReceipt
from jobmatch.reports.filing.policies import can_fill, can_send_circular

KINDS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.JPEG, Kind.PNG})
MOST_TITLE, MOST_WORDS, MOST_ANSWER = 120, 5000, 500
PER_HOUR = 20


def check_may_send(uow: UnitOfWork) -> None:
    """Raise ``NotAllowed``, ``NotFound`` for an actor without an office, ``Limited``."""
    require(can_send_circular(uow.actor))
    own_organization(uow.session, uow.actor)
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "circular.send", PER_HOUR)


def send_circular(
    uow: UnitOfWork,
    *,
    title: str,
    words: str,
    asks_answer: bool = False,
    due_on: date | None = None,
    only_direct: bool = False,
    upload: Upload | None = None,
) -> Circular:
    """Send a notice to the stations below the actor's own: to all of them, or to those directly below.

    Sent twice within half a day it is one notice. Raises ``Invalid`` with every finding, also where there is no
    station below.
    """
    check_may_send(uow)
    office = own_organization(uow.session, uow.actor)
    found = Findings()
    heading, text = clean_line(title), clean_text(words)
    found.check(bool(heading) and len(heading) <= MOST_TITLE, "title", _("请写标题，最多 %(n)s 个字", n=MOST_TITLE))
    found.check(bool(text) and len(text) <= MOST_WORDS, "words", _("请写内容，最多 %(n)s 个字", n=MOST_WORDS))
    found.check(due_on is None or due_on >= uow.today, "due_on", _("不能早于今天"))
    stations = _stations_below(uow, office, only_direct=only_direct)
    found.check(bool(stations), "title", _("下面没有服务站，不用发通知"))
    found.stop()
    twin = _sent_today(uow, office, heading, text)
    if twin is not None:
        return twin
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype) if upload else None
    circular = Circular(
        region_path=office.region_path,
        title=heading,
        words=text,
        asks_answer=asks_answer,
        due_on=due_on,
        file_id=file.id if file else None,
        sent_at=uow.now,
        sent_by_id=uow.actor.user_id,
    )
    uow.session.add(circular)
    uow.session.flush()
    uow.session.add_all(CircularReceipt(circular_id=circular.id, station_id=one.id) for one in stations)
    uow.session.flush()
    for station in stations:
        _tell(uow, circular, station.id, "sent")
    uow.audit("circular.send", circular, stations=len(stations))
    return circular


def _sent_today(uow: UnitOfWork, office: Organization, title: str, words: str) -> Circular | None:
    """The same notice of the same office of today, which a second press sends no second time."""
    # Two presses at once wait for each other here.
    uow.session.scalar(select(Organization.id).where(Organization.id == office.id).with_for_update())
    query = select(Circular).where(
        Circular.region_path == office.region_path,
        Circular.title == title,
        Circular.words == words,
        Circular.sent_at > uow.now - timedelta(hours=12),
    )
    return uow.session.scalars(query.order_by(Circular.id.desc()).limit(1)).first()


def _stations_below(uow: UnitOfWork, office: Organization, *, only_direct: bool) -> list[Organization]:
    below = Organization.region_path.startswith(office.region_path, autoescape=True)
    query = select(Organization).where(
        Organization.kind == OrganizationKind.STATION,
        Organization.state == OrganizationState.ACTIVE,
        Organization.id != office.id,
        Organization.parent_id == office.id if only_direct else below,
    )
    return list(uow.session.scalars(query.order_by(Organization.region_path, Organization.id)))


def _tell(uow: UnitOfWork, circular: Circular, station_id: int, stage: str) -> int:
    told = 0
    title, body = notices.circular(circular, is_again=stage != "sent")
    for user in members_of(uow.session, station_id):
        sent = send(
            uow,
            user,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=f"/staff/circulars/{circular.public_id}",
            once=f"circular:{circular.public_id}:{stage}",
        )
        told += sent is not None
    return told


def _receipt(uow: UnitOfWork, circular: Circular) -> CircularReceipt:
    """The line of the actor's own station. Raises ``NotFound`` where it was not sent to it."""
    require(can_fill(uow.actor, uow.actor.region_path))
    query = select(CircularReceipt).where(
        CircularReceipt.circular_id == circular.id, CircularReceipt.station_id == uow.actor.organization_id
    )
    found = uow.session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    return found


def mark_read(uow: UnitOfWork, circular: Circular) -> CircularReceipt:
    """The station has read it; pressing again changes nothing."""
    receipt = _receipt(uow, circular)
    if receipt.read_at is None:
        receipt.read_at, receipt.read_by_id = uow.now, uow.actor.user_id
        uow.session.flush()
        uow.audit("circular.read", circular)
    return receipt


def answer_circular(uow: UnitOfWork, circular: Circular, *, words: str) -> CircularReceipt:
    """The station's answer (回执), which also says that it was read; a later one replaces it. Raises ``Invalid``."""
    if not circular.asks_answer:
        raise Conflict(_("这份通知不用回执"))
    receipt, text = _receipt(uow, circular), clean_text(words)
    found = Findings()
    found.check(0 < len(text) <= MOST_ANSWER, "answer", _("请写回执，最多 %(n)s 个字", n=MOST_ANSWER))
    found.stop()
    receipt.read_at, receipt.read_by_id = receipt.read_at or uow.now, receipt.read_by_id or uow.actor.user_id
    receipt.answer, receipt.answered_at, receipt.answered_by_id = text, uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("circular.answer", circular)
    return receipt


def remind_circular(uow: UnitOfWork, circular: Circular) -> int:
    """Tell every station that has not read it, or owes an answer, once a day; returns how many stations that are."""
    require(can_send_circular(uow.actor) and uow.actor.reaches(circular.region_path))
    open_ones = CircularReceipt.answered_at.is_(None) if circular.asks_answer else CircularReceipt.read_at.is_(None)
    query = select(CircularReceipt.station_id).where(CircularReceipt.circular_id == circular.id, open_ones)
    ids = uow.session.scalars(query.order_by(CircularReceipt.id)).all()
    for station_id in ids:
        _tell(uow, circular, station_id, f"again:{uow.today}")
    uow.audit("circular.remind", circular, stations=len(ids))
    return len(ids)


def read_attachment(uow: UnitOfWork, circular: Circular) -> tuple[str, bytes]:
    """Name and content of the file. Raises ``NotFound``."""
    file = uow.session.get(StoredFile, circular.file_id) if circular.file_id else None
    if file is None:
        raise NotFound
    return file.name, read_file(uow, file)
