"""States, acts and ways of service requests, and the levels of the satisfaction question."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class RequestState(LabelledEnum):
    ASKED = "asked", N_("已提出")
    ACCEPTED = "accepted", N_("已受理")
    WORKING = "working", N_("办理中")
    MORE = "more", N_("等补材料")
    DONE = "done", N_("已办结")
    REFUSED = "refused", N_("不予办理")
    WITHDRAWN = "withdrawn", N_("已撤回")


class RequestAction(LabelledEnum):
    """What happened to a request; each is a line of its progress."""

    ASK = "ask", N_("提出申请")
    ACCEPT = "accept", N_("受理")
    START = "start", N_("开始办理")
    MORE = "more", N_("请补材料")
    SUPPLY = "supply", N_("补了材料")
    HAND_OVER = "hand_over", N_("转给别人办")
    NOTE = "note", N_("补充说明")
    DOOR = "door", N_("上门服务")
    ESCALATE = "escalate", N_("超期督办")
    FINISH = "finish", N_("办结")
    REFUSE = "refuse", N_("不予办理")
    WITHDRAW = "withdraw", N_("撤回")


_S, _A = RequestState, RequestAction
REQUEST_FLOW: Flow[RequestState] = {
    (_S.ASKED, _A.ACCEPT): _S.ACCEPTED,
    (_S.ACCEPTED, _A.START): _S.WORKING,
    (_S.ACCEPTED, _A.MORE): _S.MORE,
    (_S.WORKING, _A.MORE): _S.MORE,
    (_S.MORE, _A.SUPPLY): _S.WORKING,
    (_S.ACCEPTED, _A.FINISH): _S.DONE,
    (_S.WORKING, _A.FINISH): _S.DONE,
    **{(state, _A.REFUSE): _S.REFUSED for state in (_S.ASKED, _S.ACCEPTED, _S.WORKING, _S.MORE)},
    **{(state, _A.WITHDRAW): _S.WITHDRAWN for state in (_S.ASKED, _S.ACCEPTED, _S.WORKING, _S.MORE)},
}
ENDED = (RequestState.DONE, RequestState.REFUSED, RequestState.WITHDRAWN)
RUNNING = (RequestState.ASKED, RequestState.ACCEPTED, RequestState.WORKING)
"""States in which the clock runs."""
STAFF_ACTIONS = (_A.ACCEPT, _A.START, _A.MORE, _A.SUPPLY, _A.FINISH, _A.REFUSE, _A.WITHDRAW)


class RequestWay(LabelledEnum):
    """How the request came in."""

    PHONE = "phone", N_("手机申请")
    WINDOW = "window", N_("窗口")
    PROXY = "proxy", N_("代办")
    DOOR = "door", N_("上门服务")


class ProxyConsent(LabelledEnum):
    """How the person agreed that somebody asks for them."""

    PAPER = "paper", N_("书面委托")
    VOICE = "voice", N_("电话录音同意")
    PRESENT = "present", N_("本人当面同意")


RATING_LEVELS: dict[int, str] = {
    5: N_("很满意"),
    4: N_("满意"),
    3: N_("基本满意"),
    2: N_("不满意"),
    1: N_("很不满意"),
}
SATISFIED_FROM = 4
"""满意及以上."""
