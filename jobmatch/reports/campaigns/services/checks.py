"""Filling a check item by item, handing it in, the station's objection, and freezing: from then on it never changes."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.casework.tasks.services import close_task
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reports.campaigns.checks import answers_of, figures_now
from jobmatch.reports.campaigns.models import CheckAnswer, ChecklistItem, StationCheck
from jobmatch.reports.campaigns.policies import can_correct_check, can_decide_check, can_fill_check, can_object
from jobmatch.reports.campaigns.scoring import TENTHS
from jobmatch.reports.campaigns.services.checklists import once_of
from jobmatch.reports.campaigns.states import CHECK_FLOW, CheckKind, CheckState, Met

KINDS = frozenset({Kind.JPEG, Kind.PNG, Kind.PDF})
UPLOADS_PER_HOUR = 120


def _lock(uow: UnitOfWork, check: StationCheck) -> None:
    """Read the state as it is now; nobody else moves the check until this unit ends."""
    uow.session.flush()
    uow.session.refresh(check, ["state", "objection", "version"], with_for_update=True)


def check_may_answer(uow: UnitOfWork, check: StationCheck, item: ChecklistItem) -> None:
    """Raise ``NotAllowed``, ``Limited``, ``Conflict`` for a check handed in or an item that a figure answers."""
    require(item.checklist_id == check.checklist_id)
    may_look = can_fill_check(uow.actor, check) or can_decide_check(uow.actor, check.checklist)
    require(may_look)
    if not can_correct_check(uow.actor, check, check.checklist):
        raise Conflict(_("这次检查%(state)s，不能再填", state=check.state.label))
    if item.figure_code:
        raise Conflict(_("这一项由系统按台账算，不用填"))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "check.answer", UPLOADS_PER_HOUR)


def answer_item(
    uow: UnitOfWork,
    check: StationCheck,
    item: ChecklistItem,
    *,
    met: str,
    points: float | None = None,
    words: str = "",
    upload: Upload | None = None,
) -> CheckAnswer:
    """How one item was found: met gives all points, not met none, met in part what the checker gives (in tenths).

    Words or a file prove it, and what is not met, or met in part, is told in words. A file that was there stays until
    another one comes. Raises ``Invalid`` with every finding, and as ``check_may_answer``.
    """
    _lock(uow, check)
    check_may_answer(uow, check, item)
    mine = (CheckAnswer.check_id == check.id, CheckAnswer.item_id == item.id)
    row = uow.session.scalars(select(CheckAnswer).where(*mine)).one_or_none()
    found, text = Findings(), clean_line(words)[:300]
    found.check(met in set(Met), "met", _("请选符合不符合"))
    keep_secrets_out(found, {"words": text}, accept_masked=False)
    has_file = upload is not None or (row is not None and row.file_id is not None)
    found.check(bool(text) or met not in {Met.NO, Met.PARTLY, Met.NOT_APPLICABLE}, "words", _("请写明差在哪里、为什么"))
    found.check(bool(text) or has_file, "words", _("请写一句依据，或者传一张照片"))
    tenths = _tenths(found, met, points, item.points * TENTHS)
    found.stop()
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype) if upload else None
    if row is None:
        row = CheckAnswer(check_id=check.id, item_id=item.id)
        uow.session.add(row)
    row.met, row.tenths, row.words = Met(met), tenths, text
    if file is not None:
        old = uow.session.get(StoredFile, row.file_id) if row.file_id else None
        row.file_id = file.id
        uow.session.flush()
        if old is not None:
            remove_file(uow, old)
    uow.session.flush()
    uow.audit("check.answer", check, item=item.position, met=row.met.value)
    return row


def _tenths(found: Findings, met: str, points: float | None, full: int) -> int:
    if met == Met.YES:
        return full
    if met != Met.PARTLY:
        return 0
    tenths = round((points or 0) * TENTHS)
    found.check(
        points is not None and 0 < tenths < full,
        "points",
        _("部分符合的，填 0.1 到 %(n)s 之间的分", n=f"{(full - 1) / TENTHS:g}"),
    )
    return tenths


def hand_in_check(uow: UnitOfWork, check: StationCheck) -> StationCheck:
    """Hand in: what figures answer is written down with its numbers. Twice is once.

    Raises ``Invalid`` naming the items that nobody answered.
    """
    require(can_fill_check(uow.actor, check))
    _lock(uow, check)
    if check.state is not CheckState.OPEN:
        return check
    answered = answers_of(uow.session, [check.id]).get(check.id, {})
    missing = [i.position for i in check.checklist.items if not i.figure_code and i.id not in answered]
    if missing:
        raise Invalid(_("还有第 %(items)s 项没填，填完再交", items="、".join(map(str, missing))))
    _write_figures(uow, check)
    check.state, check.checked_by_id = CHECK_FLOW[check.state, "hand_in"], uow.actor.user_id
    uow.session.flush()
    close_task(uow, once=once_of(check), outcome=_("已交"))
    uow.audit("check.hand_in", check)
    return check


def _write_figures(uow: UnitOfWork, check: StationCheck) -> None:
    answered = answers_of(uow.session, [check.id]).get(check.id, {})
    for item_id, found in figures_now(uow, check).items():
        row = answered.get(item_id)
        if row is None:
            row = CheckAnswer(check_id=check.id, item_id=item_id)
            uow.session.add(row)
        row.met, row.tenths, row.words = found.met, found.tenths, found.words[:300]
    uow.session.flush()


def object_to_check(uow: UnitOfWork, check: StationCheck, *, words: str) -> StationCheck:
    """The station does not agree, once, and says why; the same words again change nothing.

    Raises ``Invalid`` without words, ``Conflict`` for a self-check, a second objection, or one after the freeze.
    """
    require(can_object(uow.actor, check, check.checklist))
    _lock(uow, check)
    found, text = Findings(), clean_line(words)[:300]
    found.check(bool(text), "objection", _("请写明不同意哪一项、为什么"))
    keep_secrets_out(found, {"objection": text}, accept_masked=False)
    found.stop()
    if check.state is CheckState.OBJECTED and check.objection == text:
        return check
    if check.kind is CheckKind.SELF:
        raise Conflict(_("自查是本站自己填的，不用提异议"))
    if check.objection:
        raise Conflict(_("已经提过一次异议，不能再提"))
    target = _step(check, "object")
    check.objection = text
    check.state = target
    uow.session.flush()
    uow.audit("check.object", check)
    return check


def answer_objection(uow: UnitOfWork, check: StationCheck, *, words: str) -> StationCheck:
    """The office answers, after it has corrected items where the station was right; figures are counted again.

    Raises ``Invalid`` without words, ``Conflict`` where nobody objected.
    """
    require(can_decide_check(uow.actor, check.checklist))
    _lock(uow, check)
    text = clean_line(words)[:300]
    if not text:
        raise Invalid(fields={"answer": _("请写明怎么处理、为什么")})
    if check.state is CheckState.DONE and check.answer == text:
        return check
    target = _step(check, "answer")
    _write_figures(uow, check)
    check.answer, check.state = text, target
    uow.session.flush()
    uow.audit("check.answer_objection", check)
    return check


def freeze_check(uow: UnitOfWork, check: StationCheck) -> StationCheck:
    """定档: nothing changes this check any more. Twice is once; an objection is answered first."""
    require(can_decide_check(uow.actor, check.checklist))
    _lock(uow, check)
    if check.state is CheckState.FROZEN:
        return check
    check.state = _step(check, "freeze")
    check.frozen_at, check.frozen_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("check.freeze", check)
    return check


def _step(check: StationCheck, step: str) -> CheckState:
    target = CHECK_FLOW.get((check.state, step))
    if target is None:
        raise Conflict(_("这次检查%(state)s，这一步办不了", state=check.state.label))
    return target


def read_proof(uow: UnitOfWork, check: StationCheck, item: ChecklistItem) -> tuple[str, bytes]:
    """Name and content of the file that proves an answer. Raises ``NotFound``."""
    mine = (CheckAnswer.check_id == check.id, CheckAnswer.item_id == item.id)
    row = uow.session.scalars(select(CheckAnswer).where(*mine)).one_or_none()
    file = uow.session.get(StoredFile, row.file_id) if row is not None and row.file_id else None
    if file is None:
        raise NotFound
    return file.name, read_file(uow, file)
