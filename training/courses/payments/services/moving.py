"""The way of a sheet: shown to the public, signed on paper, paid; or canceled."""

from __future__ import annotations

from datetime import date

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from jobmatch.reference.queries import add_working_days
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session
from training.courses.payments import queries
from training.courses.payments.models import PaySheet
from training.courses.payments.services.making import lock_session
from training.courses.payments.states import PAY_FLOW, PaySheetKind, PaySheetState

SCANS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 60
NOTICE_DAYS = "training_notice_days"


def _take(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, step: str) -> PaySheetState:
    """Lock the class, read the sheet anew and say where ``step`` leads. Raises ``Conflict`` where it leads nowhere."""
    require(can_manage_session(uow.actor, course_session) and sheet.session_id == course_session.id)
    lock_session(uow, course_session.id)
    uow.session.refresh(sheet)
    target = PAY_FLOW.get((sheet.state, step))
    if target is None:
        raise Conflict(_("这张表%(state)s，这一步已经办过或者不能办", state=sheet.state.label))
    if step != "cancel" and queries.line_sum(uow.session, sheet) != sheet.total_yuan:
        raise Conflict(_("合计和各行加起来不一样，请作废后重新做"))
    return target


def notice_sheet(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet) -> PaySheet:
    """Show the sheet to the public for the working days of the rule. Raises ``Conflict``, ``Invalid`` at 0 yuan."""
    target = _take(uow, course_session, sheet, "notice")
    if not sheet.total_yuan:
        raise Invalid(_("合计是 0 元，不用公示；要重新算请按“重新计算”，不要了请作废"))
    rule = queries.rules_as_they_stood(uow.session, [NOTICE_DAYS], uow.today)
    sheet.rules = {**sheet.rules, **rule}
    sheet.noticed_from = uow.today
    sheet.noticed_until = add_working_days(uow.session, uow.today, rule[NOTICE_DAYS]["value"])[0]
    return _moved(uow, sheet, target)


def check_may_sign(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet) -> None:
    """Raise ``Conflict`` before the notice is over, ``Limited`` beyond the hourly number of uploads."""
    require(can_manage_session(uow.actor, course_session) and sheet.session_id == course_session.id)
    if (sheet.state, "sign") not in PAY_FLOW:
        raise Conflict(_("这张表%(state)s，这一步已经办过或者不能办", state=sheet.state.label))
    if sheet.noticed_until is None or uow.today <= sheet.noticed_until:
        rule = sheet.rules[NOTICE_DAYS]
        raise Conflict(
            _(
                "公示到 %(day)s 才满 %(n)s 个工作日（%(source)s），过后再上传签字的花名册",
                day=sheet.noticed_until,
                n=rule["value"],
                source=rule["source"],
            )
        )
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "class.pay_sign", UPLOADS_PER_HOUR)


def sign_sheet(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, *, upload: Upload) -> PaySheet:
    """Keep the scan of the roster that everybody signed. Raises ``Conflict``, ``Limited``."""
    target = _take(uow, course_session, sheet, "sign")
    check_may_sign(uow, course_session, sheet)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    sheet.file_id = file.id
    return _moved(uow, sheet, target)


def pay_sheet(
    uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, *, paid_on: date | None, voucher: str
) -> PaySheet:
    """Note that the money went out, and its voucher. Raises ``Invalid`` on a field, ``Conflict``."""
    target = _take(uow, course_session, sheet, "pay")
    words, fields = clean_line(voucher)[:60], {}
    if not words:
        fields["voucher"] = _("请填凭证号")
    if paid_on is None or paid_on > uow.today:
        fields["paid_on"] = _("请填发放的日期，不晚于今天")
    elif sheet.noticed_until is not None and paid_on <= sheet.noticed_until:
        fields["paid_on"] = _("公示到 %(day)s，发放要在这以后", day=sheet.noticed_until)
    if fields:
        raise Invalid(fields=fields)
    sheet.paid_on, sheet.voucher = paid_on, words
    return _moved(uow, sheet, target)


def cancel_sheet(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, *, reason: str) -> PaySheet:
    """Take a sheet back that was not paid. Raises ``Invalid`` without a reason, ``Conflict`` after paying."""
    target = _take(uow, course_session, sheet, "cancel")
    words = clean_line(reason)[:200]
    if not words:
        raise Invalid(fields={"reason": _("请写作废的原因")})
    if sheet.kind is PaySheetKind.FIRST_PART and queries.living_sheet(uow.session, sheet.session_id, PaySheetKind.REST):
        raise Conflict(_("尾款表是按首拨算的，先作废尾款表"))
    sheet.canceled_at, sheet.cancel_reason = uow.now, words
    return _moved(uow, sheet, target)


def read_scan(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet) -> tuple[str, bytes]:
    """Name and content of the signed roster. Raises ``NotFound``."""
    require(can_manage_session(uow.actor, course_session) and sheet.session_id == course_session.id)
    file = uow.session.get(StoredFile, sheet.file_id) if sheet.file_id else None
    if file is None:
        raise NotFound
    return file.name, read_file(uow, file)


def _moved(uow: UnitOfWork, sheet: PaySheet, target: PaySheetState) -> PaySheet:
    sheet.state = target
    uow.session.flush()
    uow.audit(f"class.pay_{target.value}", sheet, total=sheet.total_yuan)
    return sheet
