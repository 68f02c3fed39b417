"""What the two sides are told: what happened, and what to do next, in each reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import members_of
from jobmatch.applications.models import Application, Interview, RetentionCheck
from jobmatch.applications.states import Move
from jobmatch.core import clock
from jobmatch.core.clock import utcnow
from jobmatch.core.i18n import day_words, ngettext, use_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from jobmatch.people.states import GrantField
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names, region_label
from recruiters.postings.cards import pay_words
from recruiters.postings.models import Posting

Text = tuple[str, str]
MOST_NAMED, _SIGN = 3, "、"


class Facts:
    """The things a message about ``application`` speaks of; read once for all its readers."""

    def __init__(self, uow: UnitOfWork, application: Application) -> None:
        self.application = application
        self.person = uow.session.get_one(Person, application.person_id)
        self.posting = uow.session.get_one(Posting, application.posting_id)
        self.organization = uow.session.get_one(Organization, application.organization_id)
        self._uow = uow

    @property
    def reason_words(self) -> str:
        """The coded reason in the reader's language; empty where none was given."""
        return names(self._uow.session, Reason).get(self.application.reason_code or "", "")

    @property
    def names(self) -> dict[str, str]:
        return {"name": self.person.name, "title": self.posting.title, "employer": self.organization.name}


def consent_text(organization_name: str, until: date) -> str:
    """What a person agrees to when applying; kept word for word with the grant."""
    return _(
        "我同意%(employer)s看我的%(fields)s，以及服役经历、学历、技能、证书和驾驶证。"
        "只用于这次招聘，到 %(until)s为止；我撤回以后，这家单位就看不到了。",
        employer=organization_name,
        fields=_("、").join(field.label for field in GrantField),
        until=day_words(until),
    )


def moment_words(value: datetime) -> str:
    """An instant such as 2026 年 11 月 28 日 9:00, on the clock of Shanghai."""
    local = value.astimezone(clock.SHANGHAI)
    return f"{day_words(local.date())} {local.hour}:{local.minute:02d}"


def tell_sent_for(uow: UnitOfWork, application: Application, clerk: str, *, is_recommendation: bool = False) -> None:
    """Tell the person that staff applied in their place, or recommended them."""
    facts = Facts(uow, application)

    def text() -> Text:
        if is_recommendation:
            return (
                _("服务站推荐您去“%(title)s”", title=facts.posting.title),
                _("推荐给%(employer)s，单位能看到是服务站推荐。不想去可以撤回。", employer=facts.organization.name),
            )
        return (
            _("%(clerk)s替您投了“%(title)s”", clerk=clerk, title=facts.posting.title),
            _("投给%(employer)s。不是您的意思，可以在投递里撤回。", employer=facts.organization.name),
        )

    _tell_person(uow, facts, text, once=f"app:{application.public_id}:sent-for")


def tell_submitted(uow: UnitOfWork, application: Application) -> None:
    """Tell the employer's members that a résumé came."""
    facts = Facts(uow, application)

    def text() -> Text:
        told = _("服务站推荐%(name)s来“%(title)s”") if application.support_id else _("%(name)s投了“%(title)s”")
        return (
            told % _only(facts, "name", "title"),
            _("请在 %(day)s前回复：约面试、录用，或者选一个原因说明不合适。", day=day_words(application.answer_due_on)),
        )

    _tell_employer(uow, facts, text, once=f"app:{application.public_id}:submitted")


def tell_move(uow: UnitOfWork, application: Application, move: Move, *, move_id: int, note: str = "") -> None:
    """Tell the side that did not make ``move``; a move without words tells nobody."""
    facts, once = Facts(uow, application), f"app:{application.public_id}:{move_id}"
    if move in _TO_PERSON:
        words = _TO_PERSON[move]
        _tell_person(uow, facts, lambda: words(facts, note), once=once)
    elif move in _TO_EMPLOYER:
        words = _TO_EMPLOYER[move]
        _tell_employer(uow, facts, lambda: words(facts, note), once=once)


