"""Reporting: what comes in, what follows by itself, and looking at the state with a number and a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.throttles import network_of, release, reserve
from jobmatch.complaints.models import Complaint, ComplaintPaper
from jobmatch.complaints.queries import kinds_for, undecided_same
from jobmatch.complaints.services.holding import hold_back, holds_at_once
from jobmatch.complaints.services.steps import add_step, open_work
from jobmatch.complaints.states import ComplaintAction, ComplaintState
from jobmatch.complaints.targets import Subject
from jobmatch.core.actors import system_actor
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import Invalid, Limited
from jobmatch.core.files import store_file
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, keep_secrets_out
from jobmatch.reference.checks import check_phone
from jobmatch.reference.models import ComplaintKind
from jobmatch.reference.queries import add_working_days, rule_value
from recruiters.postings.values import clean_text

PAPERS = (Kind.PDF, Kind.JPEG, Kind.PNG)
MOST_PAPERS = 3
LEAST_WORDS, MOST_WORDS = 6, 2000
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Filed:
    """What the reporter takes along; there is a code only where nobody signed in."""

    complaint: Complaint
    number: str
    code: str = ""


def source_of(uow: UnitOfWork) -> bytes | None:
    """A mark by which reports from one address are counted today; it tells the address to nobody."""
    if not uow.actor.ip:
        return None
    return keyring().fingerprint(f"{network_of(uow.actor.ip)}|{uow.today}", purpose="complaint-source")


def count_try(uow: UnitOfWork, key: str) -> list[int]:
    """Count one press before its outcome is known. Raises ``Limited``; a press that went well is taken back."""
    return reserve(uow, f"complaint:{key}:{network_of(uow.actor.ip)}")


def forget_try(uow: UnitOfWork, attempts: list[int]) -> None:
    """Take a counted press back: it went well."""
    release(uow, attempts)


def check_may_file(uow: UnitOfWork, source: bytes | None) -> None:
    """Raise ``Limited`` where today's number from one address is reached."""
    if source is None:
        return
    most = int(rule_value(uow.session, "complaint_daily_most", uow.today))
    today = uow.session.scalar(select(func.count(Complaint.id)).where(Complaint.source_hash == source)) or 0
    if today >= most:
        raise Limited(_("今天从这个网络提交的举报太多了，请明天再来，或者打服务站电话"), retry_after=3600)


def file_complaint(
    uow: UnitOfWork,
    subject: Subject,
    *,
    kind_code: str,
    words: str,
    phone: str = "",
    uploads: Sequence[Upload] = (),
    person: Person | None = None,
    source: bytes | None = None,
    accept_masked: bool = False,
) -> Filed:
    """Take a report in; anybody may. ``person`` is the reporter where they sign with their account.

    A report of what is being looked into already joins it. A kind that pauses holds postings back at once (see
    ``holds_at_once``). Raises ``Invalid`` on a field, ``Limited``.
    """
    check_may_file(uow, source)
    kinds = {kind.code: kind for kind in kinds_for(uow.session, subject.kind)}
    found = Findings()
    kind = kinds.get(kind_code)
    found.check(kind is not None, "kind", _("请选一种情况"))
    text = clean_text(words)
    found.check(LEAST_WORDS <= len(text) <= MOST_WORDS, "words", _("请写清楚什么时候、谁、怎么了，6 到 2000 个字"))
    text = keep_secrets_out(found, {"words": text}, accept_masked=accept_masked)["words"]
    found.check(len(uploads) <= MOST_PAPERS, "files", _("最多 %(n)s 个文件", n=MOST_PAPERS))
    number = _checked_phone(found, phone)
    kind = found.need(kind)
    main = undecided_same(uow.session, kind.code, subject.kind, subject.public_id)
    code = "" if person is not None else new_public_id()[:CODE_LENGTH]
    row = Complaint(
        kind_code=kind.code,
        subject_kind=subject.kind,
        subject_id=subject.public_id,
        subject_name=subject.name,
        employer_id=subject.employer_id,
        region_path=subject.region_path,
        state=ComplaintState.RECEIVED,
        words=text,
        person_id=person.id if person is not None else None,
        source_hash=source,
        filed_at=uow.now,
        due_on=_accept_by(uow),
    )
    row.phone = number or None
    row.code_hash = _code_hash(row.public_id, code) if code else None
    if main is not None:
        row.same_as_id, row.state, row.due_on = main.id, main.state, main.due_on
        row.handler_id = main.handler_id
        row.accepted_at = None if main.state is ComplaintState.RECEIVED else uow.now
    uow.session.add(row)
    uow.session.flush()
    _keep_papers(uow, row, uploads)
    uow.audit("complaint.file", row, kind=kind.code, subject=subject.kind.value, joined=main is not None)
    add_step(uow, row, ComplaintAction.FILE, told=_first_words(row, main))
    _follow(uow, row, main, subject, kind)
    return Filed(row, row.number, f"{code[:4]}-{code[4:]}" if code else "")


