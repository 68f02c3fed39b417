"""Consents to act in a person's place: who may, and what was done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization, User
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.errors import NotFound
from jobmatch.core.files import StoredFile
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import ProxyConsent
from jobmatch.people.models.person import Person
from jobmatch.people.states import ProxyScope


@dataclass(frozen=True, slots=True)
class ProxyLine:
    """A consent with the names of the clerk and the station, whether it still holds, and when it was last used."""

    consent: ProxyConsent
    clerk: str
    station: str
    is_live: bool
    used_at: datetime | None

    @property
    def words(self) -> str:
        """由 李明（服务站）代填，2026 年 11 月 20 日，纸质同意书."""
        told = {
            ProxyScope.FILE: _("由 %(clerk)s（%(station)s）代填，%(day)s，%(way)s"),
            ProxyScope.APPLY: _("由 %(clerk)s（%(station)s）代投，%(day)s，%(way)s"),
            ProxyScope.TRAINING: _("由 %(clerk)s（%(station)s）代报培训，%(day)s，%(way)s"),
            ProxyScope.DESK: _("由 %(clerk)s（%(station)s）代办，%(day)s，%(way)s"),
        }[self.consent.scope]
        return told % {
            "clerk": self.clerk,
            "station": self.station,
            "day": day_words(self.consent.given_on),
            "way": self.consent.way.label,
        }


def live_consent(session: Session, person_id: int, clerk_id: int, scope: ProxyScope, day: date) -> ProxyConsent | None:
    """The consent on which a clerk may act for a person on ``day``, the one that holds longest."""
    return session.scalars(
        select(ProxyConsent)
        .where(
            ProxyConsent.person_id == person_id,
            ProxyConsent.clerk_id == clerk_id,
            ProxyConsent.scope == scope,
            ProxyConsent.revoked_at.is_(None),
            ProxyConsent.given_on <= day,
            ProxyConsent.valid_until >= day,
        )
        .order_by(ProxyConsent.valid_until.desc(), ProxyConsent.id.desc())
        .limit(1)
    ).first()


def has_proxy_consent(session: Session, person: Person, actor: Actor, scope: ProxyScope) -> bool:
    """Whether the person lets this member of staff do ``scope`` in their place today."""
    if actor.user_id is None or actor.user_id == person.user_id:
        return False
    return live_consent(session, person.id, actor.user_id, scope, local_day(utcnow())) is not None


def proxy_lines(session: Session, person: Person, day: date) -> list[ProxyLine]:
    """All consents of a person, the newest first, with what came of them: a fixed number of statements."""
    rows = session.execute(
        select(ProxyConsent, User.name, Organization.name)
        .join(User, User.id == ProxyConsent.clerk_id)
        .outerjoin(Organization, Organization.id == ProxyConsent.station_id)
        .where(ProxyConsent.person_id == person.id)
        .order_by(ProxyConsent.created_at.desc(), ProxyConsent.id.desc())
    ).all()
    used = _last_uses(session, person) if rows else {}
    return [
        ProxyLine(
            consent,
            clerk,
            station or "",
            consent.revoked_at is None and consent.valid_until >= day,
            used.get(consent.public_id),
        )
        for consent, clerk, station in rows
    ]


def _last_uses(session: Session, person: Person) -> dict[str, datetime]:
    """When each consent was last acted on, by its public id."""
    entries: Sequence[AuditEntry] = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_type == "person", AuditEntry.object_id == person.public_id)
        .order_by(AuditEntry.id.desc())
        .limit(500)
    ).all()
    found: dict[str, datetime] = {}
    for entry in entries:
        if name := entry.detail.get("on_behalf"):
            found.setdefault(str(name), entry.at)
    return found


def proxy_line(session: Session, person: Person, public_id: str, day: date) -> ProxyLine:
    """One consent of a person. Raises ``NotFound``."""
    for line in proxy_lines(session, person, day):
        if line.consent.public_id == public_id:
            return line
    raise NotFound


def paper_of(session: Session, person: Person, public_id: str) -> StoredFile | None:
    """The scan that belongs to a consent of the person; None where only a note was left."""
    row = session.scalars(
        select(ProxyConsent).where(ProxyConsent.public_id == public_id, ProxyConsent.person_id == person.id)
    ).one_or_none()
    return session.get(StoredFile, row.file_id) if row and row.file_id else None


def receipt_data(uow: UnitOfWork, person: Person, public_id: str) -> dict[str, Any]:
    """What the printed receipt of a consent says. Raises ``NotFound``."""
    line = proxy_line(uow.session, person, public_id, uow.today)
    consent = line.consent
    return {
        "title": _("代办回执"),
        "number": consent.public_id.upper(),
        "lines": [
            (_("本人"), person.name),
            (_("代办人"), line.clerk),
            (_("服务站"), line.station),
            (_("同意代办"), consent.scope.label),
            (_("怎么同意的"), consent.way.label),
            (_("同意的日期"), day_words(consent.given_on)),
            (_("到哪一天为止"), day_words(consent.valid_until)),
            (_("说明"), consent.note or "—"),
            (_("现在"), _("有效") if line.is_live else _("已停止或到期")),
        ],
        "words": _("本人随时可以停止：在手机上打开“我的 · 谁替我办过”，或者告诉服务站。代办不收任何费用。"),
        "signs": [_("本人签字"), _("代办人签字")],
    }