def tell_waiting(uow: UnitOfWork, applications: list[Application]) -> None:
    """Remind the members of one employer of everything that waits, oldest first: whose, how many, and the oldest."""
    oldest = applications[0]
    days = (uow.now - oldest.created_at).days
    named = _SIGN.join(one.person.name for one in applications[:MOST_NAMED])

    def text() -> Text:
        who = _("%(names)s等 %(n)s 人", names=named, n=len(applications)) if len(applications) > MOST_NAMED else named
        return (
            ngettext("有 %(n)s 份简历等您回复", "有 %(n)s 份简历等您回复", len(applications)),
            _(
                "%(who)s在等答复，最早的“%(title)s”等了 %(days)s 天。按时回复的单位，岗位会排得更靠前。",
                who=who,
                title=oldest.posting.title,
                days=days,
            ),
        )

    step = f"{oldest.public_id}:{uow.today.isoformat()}"
    for user in members_of(uow.session, oldest.organization_id):
        link = f"/employer/applications/{oldest.public_id}"
        _send(uow, user, text, link=link, once=f"app:waiting:{step}")


def ask_coming(uow: UnitOfWork, application: Application, interview: Interview) -> None:
    """The day before: does the person come?"""
    facts = Facts(uow, application)

    def text() -> Text:
        return (
            _("明天%(employer)s面试，您去不去", **_only(facts, "employer")),
            _(
                "岗位：%(title)s。时间：%(at)s。地点：%(place)s。请点开按“我去”或“去不了”，去不了的话单位好把时间让给别人。",
                **_only(facts, "title"),
                at=moment_words(interview.starts_at),
                place=interview.place,
            ),
        )

    _tell_person(uow, facts, text, once=f"app:coming:{interview.public_id}", by_sms=True)


def ask_still_there(uow: UnitOfWork, application: Application, check: RetentionCheck) -> None:
    """Ask the employer whether somebody it hired is still there."""
    facts = Facts(uow, application)

    def text() -> Text:
        return (
            _("%(name)s还在吗？入职 %(n)s 个月了", **_only(facts, "name"), n=check.months),
            _("岗位：%(title)s。按一下“还在”或“已离开”就行。", **_only(facts, "title")),
        )

    for user in members_of(uow.session, application.organization_id):
        _send(uow, user, text, link="/employer/hires", once=f"app:still:{check.public_id}")


def tell_no_show_decided(uow: UnitOfWork, application: Application, interview: Interview) -> None:
    """Tell both sides what the station found."""
    facts = Facts(uow, application)

    def text() -> Text:
        title = _("“%(title)s”那次面试，服务站核实过了", **_only(facts, "title"))
        if interview.struck_at is not None:
            return title, _("不算爽约，记录已经取消。")
        return title, _("维持原来的记录。还有疑问，请打电话给服务站。")

    _tell_person(uow, facts, text, once=f"app:no-show:{interview.public_id}")
    _tell_employer(uow, facts, text, once=f"app:no-show:{interview.public_id}")


def _only(facts: Facts, *names: str) -> dict[str, str]:
    return {name: facts.names[name] for name in names}


def _screened(facts: Facts, note: str) -> Text:
    return (
        _("%(employer)s正在看您的简历", **_only(facts, "employer")),
        _("岗位：%(title)s。单位有结果会再告诉您，您不用做什么。", **_only(facts, "title")),
    )


def _invited(facts: Facts, note: str) -> Text:
    at = facts.application.interview_at
    return (
        _("%(employer)s约您面试", **_only(facts, "employer")),
        _(
            "岗位：%(title)s。时间：%(at)s。地点：%(place)s。请点开确认；时间不合适也可以说想改到什么时候。",
            **_only(facts, "title"),
            at=moment_words(at) if at else "",
            place=facts.application.interview_place,
        ),
    )


def _offered(facts: Facts, note: str) -> Text:
    start = facts.application.offer_start_on
    return (
        _("%(employer)s想录用您", **_only(facts, "employer")),
        _(
            "岗位：%(title)s。工资：%(pay)s。上班日期：%(start)s。请点开选接受或者不去。接受以后，其他投递还在。",
            **_only(facts, "title"),
            pay=facts.application.offer_pay,
            start=day_words(start) if start else "",
        ),
    )


