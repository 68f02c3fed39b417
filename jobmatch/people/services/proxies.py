"""Acting in a person's place: what they agreed to is written down before anything is done, and can be ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial

from jobmatch.accounts.models import User
from jobmatch.core.errors import NotFound, require
from jobmatch.core.files import store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people import notices
from jobmatch.people.models.consents import ProxyConsent
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_act_for_person, can_edit_person
from jobmatch.people.services.common import EARLIEST, Findings, clean_line, keep_secrets_out, tell_person
from jobmatch.people.states import OFFERED_SCOPES, ClaimState, ProxyWay
from jobmatch.reference.queries import rule_value

PAPER_KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG)


def record_consent(
    uow: UnitOfWork,
    person: Person,
    *,
    scopes: Collection[str],
    way: str | None,
    given_on: date | None,
    valid_until: date | None,
    note: str = "",
    paper: Upload | None = None,
    accept_masked: bool = False,
) -> list[ProxyConsent]:
    """Write down that the person lets the acting clerk do ``scopes``; one row for each.

    A paper or a recording needs its scan (``paper``) or a note that says where it is kept.
    Whoever has never used their account claims the file when they come. Raises ``Invalid``.
    """
    require(can_act_for_person(uow.actor, person))
    found = Findings()
    _check_consent(uow, found, scopes, way, given_on, valid_until)
    texts = keep_secrets_out(found, {"note": clean_line(note)[:200]}, accept_masked=accept_masked)
    if way in (ProxyWay.PAPER, ProxyWay.VOICE):
        found.check(bool(paper or texts["note"]), "note", _("请上传同意书，或者写明原件放在哪里"))
    found.stop()
    stored = store_file(uow, paper.content, name=paper.name, mimetype=paper.kind.mimetype) if paper else None
    rows = [
        ProxyConsent(
            person_id=person.id,
            clerk_id=uow.actor.user_id,
            station_id=uow.actor.organization_id,
            scope=scope,
            way=ProxyWay(str(way)),
            given_on=given_on,
            valid_until=valid_until,
            file_id=stored.id if stored else None,
            note=texts["note"],
            created_at=uow.now,
        )
        for scope in OFFERED_SCOPES
        if scope in scopes
    ]
    uow.session.add_all(rows)
    _let_claim(uow, person)
    uow.session.flush()
    uow.audit("proxy.given", person, scopes=",".join(row.scope.value for row in rows), way=str(way))
    tell_person(
        uow,
        person,
        partial(notices.proxy_given, uow.actor.label),
        link="/me/proxies",
        once=f"proxy:{rows[0].public_id}",
    )
    return rows


def _check_consent(
    uow: UnitOfWork,
    found: Findings,
    scopes: Collection[str],
    way: str | None,
    given_on: date | None,
    valid_until: date | None,
) -> None:
    found.check(bool(scopes) and set(scopes) <= set(OFFERED_SCOPES), "scopes", _("请选代办哪些事"))
    found.check(way in set(ProxyWay), "way", _("请选本人是怎么同意的"))
    months = int(rule_value(uow.session, "proxy_consent_months", uow.today))
    if given_on is None or not EARLIEST <= given_on <= uow.today:
        found.add("given_on", _("请填写同意的日期，不能晚于今天"))
    if valid_until is None or valid_until < uow.today:
        found.add("valid_until", _("请填写到哪一天为止，不能早于今天"))
    elif given_on and (valid_until - given_on).days > months * 31:
        found.add("valid_until", _("同意最长 %(n)s 个月，到期可以再签", n=months))


def _let_claim(uow: UnitOfWork, person: Person) -> None:
    """A file that others fill in belongs to whoever shows that it is theirs, the first time they come."""
    user = uow.session.get(User, person.user_id) if person.user_id else None
    if user is not None and user.last_sign_in_at is None and person.id_number_blind is not None:
        person.claim_state = ClaimState.DUE


def end_consent(uow: UnitOfWork, person: Person, consent: ProxyConsent) -> ProxyConsent:
    """The person, or staff at their word, end a consent at once; twice changes nothing."""
    require(can_edit_person(uow.actor, person))
    if consent.person_id != person.id:
        raise NotFound
    if consent.revoked_at is None:
        consent.revoked_at = uow.now
        uow.session.flush()
        uow.audit("proxy.ended", person, scope=consent.scope.value)
    return consent
