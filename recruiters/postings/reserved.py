"""退役军人专岗: the rule lines that make one, each with its basis, and which of them a posting does not meet yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.queries import is_working_day, rule_value
from recruiters.employers.states import EmployerKind
from recruiters.postings.models import Posting, ReservedPost
from recruiters.postings.states import NoticeResult, ReservedKind

LAW = N_("退役军人保障法第四十二、四十三条")
OWN_RULE = N_("工作要求：专岗要有设置机关、文件、种类、名额、公示和结果才算数")
NOTICE_RULE = N_("时限表“专岗公示期”（参照公务员法第三十二条、事业单位公开招聘人员暂行规定），本单位可改")

_PUBLIC = (EmployerKind.PUBLIC_BODY, EmployerKind.PUBLIC_INSTITUTION)
_OFFERED_BY: dict[ReservedKind, tuple[EmployerKind, ...]] = {
    ReservedKind.CIVIL_SERVANT: (EmployerKind.PUBLIC_BODY,),
    ReservedKind.INSTITUTION: (EmployerKind.PUBLIC_INSTITUTION,),
    ReservedKind.TEACHER: (EmployerKind.PUBLIC_INSTITUTION,),
    ReservedKind.STATE_OWNED: (EmployerKind.STATE_OWNED,),
    ReservedKind.FIRE_POLICE: _PUBLIC,
    ReservedKind.COMMUNITY: (*_PUBLIC, EmployerKind.RURAL_COLLECTIVE, EmployerKind.SOCIAL),
    ReservedKind.PUBLIC_WELFARE: (*_PUBLIC, EmployerKind.RURAL_COLLECTIVE, EmployerKind.SOCIAL),
}
_LONG_NOTICE = (ReservedKind.INSTITUTION, ReservedKind.TEACHER)
_LONGEST = 366


@dataclass(frozen=True, slots=True)
class ReservedLine:
    """A rule that a claimed 专岗 does not meet."""

    code: str
    message: str
    basis: str


def notice_days(session: Session, kind: ReservedKind, on: date) -> int:
    """Least working days of the public notice, by the dated rule."""
    code = "reserved_notice_days_institution" if kind in _LONG_NOTICE else "reserved_notice_days"
    return int(rule_value(session, code, on))


def working_days(session: Session, first: date, last: date) -> int:
    """Working days from ``first`` to ``last``, both counted."""
    span = min((last - first).days + 1, _LONGEST)
    return sum(is_working_day(session, first + timedelta(days=n)) for n in range(span))


def reserved_blocks(session: Session, posting: Posting, row: ReservedPost | None, today: date) -> list[ReservedLine]:
    """Every rule line that keeps ``posting`` (with its employer) from being shown as a 专岗; empty: it is one.

    ``row`` is what is known of it as a 专岗.
    """
    if row is None or row.kind is None:
        wish = _("没有登记专岗材料；单位自己的优先意愿请改为“同等条件退役军人优先”")
        return [ReservedLine("ZG01", wish, _(LAW))]
    checks = (
        ("ZG02", posting.employer.kind in _OFFERED_BY[row.kind], _kind_words(row.kind), _(LAW)),
        ("ZG03", bool(row.organ), _("没有写设置专岗的机关"), _(OWN_RULE)),
        ("ZG04", bool(row.paper_number), _("没有写文件的文号"), _(OWN_RULE)),
        ("ZG05", row.file_id is not None, _("没有上传文件"), _(OWN_RULE)),
        ("ZG06", row.quota > 0, _("没有写名额"), _(OWN_RULE)),
        (
            "ZG07",
            not row.quota or posting.vacancy_count <= row.quota,
            _("招聘 %(heads)s 人，超过名额 %(quota)s 人", heads=posting.vacancy_count, quota=row.quota),
            _(OWN_RULE),
        ),
    )
    lines = [ReservedLine(code, words, basis) for code, is_met, words, basis in checks if not is_met]
    return lines + _notice_blocks(session, row, row.kind, today)


def _kind_words(kind: ReservedKind) -> str:
    return _("“%(kind)s”专岗不能由这类单位设置；单位自己的优先意愿请改为“同等条件退役军人优先”", kind=kind.label)


def _notice_blocks(session: Session, row: ReservedPost, kind: ReservedKind, today: date) -> list[ReservedLine]:
    if row.notice_from is None or row.notice_to is None:
        return [ReservedLine("ZG08", _("没有写公示从哪天到哪天"), _(OWN_RULE))]
    needed = notice_days(session, kind, today)
    days = working_days(session, row.notice_from, row.notice_to)
    if days < needed:
        words = _("公示 %(days)s 个工作日，至少要 %(needed)s 个工作日", days=days, needed=needed)
        return [ReservedLine("ZG09", words, _(NOTICE_RULE))]
    if row.result is NoticeResult.OBJECTED:
        return [ReservedLine("ZG11", _("公示有异议，不能作专岗"), _(OWN_RULE))]
    if row.notice_to >= today or row.result is not NoticeResult.CLEAR:
        return [ReservedLine("ZG10", _("公示还没有结束，或者没有记公示结果"), _(OWN_RULE))]
    return []


def reserved_words(lines: Sequence[ReservedLine]) -> str:
    """The refusal in one text, each rule cited."""
    cited = _("；").join(f"{line.code} {line.message}（{line.basis}）" for line in lines)
    return _("不能作为退役军人专岗发布：%(why)s", why=cited)