def _accept_by(uow: UnitOfWork) -> date:
    days = int(rule_value(uow.session, "complaint_accept_days", uow.today))
    return add_working_days(uow.session, uow.today, days)[0]


def _checked_phone(found: Findings, phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return check_phone(phone.strip(), landline=True)
    except ValueError as error:
        found.add("phone", str(error))
        return ""


def _first_words(row: Complaint, main: Complaint | None) -> str:
    if main is not None and main.state is not ComplaintState.RECEIVED:
        return _("同一件事已经有人反映，已受理，和它一起办，最晚 %(day)s办结。", day=day_words(row.due_on))
    return _("最晚 %(day)s告诉您受不受理。", day=day_words(row.due_on))


def _keep_papers(uow: UnitOfWork, row: Complaint, uploads: Sequence[Upload]) -> None:
    for number, upload in enumerate(uploads, start=1):
        # The name somebody gave a picture may tell who they are, and nobody needs it.
        name = _("附件 %(n)s", n=number) + f".{upload.kind.value}"
        file = store_file(uow, upload.content, name=name, mimetype=upload.kind.mimetype)
        uow.session.add(ComplaintPaper(complaint_id=row.id, file_id=file.id, created_at=uow.now))
    uow.session.flush()


def _follow(uow: UnitOfWork, row: Complaint, main: Complaint | None, subject: Subject, kind: ComplaintKind) -> None:
    """What a report sets off by itself: the first one a task for the office, and some a hold on postings."""
    holder = UnitOfWork(uow.session, system_actor(_("投诉举报")), writing=True)
    holder.now, holder.today, holder.enqueued, holder.on_commit = uow.now, uow.today, uow.enqueued, uow.on_commit
    if main is None:
        owner = subject.organization_id
        open_work(holder, row, uow.session.get(Organization, owner) if owner is not None else None)
    if holds_at_once(uow, row, subject, kind):
        hold_back(holder, main or row, posting_id=subject.posting_id)


# ---------- looking at the state ----------


def _code_hash(public_id: str, code: str) -> bytes:
    return token_hash(f"{public_id}|{code}")


def look_up(uow: UnitOfWork, number: str, code: str, attempts: list[int]) -> Complaint:
    """The anonymous complaint with this number and code. Raises ``Invalid``, the same for every mistake."""
    wanted = clean_number(number)
    row_id = wanted.partition("-")[2]
    row = uow.session.get(Complaint, int(row_id)) if 0 < len(row_id) < 10 else None
    typed = re.sub(r"[^0-9a-z]", "", code.lower())
    is_right = row is not None and row.number == wanted and row.code_hash is not None
    if row is None or not is_right or not compare_digest(row.code_hash or b"", _code_hash(row.public_id, typed)):
        raise Invalid(_("编号或查询码不对，请照着再填一次"))
    release(uow, attempts)
    return row


def clean_number(number: str) -> str:
    """A number as it is printed: half-width digits with one dash."""
    digits = re.sub(r"[^0-9]", "", number.translate(_HALF_WIDTH))
    return f"{digits[:8]}-{digits[8:].zfill(5)}" if len(digits) > 8 else ""


_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
