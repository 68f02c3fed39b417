"""Paper sign-in sheets, keyed in afterwards: every signature is one check-in, and never a second one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from jobmatch.accounts.names import clean_name
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.services.checking_in import (
    CODE,
    PHONE,
    Scan,
    WalkIn,
    check_in,
    first_words,
    plain_text,
    way_on,
)
from jobmatch.fairs.day.services.sheets import Keyed, LineResult, key_lines, saved_count
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind
from jobmatch.fairs.visitors.tickets import PREFIX

EARLY = timedelta(hours=2)
"""People sign before the doors are declared open; what is earlier than this was mistyped."""
CLOCK = re.compile(r"(\d{1,2})[:.点时]?(\d{2})分?")


@dataclass(frozen=True, slots=True)
class SignLine:
    """One line as it was keyed.

    ``who``: the number of the registration, a phone or a name; a name needs ``proof``, the phone or the last four of
    identity number or phone. ``at``: the time on the sheet, empty: that of the line above. ``kind``: of somebody new.
    ``is_other``: whoever keys it says that this is not the one of the same name who is registered.
    """

    who: str
    proof: str = ""
    at: str = ""
    kind: VisitorKind = VisitorKind.VETERAN
    is_other: bool = False


def key_sign_ins(uow: UnitOfWork, fair: JobFair, lines: Sequence[SignLine], *, sheet: str = "") -> list[Keyed]:
    """Enter a sign-in sheet (``sheet``: what it is called); each line is answered for itself.

    Whoever was checked in already, by whatever way, is told with where and when, and counts once.
    Raises ``Invalid`` for a fair that has not begun.
    """
    last = fair.opens_at

    def key(line: SignLine) -> tuple[LineResult, str]:
        nonlocal last
        last = _moment(fair, line.at, uow.now) if line.at.strip() else last
        answer = check_in(uow, fair, _scan(uow, fair, line, min(last, uow.now), sheet))
        if answer.result is ScanResult.OK:
            return LineResult.SAVED, _("%(name)s，第 %(n)s 位", name=answer.name, n=answer.number)
        if answer.result is ScanResult.REPEATED:
            how = answer.way.label if answer.way else ""
            return LineResult.DUPLICATE, _("；").join([answer.name, first_words(answer), how])
        raise Invalid(answer.words or way_on(answer))

    found = key_lines(uow, fair, lines, key)
    uow.audit("check_in.sheet", fair, saved=saved_count(found), lines=len(found))
    return found


def _moment(fair: JobFair, text: str, now: datetime) -> datetime:
    """The time of a line on the day of the fair. Raises ``Invalid`` for what is none, or lies outside the fair."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    match = CLOCK.fullmatch(plain)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise Invalid(fields={"at": _("时间写成 9:35 或者 0935")})
    day = fair.opens_at.astimezone(SHANGHAI)
    at = day.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    first = min(fair.opens_at, fair.opened_at or fair.opens_at) - EARLY
    last = min(now, max(fair.closes_at, fair.closed_at or fair.closes_at))
    if not first <= at <= last:
        words = _("这个时间不在招聘会里：%(from)s 到 %(to)s", **{"from": _clock(first + EARLY), "to": _clock(last)})
        raise Invalid(fields={"at": words})
    return at


def _clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%H:%M")


def _scan(uow: UnitOfWork, fair: JobFair, line: SignLine, at: datetime, sheet: str) -> Scan:
    """The line as a scan of the desk: of a ticket, a number or a phone as they are, of a name after looking it up."""
    who, way, desk = plain_text(line.who), CheckInWay.SHEET, sheet.strip() or _("纸质签到表")
    if who.upper().startswith(PREFIX) or CODE.fullmatch(who) or (PHONE.fullmatch(who) and not line.proof.strip()):
        return Scan(text=who, way=way, desk=desk, scanned_at=at)
    if who.isdecimal():
        raise Invalid(fields={"who": _("入场码是 8 位数字；只有手机号的，先写姓名，手机号写在后一格")})
    name, proof = clean_name(line.who), plain_text(line.proof).upper()
    if not (PHONE.fullmatch(proof) or re.fullmatch(r"\d{3}[\dX]", proof)):
        raise Invalid(fields={"proof": _("写姓名的，后一格要填手机号，或者身份证、手机号的后四位")})
    found = _registered(uow, fair, name, proof, is_other=line.is_other)
    if found is None:
        phone, tail = (proof, "") if len(proof) > 4 else ("", proof)
        return Scan(walk_in=WalkIn(name, phone, tail, line.kind), way=way, desk=desk, scanned_at=at)
    if found.state is RegistrationState.CANCELED:
        again = WalkIn(found.name, found.phone or "", found.id_tail or "", found.kind)
        return Scan(walk_in=again, way=way, desk=desk, scanned_at=at)
    return Scan(text=found.code, way=way, desk=desk, scanned_at=at)


def _registered(uow: UnitOfWork, fair: JobFair, name: str, proof: str, *, is_other: bool) -> FairRegistration | None:
    """Whose line it is among the registered; None for somebody new. Raises ``Invalid`` where nobody could tell."""
    same_name = uow.session.scalars(
        select(FairRegistration).where(FairRegistration.fair_id == fair.id, FairRegistration.name == name)
    ).all()
    if len(proof) > 4:
        blind = FairRegistration.phone.fingerprint(proof)
        mine = select(FairRegistration).where(
            FairRegistration.fair_id == fair.id, FairRegistration.phone_blind == blind
        )
        holder = uow.session.scalars(mine).one_or_none()
        if holder is not None and holder.name != name:
            raise Invalid(
                fields={"proof": _("这个手机号报名的是另一个姓名，是同一个人就填编号，不是就改填身份证后四位")}
            )
        matching = [holder] if holder is not None else []
    else:
        matching = [row for row in same_name if proof in {row.id_tail, (row.phone or "")[-4:]}]
    if len(matching) == 1:
        return matching[0]
    if len(matching) > 1:
        raise Invalid(fields={"who": _("有 %(n)s 个同名、后四位也相同的，请填入场码", n=len(matching))})
    if same_name and not is_other:
        codes = _("、").join(row.code for row in same_name[:3])
        words = _("有同名的人报过名，编号 %(codes)s：是这个人就填编号，不是就勾“另一个人”再录", codes=codes)
        raise Invalid(fields={"who": words})
    return None
