"""People come in: one check-in for each registration, whoever scanned first, however often and from wherever.

Scans come singly from a desk with a network, or many at once from one that had none; both go the same way, so that
no order of arrival counts anybody twice or loses anybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import AppError, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn, ScanReceipt
from jobmatch.fairs.day.services.readers import Card, is_scanned, plain_text, read_card
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_desks
from jobmatch.fairs.planning.services.numbers import record_next
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.registering import register_walk_in
from jobmatch.fairs.visitors.services.waiting import lock_fair, record_let_in
from jobmatch.fairs.visitors.states import RegistrationState, RegistrationWay, VisitorKind
from jobmatch.fairs.visitors.tickets import PREFIX, read_ticket
from jobmatch.people.models.person import Person

MOST = 200
"""Scans of one batch: a unit of work stays under a second."""
LEEWAY = timedelta(minutes=15)
"""So long before the opening and after the closing a scan made without a network still counts."""
PHONE = re.compile(r"1\d{10}")
CODE = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody without a registration, as typed at the door."""

    name: str
    phone: str = ""
    id_tail: str = ""
    kind: VisitorKind = VisitorKind.VETERAN


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: a ticket's text, a code or a phone in ``text``; a card; name and four digits; or somebody new.

    ``scan_id`` is the device's own number of it; ``scanned_at`` what the device's clock said when it had no network.
    """

    text: str = ""
    name: str = ""
    id_tail: str = ""
    card: Card | None = None
    walk_in: WalkIn | None = None
    way: CheckInWay = CheckInWay.TYPED
    desk: str = ""
    scan_id: str = ""
    scanned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk reads: the result, who it is, the how-manieth, and when, where and how the first scan was.

    ``words`` say what is wrong with a walk-in that could not be taken.
    """

    result: ScanResult
    scan_id: str = ""
    name: str = ""
    registration_id: int | None = None
    number: int = 0
    at: datetime | None = None
    desk: str = ""
    way: CheckInWay | None = None
    words: str = ""


def check_in(uow: UnitOfWork, fair: JobFair, scan: Scan) -> Answer:
    """Check one person in at a desk with a network."""
    return check_in_all(uow, fair, [scan])[0]


def check_in_all(uow: UnitOfWork, fair: JobFair, scans: Sequence[Scan]) -> list[Answer]:
    """Check people in, at most ``MOST`` at once; one answer for each scan, in their order.

    A scan whose number was answered before gets that answer again. Nothing raises for one scan.
    """
    if len(scans) > MOST:
        raise ValueError("too many scans at once")
    require(can_work_desks(uow, fair, is_late=True))
    late = sum(scan.scanned_at is not None and scan.way is not CheckInWay.SHEET for scan in scans)
    if late:
        uow.audit("check_in.sync", fair, scans=len(scans), without_network=late)
    return _Desk(uow, lock_fair(uow, fair.id), scans).answers()


def check_in_self(uow: UnitOfWork, fair: JobFair, text: str) -> Answer:
    """Somebody scanned the poster and shows a ticket or types its code; the answer names nobody.

    A typed code may be anybody's: only to a signed ticket does it say where and when that came, or why it may not.
    An identity number is not asked for here, so it finds nobody either.
    """
    if read_card(text):
        return Answer(ScanResult.UNKNOWN)
    answer = _Desk(uow, lock_fair(uow, fair.id), [Scan(text=text, way=CheckInWay.SELF)]).answers()[0]
    if read_ticket(plain_text(text)) is None:
        if answer.result is ScanResult.REPEATED:
            return Answer(ScanResult.REPEATED)
        if answer.name and answer.result is not ScanResult.OK:
            return Answer(ScanResult.UNKNOWN)
    return replace(answer, name="")


def settled(scan: Scan) -> Scan:
    """The scan as it was meant: a ticket or a card stands in whichever field had the cursor, and is no name there."""
    person = scan.walk_in or WalkIn("")
    fields = (scan.text, scan.name, scan.id_tail, scan.desk, person.name, person.phone, person.id_tail)
    found = next((text for text in fields if is_scanned(text)), None)
    if found is None:
        is_phone = scan.way is CheckInWay.TYPED and PHONE.fullmatch(plain_text(scan.text))
        return replace(scan, way=CheckInWay.PHONE) if is_phone else scan
    card = read_card(found)
    way = CheckInWay.CARD if card else scan.way if found is scan.text else CheckInWay.SCANNER
    return Scan(
        text="" if card else found,
        card=card,
        way=way,
        desk="" if found is scan.desk else scan.desk,
        scan_id=scan.scan_id,
        scanned_at=scan.scanned_at,
    )


