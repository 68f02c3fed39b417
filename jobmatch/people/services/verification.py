"""Who somebody is: confirmed by staff on a paper that was seen, kept as a history, and open to appeal."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people import notices
from jobmatch.people.models.consents import Verification, VerificationAppeal
from jobmatch.people.models.person import (
    Person,
    PersonCertificate,
    PersonKind,
    PersonLicence,
    PersonSkill,
)
from jobmatch.people.policies import can_appeal_verification, can_decide_appeal, can_verify_person
from jobmatch.people.queries.verification import last_refusal
from jobmatch.people.services.common import (
    EARLIEST,
    Findings,
    clean_line,
    clean_tail,
    clean_text,
    keep_secrets_out,
    note_verification,
    tell_person,
    touch,
)
from jobmatch.people.states import AppealState, PaperKind, VerificationAct, VerificationState
from jobmatch.reference.queries import rule_value

BATCH = 500


def verify_person(
    uow: UnitOfWork,
    person: Person,
    *,
    approved: bool,
    note: str = "",
    seen: Collection[str] = (),
    paper: str | None = None,
    tail: str = "",
    seen_on: date | None = None,
) -> Person:
    """Staff's decision on who somebody is: confirmed on a paper that was seen, or more is needed (``note`` says what).

    ``paper`` is a ``PaperKind`` (``OTHER`` where none is named) and ``tail`` the last four of its number. ``seen``
    names rows of the file that papers prove: ``kind:TYJR``, ``licence:B2``, ``certificate:CE001``, ``skill:SK002``.
    Raises ``Invalid``.
    """
    require(can_verify_person(uow.actor, person))
    found = Findings()
    note = clean_line(note)
    found.check(approved or bool(note), "note", _("请写明还差什么，本人会看到这句话"))
    found.check(len(note) <= 200, "note", _("最多写 200 个字"))
    found.check(paper in (None, *PaperKind), "paper", _("请从列表里选一项"))
    found.check(seen_on is None or EARLIEST <= seen_on <= uow.today, "seen_on", _("看到证件的日期不能晚于今天"))
    last_four = clean_tail(found, "tail", tail)
    kept = keep_secrets_out(found, {"note": note}, accept_masked=False)
    found.stop()
    kind = PaperKind(paper) if paper else PaperKind.OTHER
    until = paper_valid_until(uow, kind, seen_on or uow.today) if approved else None
    note_verification(
        uow,
        person,
        VerificationAct.APPROVED if approved else VerificationAct.REFUSED,
        paper=kind if approved or paper else None,
        tail=last_four,
        seen_on=(seen_on or uow.today) if approved else seen_on,
        expires_on=until,
        note=kept["note"],
    )
    person.verification = VerificationState.VERIFIED if approved else VerificationState.REFUSED
    person.verified_at, person.verified_by_id, person.verified_until = uow.now, uow.actor.user_id, until
    person.verification_note, person.verification_since = kept["note"], uow.now
    if approved and kind is PaperKind.PREFERENTIAL_CARD and last_four:
        person.card_tail = last_four
    _mark_seen(uow, person, set(seen))
    touch(uow, person, "kinds", "licences", "certificates", "skills")
    uow.audit("person.verify", person, result="done" if approved else "refused", paper=kind.value)
    words = notices.verified if approved else partial(notices.more_needed, note)
    tell_person(uow, person, words, link="/me/verification", once=f"verify:{uow.now.isoformat()}")
    return person


def paper_valid_until(uow: UnitOfWork, paper: PaperKind, seen_on: date) -> date | None:
    """The last day on which a paper seen on a day proves anything; None for papers that last."""
    months = rule_value(uow.session, "verification_valid_months", uow.today).get(paper.value)
    if not months:
        return None
    year, month = divmod(seen_on.month - 1 + int(months), 12)
    return date(seen_on.year + year, month + 1, min(seen_on.day, 28))


def _mark_seen(uow: UnitOfWork, person: Person, seen: set[str]) -> None:
    for kind in uow.session.scalars(select(PersonKind).where(PersonKind.person_id == person.id)):
        if f"kind:{kind.kind_code}" in seen:
            kind.verified_at = uow.now
    papers: tuple[tuple[Any, str, str], ...] = (
        (PersonLicence, "licence", "licence_code"),
        (PersonCertificate, "certificate", "certificate_code"),
        (PersonSkill, "skill", "skill_code"),
    )
    for model, name, column in papers:
        for row in uow.session.scalars(select(model).where(model.person_id == person.id)):
            row.is_verified = row.is_verified or f"{name}:{getattr(row, column)}" in seen


def expire_verifications(uow: UnitOfWork) -> int:
    """Put people whose papers ran out back into the queue, with a line in their history; returns how many."""
    require(uow.actor.is_system)
    due = uow.session.scalars(
        select(Person)
        .where(
            Person.verification == VerificationState.VERIFIED,
            Person.verified_until < uow.today,
            Person.erased_at.is_(None),
        )
        .limit(BATCH)
    ).all()
    for person in due:
        note_verification(uow, person, VerificationAct.EXPIRED, expires_on=person.verified_until)
        _reopen(uow, person)
        tell_person(uow, person, notices.verification_expired, link="/me/verification", once=f"expire:{uow.today}")
    uow.audit_each("verification.expire", due)
    return len(due)


def _reopen(uow: UnitOfWork, person: Person) -> None:
    person.verification, person.verification_since = VerificationState.UNVERIFIED, uow.now
    person.verified_at = person.verified_by_id = person.verified_until = None
    person.verification_note = ""
    touch(uow, person)


# ---------- appeal ----------


def appeal_verification(
    uow: UnitOfWork, person: Person, *, text: str, accept_masked: bool = False
) -> VerificationAppeal:
    """The person's word against a refusal, for the station above the one that refused.

    One appeal is open at a time; sending it again returns that one. Raises ``Invalid``, and ``Conflict`` where nothing
    was refused.
    """
    require(can_appeal_verification(uow.actor, person))
    present = uow.session.scalars(
        select(VerificationAppeal).where(
            VerificationAppeal.person_id == person.id, VerificationAppeal.state == AppealState.OPEN
        )
    ).one_or_none()
    if present is not None:
        return present
    refusal = last_refusal(uow.session, person.id)
    if person.verification is not VerificationState.REFUSED or refusal is None:
        raise Conflict(_("现在没有要申诉的结果"))
    found = Findings()
    words = clean_text(text)
    found.check(10 <= len(words) <= 1000, "text", _("请写 10 到 1000 个字，说说为什么不同意"))
    kept = keep_secrets_out(found, {"text": words}, accept_masked=accept_masked)
    found.stop()
    appeal = VerificationAppeal(
        person_id=person.id,
        verification_id=refusal.id,
        region_path=_parent_path(uow, person),
        text=kept["text"],
        created_at=uow.now,
    )
    uow.session.add(appeal)
    uow.session.flush()
    uow.audit("verification.appeal", person)
    return appeal


def _parent_path(uow: UnitOfWork, person: Person) -> str:
    """The subtree of the station above the person's; of the topmost it is their own, where a colleague decides."""
    station = uow.session.get(Organization, person.station_id) if person.station_id else None
    parent = uow.session.get(Organization, station.parent_id) if station and station.parent_id else None
    return parent.region_path if parent else person.region_path


