"""States and kinds of registrations and of the mobilisation."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RegistrationState(LabelledEnum):
    """Whether a registration has a seat."""

    SEATED = "seated", N_("已报名")
    WAITING = "waiting", N_("候补")
    CANCELED = "canceled", N_("已取消")


class VisitorKind(LabelledEnum):
    """Who comes, as reports tell them apart."""

    VETERAN = "veteran", N_("退役军人")
    MILITARY_DEPENDANT = "military_dependant", N_("军属")
    ACCOMPANYING_DEPENDANT = "accompanying_dependant", N_("随军家属")
    OTHER = "other", N_("其他人员")


class RegistrationWay(LabelledEnum):
    """How a registration came about."""

    WEB = "web", N_("网上报名")
    OWN_FILE = "own_file", N_("登录后一键报名")
    STATION = "station", N_("服务站代报名")
    WALK_IN = "walk_in", N_("现场登记")
    SHEET = "sheet", N_("纸质签到表补录")


class VisitorNeed(LabelledEnum):
    """Help that somebody asked for."""

    WHEELCHAIR = "wheelchair", N_("轮椅通行")
    HEARING = "hearing", N_("听不清，要写字交流")
    SIGN_LANGUAGE = "sign_language", N_("要手语翻译")
    SIGHT = "sight", N_("看不清，要人带路")
    LARGE_PRINT = "large_print", N_("要大字的纸质票")
    COMPANION = "companion", N_("有人陪着来")


class SeatMoveKind(LabelledEnum):
    """Moves of a registration, each logged."""

    SEATED = "seated", N_("得到名额")
    QUEUED = "queued", N_("排上候补")
    PROMOTED = "promoted", N_("候补转正")
    CANCELED = "canceled", N_("取消报名")
    LET_IN = "let_in", N_("候补的人到场，当天放行")


class CallState(LabelledEnum):
    """What a station's call to a person led to (动员)."""

    LISTED = "listed", N_("还没联系")
    TOLD = "told", N_("已通知")
    COMING = "coming", N_("来")
    NOT_COMING = "not_coming", N_("不来")
    NOT_REACHED = "not_reached", N_("没联系上")
