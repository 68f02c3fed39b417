"""Brakes that all processes share: per account, per address, and on the whole site (security.md G13)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, select

from jobmatch.accounts.models import Attempt
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import Limited, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 10
ADDRESS_LIMIT = 30
SITE_LIMIT = 300
CODES_PER_PHONE = 5
CODES_PER_ADDRESS = 60


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A browser that signed in before: its own random name and the accounts it was used for.

    It has a brake of its own instead of the account's, so that nobody can lock the owner out from elsewhere.
    """

    name: str
    users: frozenset[str]


def _key(kind: str, value: str) -> bytes:
    return keyring().fingerprint(f"{kind}|{value}", purpose="attempt")


def network_of(address: str) -> str:
    """One household or hall: the address itself, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address


def _count(uow: UnitOfWork, key: bytes) -> int:
    query = select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > uow.now - WINDOW)
    return uow.session.scalar(query) or 0


def _queue_up(uow: UnitOfWork, keys: Iterable[bytes]) -> None:
    """Let tries on the same key in one by one until each is committed; SQLite's writing units do that anyway."""
    if uow.session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):
            number = int.from_bytes(key[:8], "big", signed=True)
            uow.session.execute(select(func.pg_advisory_xact_lock(number)))


def _take(uow: UnitOfWork, limits: dict[bytes, int]) -> list[int]:
    _queue_up(uow, limits)
    for key, limit in limits.items():
        if _count(uow, key) >= limit:
            raise Limited(_("试的次数太多了，请过 15 分钟再试，或者打服务站电话"), retry_after=900)
    rows = [Attempt(key=key, at=uow.now) for key in limits]
    uow.session.add_all(rows)
    uow.session.flush()
    return [row.id for row in rows]


def reserve(uow: UnitOfWork, account: str, *, user_id: str = "", device: KnownDevice | None = None) -> list[int]:
    """Count one try before its outcome is known, so that tries sent at once are all counted.

    ``account`` is what was typed; ``user_id`` the public id behind it, if any. Returns what ``release`` takes back
    after a right answer. Raises ``Limited``.
    """
    limits = {_key("address", network_of(uow.actor.ip)): ADDRESS_LIMIT}
    if device is not None and user_id and user_id in device.users:
        limits[_key("device", f"{device.name}|{user_id}")] = ACCOUNT_LIMIT
    else:
        limits[_key("account", account)] = ACCOUNT_LIMIT
        limits[_key("site", "")] = SITE_LIMIT
    return _take(uow, limits)


def release(uow: UnitOfWork, attempts: list[int]) -> None:
    """Forget a counted try: its answer was right."""
    uow.session.execute(delete(Attempt).where(Attempt.id.in_(attempts)))


def brake_unknown_link(uow: UnitOfWork, token: str, look: Callable[[], object]) -> None:
    """Count a press on a link that ``look`` does not find (``NotFound``), so that guessing is braked.

    A link that opens is no guess, whatever comes of the press: it counts nothing, and nobody else's tries stop it.
    Raises ``Limited``.
    """
    try:
        look()
    except NotFound:
        reserve(uow, f"link|{token[:80]}")


_COUNTS = (
    select(Attempt.key, func.count())
    .where(Attempt.key.in_(bindparam("keys", expanding=True)), Attempt.at > bindparam("since"))
    .group_by(Attempt.key)
)
_TRY = insert(Attempt)


def brake(uow: UnitOfWork, limits: dict[str, int], *, peek: dict[str, int] | None = None) -> None:
    """Count one act under each of the names (``kind|value``); ``peek`` is looked at and not counted.

    Raises ``Limited`` where a name has had its share of the window.
    """
    counted = {_key(*name.split("|", 1)): limit for name, limit in limits.items()}
    wanted = counted | {_key(*name.split("|", 1)): limit for name, limit in (peek or {}).items()}
    _queue_up(uow, counted)
    for key, count in uow.session.execute(_COUNTS, {"keys": list(wanted), "since": uow.now - WINDOW}):
        if count >= wanted[key]:
            raise Limited(_("试的次数太多了，请过 15 分钟再试，或者打服务站电话"), retry_after=900)
    uow.session.connection().execute(_TRY, [{"key": key, "at": uow.now} for key in counted])


def count_try(uow: UnitOfWork, name: str, limit: int) -> list[int]:
    """Count one guess under ``name`` (``kind|value``) before it is looked up; ``release`` takes back a right one.

    In a unit of its own, since the answer to a wrong guess rolls the request's back. Raises ``Limited``.
    """
    return _take(uow, {_key(*name.split("|", 1)): limit})


def count_code_request(uow: UnitOfWork, phone: str) -> None:
    """Count one request for a code. Raises ``Limited`` where a phone or an address asks too often."""
    limits = {_key("code-address", network_of(uow.actor.ip)): CODES_PER_ADDRESS}
    _take(uow, limits | {_key("code-phone", phone): CODES_PER_PHONE})


def forget_attempts(uow: UnitOfWork, account: str) -> None:
    """Take the brake off an account."""
    uow.session.execute(delete(Attempt).where(Attempt.key == _key("account", account)))


def drop_old_attempts(uow: UnitOfWork) -> int:
    """Delete tries that no brake looks at any more; returns how many."""
    return uow.session.execute(delete(Attempt).where(Attempt.at <= uow.now - WINDOW)).rowcount  # type: ignore[attr-defined]