def decide_appeal(
    uow: UnitOfWork, appeal: VerificationAppeal, *, upheld: bool, reason: str, version: int | None = None
) -> VerificationAppeal:
    """The decision of the station above, with its reason; upheld, the person is verified anew.

    Nobody decides on their own refusal or on their own file. Raises ``Invalid`` without a reason, ``Conflict`` where
    it was decided.
    """
    refusal = uow.session.get_one(Verification, appeal.verification_id)
    person = uow.session.get_one(Person, appeal.person_id)
    require(can_decide_appeal(uow.actor, appeal, refusal, person))
    if appeal.state is not AppealState.OPEN or (version is not None and version != appeal.version):
        raise Conflict
    words = clean_line(reason)
    if not 4 <= len(words) <= 200:
        raise Invalid(fields={"reason": _("请写明理由，4 到 200 个字，本人会看到")})
    appeal.state = AppealState.UPHELD if upheld else AppealState.DISMISSED
    appeal.reason, appeal.decided_by_id, appeal.decided_at = words, uow.actor.user_id, uow.now
    uow.session.flush()
    if upheld and person.verification is VerificationState.REFUSED:
        waited_since = appeal.created_at
        note_verification(uow, person, VerificationAct.REOPENED, note=words)
        _reopen(uow, person)
        person.verification_since = waited_since
    uow.audit("verification.decide", person, result="done" if upheld else "refused")
    tell_person(
        uow,
        person,
        partial(notices.appeal_decided, upheld, words),
        link="/me/verification",
        once=f"appeal:{appeal.public_id}",
    )
    return appeal