def _as_typed(answer: Answer, scan: Scan) -> Answer:
    """Who is registered at the door reads the name that was typed there, never whose phone it is."""
    return replace(answer, name=scan.walk_in.name.strip()) if scan.walk_in and answer.name else answer


class _Desk:
    """One batch: what it needs is read in three statements, whatever its size. The fair is locked."""

    def __init__(self, uow: UnitOfWork, fair: JobFair, scans: Sequence[Scan]) -> None:
        self.uow, self.fair, self.scans = uow, fair, [settled(scan) for scan in scans]
        self.texts = [plain_text(scan.text) for scan in self.scans]
        self.holders = self._holders()
        self.rows = self._registrations()
        self.check_ins = self._known([row.id for row in self.rows])
        numbers = [scan.scan_id for scan in scans if scan.scan_id]
        self.receipts = {
            receipt.scan_id: receipt
            for receipt in uow.session.scalars(
                select(ScanReceipt).where(ScanReceipt.fair_id == fair.id, ScanReceipt.scan_id.in_(numbers))
            )
        }

    def answers(self) -> list[Answer]:
        return [self._answer(scan, text) for scan, text in zip(self.scans, self.texts, strict=True)]

    def _known(self, ids: Sequence[int]) -> dict[int, CheckIn]:
        query = select(CheckIn).where(CheckIn.registration_id.in_(ids))
        return {row.registration_id: row for row in self.uow.session.scalars(query)}

    def _registrations(self) -> list[FairRegistration]:
        tickets = [ticket.registration_id for text in self.texts if (ticket := read_ticket(text))]
        codes = [text for text in self.texts if CODE.fullmatch(text)]
        phones = [FairRegistration.phone.fingerprint(text) for text in self.texts if PHONE.fullmatch(text)]
        given = [scan.card.tail if scan.card else scan.id_tail for scan in self.scans]
        tails = [FairRegistration.id_tail.fingerprint(tail) for tail in given if tail]
        phones += [row.phone_blind for row in self.holders.values() if row.phone_blind]
        ways = [
            column.in_(values)
            for column, values in (
                (FairRegistration.public_id, tickets),
                (FairRegistration.code, codes),
                (FairRegistration.phone_blind, phones),
                (FairRegistration.id_tail_blind, tails),
                (FairRegistration.person_id, [row.id for row in self.holders.values()]),
            )
            if values
        ]
        if not ways:
            return []
        query = select(FairRegistration).where(FairRegistration.fair_id == self.fair.id, or_(*ways))
        return list(self.uow.session.scalars(query.order_by(FairRegistration.id)))

    def _holders(self) -> dict[str, Any]:
        """By the number on the card: whose file has it."""
        blinds = {Person.id_number.fingerprint(scan.card.number): scan.card.number for scan in self.scans if scan.card}
        if not blinds:
            return {}
        query = select(Person.id_number_blind, Person.id, Person.name, Person.phone_blind).where(
            Person.id_number_blind.in_(blinds), Person.erased_at.is_(None)
        )
        return {blinds[row.id_number_blind or b""]: row for row in self.uow.session.execute(query)}

    def _answer(self, scan: Scan, text: str) -> Answer:
        receipt = self.receipts.get(scan.scan_id) if scan.scan_id else None
        if receipt is not None:
            return _as_typed(self._again(receipt), scan)
        found = self._find(scan, text)
        answer = replace(found, scan_id=scan.scan_id) if isinstance(found, Answer) else self._let_in(found, scan)
        if scan.scan_id:
            self._keep(scan, answer)
        return _as_typed(answer, scan)

    def _find(self, scan: Scan, text: str) -> FairRegistration | Answer:
        refused = self._not_now(scan)
        if refused is not None:
            return Answer(refused)
        if scan.walk_in is not None:
            return self._new(scan)
        if text.upper().startswith(PREFIX):
            ticket = read_ticket(text)
            if ticket is None:
                return Answer(ScanResult.FORGED)
            if ticket.fair_id != self.fair.public_id:
                return Answer(ScanResult.OTHER_FAIR)
            return self._only([row for row in self.rows if row.public_id == ticket.registration_id])
        if scan.card is not None:
            return self._of_card(scan.card)
        if scan.name and scan.id_tail:
            return self._named(scan.name.strip(), scan.id_tail)
        phone = FairRegistration.phone.fingerprint(text) if PHONE.fullmatch(text) else None
        return self._only([row for row in self.rows if row.code == text or (phone and row.phone_blind == phone)])

    def _of_card(self, card: Card) -> FairRegistration | Answer:
        """By the holder's file, else by name with the last four or the file's phone: four digits alone fit others."""
        holder = self.holders.get(card.number)
        for row in self.rows:
            if holder and row.person_id == holder.id:
                return self._only([row])
        found = self._named(card.name or (holder.name if holder else ""), card.tail, holder and holder.phone_blind)
        if card.name or holder or not isinstance(found, Answer):
            return found
        return replace(found, words=_("身份证读到了，没有档案接在报名上。请填姓名，再按“按姓名签到”；没报名就现场登记"))

    def _named(self, name: str, id_tail: str, phone: bytes | None = None) -> FairRegistration | Answer:
        tail = FairRegistration.id_tail.fingerprint(id_tail)
        same = [row for row in self.rows if row.name == name]
        return self._only([row for row in same if row.id_tail_blind == tail or (phone and row.phone_blind == phone)])

    def _not_now(self, scan: Scan) -> ScanResult | None:
        """Why a scan counts for nothing. One that was made without a network is a scan of the fair only if the fair ran
        then; all others are practice, as before the opening or for a fair that was canceled: kept, told, never counted.
        """
        fair, now = self.fair, self.uow.now
        if scan.scanned_at is None:
            return None if fair.state is FairState.RUNNING else ScanResult.NOT_OPEN
        if fair.state not in {FairState.RUNNING, FairState.CLOSED}:
            return ScanResult.PRACTICE
        if scan.way is CheckInWay.SHEET:
            return None  # The time on a paper sheet is judged where it is keyed.
        first = min(fair.opens_at, fair.opened_at or fair.opens_at) - LEEWAY
        last = (max(fair.closes_at, fair.closed_at or now) if fair.state is FairState.CLOSED else now) + LEEWAY
        return None if first <= min(scan.scanned_at, now) <= last else ScanResult.PRACTICE

    def _only(self, found: list[FairRegistration]) -> FairRegistration | Answer:
        """The one that was found. Two of one name and one tail cannot be told apart: the phone or the code decides."""
        if len(found) != 1:
            return Answer(ScanResult.UNKNOWN)
        if found[0].state is RegistrationState.CANCELED:
            return Answer(ScanResult.CANCELED, name=found[0].name)
        if found[0].state is RegistrationState.WAITING and not self.fair.taken_on_the_day:
            return Answer(ScanResult.NOT_OPEN, name=found[0].name)
        return found[0]

    def _new(self, scan: Scan) -> FairRegistration | Answer:
        person, is_sheet = scan.walk_in or WalkIn(""), scan.way is CheckInWay.SHEET
        try:
            with self.uow.session.begin_nested():
                done = register_walk_in(
                    self.uow,
                    self.fair,
                    name=person.name,
                    phone=person.phone,
                    id_tail=person.id_tail,
                    kind=person.kind,
                    way=RegistrationWay.SHEET if is_sheet else RegistrationWay.WALK_IN,
                )
        except AppError as error:
            fields = getattr(error, "fields", None) or {}
            return Answer(ScanResult.UNKNOWN, words="；".join(map(str, fields.values())) or error.message)
        row = done.registration
        self.check_ins.update(self._known([row.id]))
        return row

    def _let_in(self, row: FairRegistration, scan: Scan) -> Answer:
        at = self._bent(scan.scanned_at)
        record_let_in(self.uow, self.fair, row)
        known = self.check_ins.get(row.id)
        if known is None:
            known = CheckIn(
                fair_id=self.fair.id,
                registration_id=row.id,
                number=record_next(self.uow, self.fair.id, "check_in_last"),
                way=scan.way,
                desk=scan.desk[:40],
                at=at,
                scanned_at=scan.scanned_at,
                received_at=self.uow.now,
                is_offline=scan.scanned_at is not None,
                user_id=self.uow.actor.user_id,
            )
            self.uow.session.add(known)
            self.uow.session.flush()
            self.check_ins[row.id] = known
            return self._said(ScanResult.OK, known, row.name, scan.scan_id)
        if known.way is CheckInWay.SELF and scan.way is not CheckInWay.SELF:
            # Whoever came by the poster was seen by nobody until now.
            known.way, known.user_id = scan.way, self.uow.actor.user_id
        if at < known.at and scan.way is not CheckInWay.SHEET:
            # The first scan wins, even where it arrives last: its desk had no network. A time that somebody wrote by
            # hand changes no clock's.
            was, known.user_id = known.at, self.uow.actor.user_id
            self.uow.audit("check_in.rewrite", row, number=known.number, was=was.isoformat(), at=at.isoformat())
            known.at, known.desk, known.way = at, scan.desk[:40], scan.way
            known.scanned_at, known.is_offline = scan.scanned_at, scan.scanned_at is not None
            self.uow.session.flush()
        return self._said(ScanResult.REPEATED, known, row.name, scan.scan_id)

    def _bent(self, scanned_at: datetime | None) -> datetime:
        """A device's clock may be wrong: no scan was before the doors opened, none after they closed or it arrived."""
        if scanned_at is None:
            return self.uow.now
        return max(
            self.fair.opened_at or self.fair.opens_at,
            min(scanned_at, self.fair.closed_at or self.uow.now, self.uow.now),
        )

    def _said(self, result: ScanResult, row: CheckIn, name: str, scan_id: str) -> Answer:
        return Answer(result, scan_id, name, row.registration_id, row.number, row.at, row.desk, row.way)

    def _keep(self, scan: Scan, answer: Answer) -> None:
        known = self.check_ins.get(answer.registration_id) if answer.registration_id else None
        receipt = ScanReceipt(
            fair_id=self.fair.id,
            scan_id=scan.scan_id,
            result=answer.result,
            check_in_id=known.id if known else None,
            received_at=self.uow.now,
        )
        self.uow.session.add(receipt)
        self.receipts[scan.scan_id] = receipt

    def _again(self, receipt: ScanReceipt) -> Answer:
        """The same answer to the same scan."""
        row = self.uow.session.get(CheckIn, receipt.check_in_id) if receipt.check_in_id else None
        if row is None:
            return Answer(receipt.result, receipt.scan_id)
        name = self.uow.session.get_one(FairRegistration, row.registration_id).name
        return self._said(receipt.result, row, name, receipt.scan_id)