def _rejected(facts: Facts, note: str) -> Text:
    body = _("岗位：%(title)s。原因：%(reason)s。", **_only(facts, "title"), reason=facts.reason_words)
    if note:
        body += _("单位留言：%(note)s。", note=note.rstrip("。"))
    return (
        _("%(employer)s这次没有录用您", **_only(facts, "employer")),
        body + _("可以看看其他岗位，或者请服务站帮您补上还差的条件。"),
    )


def _start_reported(facts: Facts, note: str) -> Text:
    on = facts.application.start_reported_on
    return (
        _("%(employer)s登记您已入职", **_only(facts, "employer")),
        _("登记的日期：%(on)s。请点开确认；没有入职的话，请打电话给单位或服务站。", on=day_words(on) if on else ""),
    )


def _lapsed(facts: Facts, note: str) -> Text:
    return (
        _("%(employer)s一直没有答复，这次投递先结束了", **_only(facts, "employer")),
        _(
            "“%(title)s”等了 %(days)s 天。没有答复不说明您不合适。这家单位的情况已经记下，服务站会联系您，帮您另找。",
            **_only(facts, "title"),
            days=(utcnow() - facts.application.created_at).days,
        ),
    )


def _slots_offered(facts: Facts, note: str) -> Text:
    return (
        _("%(employer)s请您选面试时间", **_only(facts, "employer")),
        _("岗位：%(title)s。有几个时间可以选，先选先得，请点开挑一个。", **_only(facts, "title")),
    )


def _slot_picked(facts: Facts, note: str) -> Text:
    at = facts.application.interview_at
    return (
        _("%(name)s选好了面试时间", **_only(facts, "name")),
        _("岗位：%(title)s。时间：%(at)s。", **_only(facts, "title"), at=moment_words(at) if at else ""),
    )


def _start_undone(facts: Facts, note: str) -> Text:
    return (
        _("%(name)s撤销了入职确认", **_only(facts, "name")),
        _("岗位：%(title)s。现在是“已录用”，还没有入职。%(note)s", **_only(facts, "title"), note=note),
    )


def _revived(facts: Facts, note: str) -> Text:
    return (
        _("%(name)s的投递恢复了", **_only(facts, "name")),
        _("岗位：%(title)s。本人撤销了别处的入职确认，这份投递接着办。", **_only(facts, "title")),
    )


def _interview_confirmed(facts: Facts, note: str) -> Text:
    at = facts.application.interview_at
    return (
        _("%(name)s会来面试", **_only(facts, "name")),
        _("岗位：%(title)s。时间：%(at)s。", **_only(facts, "title"), at=moment_words(at) if at else ""),
    )


def _other_time(facts: Facts, note: str) -> Text:
    return (
        _("%(name)s想改面试时间", **_only(facts, "name")),
        _(
            "岗位：%(title)s。本人说：%(wish)s。请重新约一个时间。",
            **_only(facts, "title"),
            wish=facts.application.interview_wish,
        ),
    )


def _accepted(facts: Facts, note: str) -> Text:
    return (
        _("%(name)s接受了录用", **_only(facts, "name")),
        _("岗位：%(title)s。本人到岗以后，请登记入职日期。", **_only(facts, "title")),
    )


def _started(facts: Facts, note: str) -> Text:
    on = facts.application.started_on
    return (
        _("%(name)s确认已经入职", **_only(facts, "name")),
        _("岗位：%(title)s。日期：%(on)s。不用再做什么。", **_only(facts, "title"), on=day_words(on) if on else ""),
    )


def _withdrawn(facts: Facts, note: str) -> Text:
    body = _("岗位：%(title)s。这份简历不能再看了。", **_only(facts, "title"))
    if facts.reason_words:
        body += _("原因：%(reason)s。", reason=facts.reason_words)
    return _("%(name)s撤回了投递", **_only(facts, "name")), body


