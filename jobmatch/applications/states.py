"""The path of an application: every legal move in one table, for checks, buttons and documents alike.

An offer or a hire closes nothing; a start confirmed by the person closes their other live applications.
"""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class ApplicationState(LabelledEnum):
    SUBMITTED = "submitted", N_("已投递")
    SCREENING = "screening", N_("初筛中")
    INTERVIEW = "interview", N_("约了面试")
    OFFERED = "offered", N_("收到录用通知")
    HIRED = "hired", N_("已录用")
    STARTED = "started", N_("已入职")
    REJECTED = "rejected", N_("没有录用")
    WITHDRAWN = "withdrawn", N_("已撤回")
    SUPERSEDED = "superseded", N_("已在别处入职")


LIVE = (
    ApplicationState.SUBMITTED,
    ApplicationState.SCREENING,
    ApplicationState.INTERVIEW,
    ApplicationState.OFFERED,
    ApplicationState.HIRED,
)


ENDED = (ApplicationState.REJECTED, ApplicationState.WITHDRAWN, ApplicationState.SUPERSEDED)


class Move(LabelledEnum):
    """What can be done with an application; who may do it stands in ``MOVES``."""

    SCREEN = "screen", N_("开始初筛")
    INVITE = "invite", N_("约面试")
    OFFER_SLOTS = "offer_slots", N_("请本人选面试时间")
    PICK_SLOT = "pick_slot", N_("选好面试时间")
    CONFIRM_INTERVIEW = "confirm_interview", N_("确认面试")
    ASK_TIME = "ask_time", N_("想改面试时间")
    RECORD_RESULT = "record_result", N_("记面试结果")
    OFFER = "offer", N_("发录用通知")
    ACCEPT = "accept", N_("接受录用")
    REPORT_START = "report_start", N_("登记入职")
    CONFIRM_START = "confirm_start", N_("确认已入职")
    REJECT = "reject", N_("不合适")
    WITHDRAW = "withdraw", N_("撤回")
    SUPERSEDE = "supersede", N_("因在别处入职而结束")
    LAPSE = "lapse", N_("单位长期没有答复，自动结束")
    UNDO_START = "undo_start", N_("撤销入职确认")
    REVIVE = "revive", N_("恢复投递")


class Side(LabelledEnum):
    """Which side of an application makes a move."""

    PERSON = "person", N_("本人")
    EMPLOYER = "employer", N_("用人单位")
    STAFF = "staff", N_("服务站")
    SYSTEM = "system", N_("系统")


class ContactTime(LabelledEnum):
    """When the person can take a call."""

    MORNING = "morning", N_("上午")
    AFTERNOON = "afternoon", N_("下午")
    EVENING = "evening", N_("晚上 8 点前")
    ANY = "any", N_("都可以")


class Attendance(LabelledEnum):
    """What the person says when asked the day before an interview."""

    COMING = "coming", N_("我去")
    NOT_COMING = "not_coming", N_("去不了")


class InterviewResult(LabelledEnum):
    """What came of an interview, in one tap; the last one answers the person at once."""

    CAME = "came", N_("来了，还没定")
    ABSENT = "absent", N_("没有来")
    PASSED = "passed", N_("通过")
    FAILED = "failed", N_("没通过")


class LinkPurpose(LabelledEnum):
    """What a link on a phone, without an account, can do."""

    ATTEND = "attend", N_("说去不去面试")
    RESULT = "result", N_("记面试结果")


class Stage(LabelledEnum):
    """When an employer may ask for a document; never when somebody applies."""

    INTERVIEW = "interview", N_("面试时")
    OFFER = "offer", N_("录用时")
    HIRE = "hire", N_("入职前")


class DigestKind(LabelledEnum):
    """The parts of a daily digest, each of which can be switched off."""

    POSTINGS = "postings", N_("保存的搜索里的新岗位")
    RESULTS = "results", N_("投递的进展")


class StillThere(LabelledEnum):
    """What the employer says of somebody it hired."""

    STAYED = "stayed", N_("还在")
    LEFT = "left", N_("已离开")


class CheckOutcome(LabelledEnum):
    """How the words of both sides about a hire compare."""

    AGREED = "agreed", N_("两边说法一致")
    DISAGREED = "disagreed", N_("两边说法不一致")
    ONE_SIDED = "one_sided", N_("只有一边回答")