def first_words(answer: Answer) -> str:
    """When and where somebody was checked in the first time."""
    clock = answer.at.astimezone(SHANGHAI).strftime("%H:%M") if answer.at else ""
    if answer.desk:
        return _("%(clock)s 在%(desk)s签过到，第 %(n)s 位", clock=clock, desk=answer.desk, n=answer.number)
    return _("%(clock)s 已经签过到，第 %(n)s 位", clock=clock, n=answer.number)


def way_on(answer: Answer) -> str:
    """What to do about a scan that let nobody in."""
    return {
        ScanResult.OTHER_FAIR: _("这是另一场招聘会的票。报手机号查这一场，没报名就现场登记"),
        ScanResult.FORGED: _("票的内容核对不上，可能没扫全。再扫一次，或者报手机号、入场码"),
        ScanResult.CANCELED: _("这份报名取消过。还想参加，请现场登记"),
        ScanResult.NOT_OPEN: _("没有开场，或者已经闭馆，或者还在候补。请问服务台"),
        ScanResult.PRACTICE: _("不是开场时间里扫的，没有计入。人已经进场的，请现在再扫一次"),
        ScanResult.UNKNOWN: _("没有找到。换入场码、手机号或姓名和身份证后四位再查，没报名就现场登记"),
    }[answer.result]