def _superseded(facts: Facts, note: str) -> Text:
    return (
        _("%(name)s已在别处入职", **_only(facts, "name")),
        _("岗位：%(title)s。这次投递已结束，您不用回复。可以看看其他合适的人选。", **_only(facts, "title")),
    )


_TO_PERSON: dict[Move, Callable[[Facts, str], Text]] = {
    Move.SCREEN: _screened,
    Move.INVITE: _invited,
    Move.OFFER: _offered,
    Move.REJECT: _rejected,
    Move.REPORT_START: _start_reported,
    Move.LAPSE: _lapsed,
    Move.OFFER_SLOTS: _slots_offered,
}
_TO_EMPLOYER: dict[Move, Callable[[Facts, str], Text]] = {
    Move.CONFIRM_INTERVIEW: _interview_confirmed,
    Move.ASK_TIME: _other_time,
    Move.ACCEPT: _accepted,
    Move.CONFIRM_START: _started,
    Move.WITHDRAW: _withdrawn,
    Move.SUPERSEDE: _superseded,
    Move.PICK_SLOT: _slot_picked,
    Move.UNDO_START: _start_undone,
    Move.REVIVE: _revived,
}


def _tell_person(uow: UnitOfWork, facts: Facts, text: Callable[[], Text], *, once: str, by_sms: bool = False) -> None:
    """People whom staff registered at the window may have no account; staff call them."""
    if facts.person.user_id is not None:
        user = uow.session.get_one(User, facts.person.user_id)
        link = f"/me/applications/{facts.application.public_id}"
        _send(uow, user, text, link=link, once=once, by_sms=by_sms)


def _tell_employer(uow: UnitOfWork, facts: Facts, text: Callable[[], Text], *, once: str) -> None:
    link = f"/employer/applications/{facts.application.public_id}"
    for user in members_of(uow.session, facts.application.organization_id):
        _send(uow, user, text, link=link, once=once)


def _send(uow: UnitOfWork, user: User, text: Callable[[], Text], *, link: str, once: str, by_sms: bool = False) -> None:
    with use_locale(user.locale):
        title, body = text()
    send(
        uow,
        user,
        group=MessageGroup.APPLICATION,
        title=title[:120],
        body=body,
        link=link,
        once=once,
        by_sms=by_sms,
    )


# ---------- the daily digest ----------


def digest_title(employers: int, results: Mapping[str, int], silent_days: int) -> str:
    """2 家新岗位，1 家约面试，1 家 7 天没回，联系人今天去催: what happened, in the order in which it matters."""
    parts = {
        "interview": lambda n: ngettext("%(n)s 家约面试", "%(n)s 家约面试", n),
        "offer": lambda n: ngettext("%(n)s 家发录用通知", "%(n)s 家发录用通知", n),
        "rejection": lambda n: ngettext("%(n)s 家没有录用", "%(n)s 家没有录用", n),
    }
    said = [say(results[what]) for what, say in parts.items() if results.get(what)]
    if employers:
        said.insert(0, ngettext("%(n)s 家新岗位", "%(n)s 家新岗位", employers))
    if results.get("silence"):
        said.append(_("%(n)s 家 %(days)s 天没回，联系人今天去催", n=results["silence"], days=silent_days))
    return _("，").join(said)


def posting_line(posting: Posting, distance: str, session: Session) -> str:
    """One new posting in a line of words; it is loaded with employer and organization."""
    parts = (
        posting.title,
        pay_words(posting),
        posting.employer.organization.name,
        region_label(session, posting.region_code),
        distance,
    )
    return " · ".join(part for part in parts if part)


def digest_body(lines: Sequence[str], more: int) -> str:
    """The new postings themselves, and how many more there are."""
    rest = [_("还有 %(n)s 条，打开看全部。", n=more)] if more else []
    return "\n".join([*lines, *rest, _("不想收，在消息设置里关掉每日汇总。")])


def digest_sms(employers: int, results: Mapping[str, int], silent_days: int, off_address: str) -> str:
    """The same in a text message, with the way to switch it off where the site has an address of its own."""
    title = digest_title(employers, results, silent_days)
    return _("%(title)s。不想收：%(address)s", title=title, address=off_address) if off_address else title
