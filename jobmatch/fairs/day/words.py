"""What a scan's result says on the screen: a kind (which color and sign), a title, and lines that say how to go on."""

from __future__ import annotations

from typing import Any

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.desk_queries import first_booths, needs_of
from jobmatch.fairs.day.services.checking_in import Answer
from jobmatch.fairs.day.states import ScanResult


def hit_of(uow: UnitOfWork, answer: Answer, *, with_booths: bool = True) -> dict[str, Any]:
    """``kind``, ``title`` and ``lines`` of the panel that fills the screen."""
    if answer.result is ScanResult.OK:
        lines = [_("签到成功，第 %(n)s 位", n=answer.number)]
        booths = first_booths(uow.session, answer.registration_id) if with_booths and answer.registration_id else []
        if booths:
            lines.append(_("先去 %(booths)s", booths=_("、").join(booths)))
        return {"kind": "ok", "title": answer.name or _("签到成功"), "lines": lines + _needs(uow, answer)}
    if answer.result is ScanResult.REPEATED:
        return {
            "kind": "warn",
            "title": answer.name or _("已经签过到"),
            "lines": [_first(answer), *_needs(uow, answer)],
        }
    return {"kind": "bad", "title": answer.name or answer.result.label, "lines": [answer.words or _way_on(answer)]}


def _needs(uow: UnitOfWork, answer: Answer) -> list[str]:
    """What help is asked for, at a desk; where people check themselves in nobody is named, and nothing is said."""
    asked = needs_of(uow.session, answer.registration_id) if answer.name and answer.registration_id else []
    return [_("需要照顾的") + _("：") + _("；").join(asked)] if asked else []


def _first(answer: Answer) -> str:
    clock = answer.at.astimezone(SHANGHAI).strftime("%H:%M") if answer.at else ""
    if answer.desk:
        return _("%(clock)s 在%(desk)s签过到，第 %(n)s 位", clock=clock, desk=answer.desk, n=answer.number)
    return _("%(clock)s 已经签过到，第 %(n)s 位", clock=clock, n=answer.number)


def _way_on(answer: Answer) -> str:
    return {
        ScanResult.OTHER_FAIR: _("这是另一场招聘会的票。报手机号查这一场，没报名就现场登记"),
        ScanResult.FORGED: _("票的内容核对不上，可能没扫全。再扫一次，或者报手机号、报名编号"),
        ScanResult.CANCELED: _("这份报名取消过。还想参加，请现场登记"),
        ScanResult.NOT_OPEN: _("没有开场，或者已经闭馆，或者还在候补。请问服务台"),
        ScanResult.UNKNOWN: _("没有找到。换报名编号、手机号或姓名和身份证后四位再查，没报名就现场登记"),
    }[answer.result]
