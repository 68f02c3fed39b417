"""Ways and outcomes of contacts."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class ContactWay(LabelledEnum):
    CAME = "came", N_("来访")
    PHONE = "phone", N_("电话")
    HOME = "home", N_("上门")
    ONLINE = "online", N_("线上")
    WECHAT = "wechat", N_("微信")


class ContactOutcome(LabelledEnum):
    """How a try to reach somebody ended."""

    SELF = "self", N_("本人接")
    FAMILY = "family", N_("家属接")
    NO_ANSWER = "no_answer", N_("无人接")
    DEAD_NUMBER = "dead_number", N_("空号停机")
    WRONG_NUMBER = "wrong_number", N_("号码换人")
    REFUSED = "refused", N_("拒答")
    APPOINTED = "appointed", N_("约时间")


REACHED_PERSON = frozenset({ContactOutcome.SELF, ContactOutcome.REFUSED, ContactOutcome.APPOINTED})
"""The person themselves answered, whatever they said; this ends 失联."""
REACHED = REACHED_PERSON | {ContactOutcome.FAMILY}
"""Somebody who knows the person answered: the file is in contact."""
TRIES = frozenset(ContactOutcome) - REACHED
"""Nobody was reached."""

AT_THE_DOOR: dict[ContactOutcome, str] = {
    ContactOutcome.SELF: N_("见到本人"),
    ContactOutcome.FAMILY: N_("见到家属"),
    ContactOutcome.NO_ANSWER: N_("没人在家"),
    ContactOutcome.WRONG_NUMBER: N_("已搬走"),
    ContactOutcome.REFUSED: N_("不愿谈"),
    ContactOutcome.APPOINTED: N_("另约时间"),
}
"""What the outcomes are called on a visit; a number cannot be dead there."""