class ContractKind(LabelledEnum):
    """What kind of contract a hire has; the last two are no labour contract."""

    FIXED = "fixed", N_("有固定期限的劳动合同")
    OPEN = "open", N_("无固定期限的劳动合同")
    TASK = "task", N_("以完成一项工作为期限的劳动合同")
    DISPATCH = "dispatch", N_("劳务派遣")
    SERVICE = "service", N_("劳务协议（返聘、兼职等）")


class Insurance(LabelledEnum):
    """The kinds of social insurance that an employer pays for a hire."""

    PENSION = "pension", N_("养老")
    MEDICAL = "medical", N_("医疗")
    UNEMPLOYMENT = "unemployment", N_("失业")
    INJURY = "injury", N_("工伤")
    MATERNITY = "maternity", N_("生育")


_S = ApplicationState
# REVIVE is not in the table: it leads from SUPERSEDED to where the application stood before, or as near as it can.
FLOW: dict[tuple[ApplicationState, Move], ApplicationState] = {
    (_S.SUBMITTED, Move.SCREEN): _S.SCREENING,
    (_S.SUBMITTED, Move.INVITE): _S.INTERVIEW,
    (_S.SCREENING, Move.INVITE): _S.INTERVIEW,
    (_S.INTERVIEW, Move.INVITE): _S.INTERVIEW,
    (_S.SUBMITTED, Move.OFFER_SLOTS): _S.SCREENING,
    (_S.SCREENING, Move.OFFER_SLOTS): _S.SCREENING,
    (_S.INTERVIEW, Move.OFFER_SLOTS): _S.INTERVIEW,
    (_S.SCREENING, Move.PICK_SLOT): _S.INTERVIEW,
    (_S.INTERVIEW, Move.PICK_SLOT): _S.INTERVIEW,
    (_S.INTERVIEW, Move.RECORD_RESULT): _S.INTERVIEW,
    (_S.INTERVIEW, Move.CONFIRM_INTERVIEW): _S.INTERVIEW,
    (_S.INTERVIEW, Move.ASK_TIME): _S.INTERVIEW,
    (_S.SUBMITTED, Move.OFFER): _S.OFFERED,
    (_S.SCREENING, Move.OFFER): _S.OFFERED,
    (_S.INTERVIEW, Move.OFFER): _S.OFFERED,
    (_S.OFFERED, Move.ACCEPT): _S.HIRED,
    (_S.HIRED, Move.REPORT_START): _S.HIRED,
    (_S.HIRED, Move.CONFIRM_START): _S.STARTED,
    **{(state, Move.REJECT): _S.REJECTED for state in LIVE},
    **{(state, Move.WITHDRAW): _S.WITHDRAWN for state in LIVE},
    **{(state, Move.SUPERSEDE): _S.SUPERSEDED for state in LIVE},
    (_S.STARTED, Move.UNDO_START): _S.HIRED,
    (_S.SUBMITTED, Move.LAPSE): _S.REJECTED,
    (_S.SCREENING, Move.LAPSE): _S.REJECTED,
}

ASKING: dict[Stage, ApplicationState] = {
    Stage.INTERVIEW: _S.INTERVIEW,
    Stage.OFFER: _S.OFFERED,
    Stage.HIRE: _S.HIRED,
}
"""The state in which a document is asked for, and the only one in which the employer sees it."""

MOVES: dict[Move, Side] = {
    Move.SCREEN: Side.EMPLOYER,
    Move.INVITE: Side.EMPLOYER,
    Move.OFFER_SLOTS: Side.EMPLOYER,
    Move.RECORD_RESULT: Side.EMPLOYER,
    Move.OFFER: Side.EMPLOYER,
    Move.REJECT: Side.EMPLOYER,
    Move.REPORT_START: Side.EMPLOYER,
    Move.PICK_SLOT: Side.PERSON,
    Move.CONFIRM_INTERVIEW: Side.PERSON,
    Move.ASK_TIME: Side.PERSON,
    Move.ACCEPT: Side.PERSON,
    Move.CONFIRM_START: Side.PERSON,
    Move.WITHDRAW: Side.PERSON,
    Move.UNDO_START: Side.PERSON,
    Move.SUPERSEDE: Side.SYSTEM,
    Move.LAPSE: Side.SYSTEM,
    Move.REVIVE: Side.SYSTEM,
}


def moves_from(state: ApplicationState, side: Side) -> tuple[Move, ...]:
    """The moves that ``side`` may make from ``state``, in the order of the table."""
    return tuple(move for (origin, move) in FLOW if origin is state and MOVES[move] is side)
