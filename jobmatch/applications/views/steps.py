"""An application told in steps: what happened, what is next, and by when; pure functions of loaded rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.queries import interview_is_over
from jobmatch.applications.states import ApplicationState, Move, Side
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.formats import day, moment

_S = ApplicationState


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``state`` is ``done``, ``now`` or ``next``."""

    title: str
    text: str = ""
    when: str = ""
    state: str = "done"


_TOLD_TO_PERSON: dict[Move | None, str] = {
    None: N_("您投了简历"),
    Move.SCREEN: N_("单位开始看简历"),
    Move.INVITE: N_("单位约您面试"),
    Move.OFFER_SLOTS: N_("单位请您选面试时间"),
    Move.PICK_SLOT: N_("您选好了面试时间"),
    Move.RECORD_RESULT: N_("单位记了面试结果"),
    Move.CONFIRM_INTERVIEW: N_("您说会去面试"),
    Move.ASK_TIME: N_("您说想改面试时间"),
    Move.OFFER: N_("单位想录用您"),
    Move.ACCEPT: N_("您接受了录用"),
    Move.REPORT_START: N_("单位登记您已入职"),
    Move.CONFIRM_START: N_("您确认已入职"),
    Move.REJECT: N_("单位这次没有录用"),
    Move.WITHDRAW: N_("您撤回了投递"),
    Move.SUPERSEDE: N_("您在别处入职，这次投递结束"),
    Move.LAPSE: N_("单位一直没有答复，投递结束"),
    Move.UNDO_START: N_("您撤销了入职确认"),
    Move.REVIVE: N_("您撤销了别处的入职，这次投递恢复"),
}
_INTERVIEW, _OFFER, _START = N_("面试"), N_("收到录用通知，您决定去不去"), N_("上班，并在这里确认入职")
_AHEAD: dict[ApplicationState, tuple[str, ...]] = {
    _S.SUBMITTED: (_INTERVIEW, _OFFER, _START),
    _S.SCREENING: (_INTERVIEW, _OFFER, _START),
    _S.INTERVIEW: (_OFFER, _START),
    _S.OFFERED: (_START,),
    _S.HIRED: (),
}


def person_steps(application: Application, reasons: Mapping[str, str]) -> list[Step]:
    """The whole way for the person; ``reasons`` are the names of coded reasons. ``moves`` must be loaded."""
    steps = [
        Step(_(_TOLD_TO_PERSON[row.move]), _said(row, reasons), moment(row.at))
        for row in application.moves
        if row.side is not Side.STAFF
    ]
    now = _now(application)
    if now is None:
        return steps
    ahead = [Step(_(title), state="next") for title in _AHEAD[application.state]]
    return [*steps, now, *ahead]


def log_steps(moves: Sequence[ApplicationMove], reasons: Mapping[str, str], *, notes: bool) -> list[Step]:
    """The log for employers and staff; only staff read the notes."""
    return [
        Step(
            row.move.label if row.move else _("备注") if row.side is Side.STAFF else _("收到简历"),
            _said(row, reasons),
            f"{moment(row.at)} · {row.side.label}",
        )
        for row in moves
        if notes or row.side is not Side.STAFF
    ]


def after_applying(answer_due_on: date, *, sent_on: date | None = None) -> list[Step]:
    """What happens after an application, before it is made or right after (``sent_on``)."""
    return [
        Step(_("投递简历"), when=day(sent_on) if sent_on else "", state="done" if sent_on else "now"),
        Step(
            _("单位回复"),
            _("约面试、录用，或者告诉您原因"),
            _("最晚 %(on)s", on=day(answer_due_on)),
            "now" if sent_on else "next",
        ),
        Step(_("面试"), _("单位写明时间和地点，您点确认"), state="next"),
        Step(_("录用"), _("您决定去不去；接受以后，其他投递还在"), state="next"),
        Step(_("上班"), _("到岗后在这里点确认入职"), state="next"),
    ]


def next_words(application: Application) -> str:
    """The next thing and its day in one line, for lists."""
    step = _now(application)
    if step is None:
        return _("%(on)s结束", on=day(application.ended_at.date())) if application.ended_at else ""
    return f"{step.title}，{step.when}" if step.when else step.title


def _said(row: ApplicationMove, reasons: Mapping[str, str]) -> str:
    parts = [reasons.get(row.reason_code, "") if row.reason_code else "", row.note]
    return _("；").join(part for part in parts if part)


def _now(application: Application) -> Step | None:
    state = application.state
    if state is _S.SUBMITTED:
        late = application.answer_due_on < local_day(utcnow())
        text = _("过了答应的日子，已提醒单位。您可以打电话问，也可以先看看别的岗位") if late else ""
        return Step(_("等单位回复"), text, _("最晚 %(on)s", on=day(application.answer_due_on)), "now")
    if state is _S.SCREENING and application.slots_offered_at:
        return Step(_("请选面试时间"), _("先选先得，选好以后单位就知道"), state="now")
    if state is _S.SCREENING:
        return Step(_("单位正在看简历"), _("有结果会发消息给您"), state="now")
    if state is _S.INTERVIEW and interview_is_over(application):
        return Step(_("等单位告诉您面试结果"), _("几天没有消息，可以打电话问"), state="now")
    if state is _S.INTERVIEW and application.interview_at:
        when = moment(application.interview_at)
        return Step(_("去面试"), application.interview_place, when, "now")
    if state is _S.OFFERED:
        start = application.offer_start_on
        when = _("上班日期 %(on)s", on=day(start)) if start else ""
        return Step(_("请回复录用通知"), application.offer_pay, when, "now")
    if state is _S.HIRED:
        start = application.start_reported_on or application.offer_start_on
        when = _("上班日期 %(on)s", on=day(start)) if start else ""
        return Step(_("到岗后请确认入职"), _("确认以后，其他投递会自动结束"), when, "now")
    return None
