"""The figures of job fairs (T1, T2, T3; I09 to I12), counted over the fairs that were held and are closed.

All of them stand on ``cumulative`` of the fair rooms, so a number here is the one on the page of the fairs. Fairs that
were only joined (参加) are in none of them. People and times, employers and times, head-counts and postings are apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import N_
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.states import WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.states import FollowUpResult
from jobmatch.fairs.outcomes.tracking import FOLLOW_UP_DAYS, Cumulative, Outcome, cumulative
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit
from jobmatch.reports.indicators.loading import counted, once, weighed

TRACKED_DAYS = FOLLOW_UP_DAYS[-1]
REASONS = (
    ("fu_pay", N_("未入职：薪资")),
    ("fu_distance", N_("未入职：距离")),
    ("fu_needs", N_("未入职：条件不符")),
    ("fu_own", N_("未入职：本人放弃")),
    ("fu_employer", N_("未入职：企业未录用")),
    ("fu_lost", N_("未入职：失联")),
)
"""The reasons that T2 names one by one; every other one stands in ``T2.other_reason``."""
_HELD = N_("只算本级及以下举办、已闭馆的招聘会；参加外部招聘会的不算")
_CAME = N_("只计到场签到的单位")
_NOT_SEEN = N_("没有签到、闭馆时也没有补记的单位按没到场")
_ONCE = N_("人数按档案去重，没有档案的按手机号，没留手机号的按现场登记")
_ENTERED = N_("只报名没有进场的不算；外部招聘会不算")
_NO_FILE = N_("没有档案也没留手机号的，同一人几次登记认不出来")
_BOTH_SIDES = N_("单位和本人都确认的意向")
_ONE_SIDED = N_("单方意向、没有第三方见到人的自报意向不算")
_LATER = N_("没有核实过的留在“去向未核实”，不当作已入职也不当作未入职")
_AT_DESK = N_("服务台登记一次计一次，同一人几次登记计几次")
_NOT_WRITTEN = N_("没有登记的不推算")
_SOURCE = "report_templates.md"


@once
def _found(scope: Scope) -> Cumulative:
    return cumulative(scope.uow.session, scope.path or "/", scope.since, scope.until)


def _visitors(name: str) -> Callable[[Scope], Collection[int]]:
    """Registrations of the people in a list of every fair, each person once in the period."""

    return lambda scope: _firsts(_lines(scope, name), lambda line: line.key, "registration_id")


def _served_with_intention(scope: Scope) -> Collection[int]:
    """Of those below the line of the rate, who has an intention: the same registrations, so none is above it."""
    keys = {line.key for line in _lines(scope, "served_with_intention")}
    served = [line for line in _lines(scope, "served") if line.key in keys]
    return _firsts(served, lambda line: line.key, "registration_id")


def _exhibitors(name: str) -> Callable[[Scope], Collection[int]]:
    """Employers in a list of every fair, each time they came."""
    return lambda scope: [line.exhibitor_id for line in _lines(scope, name)]


def _employers(scope: Scope) -> Collection[int]:
    """Employers, each once: by their first booth."""
    return _firsts(_lines(scope, "exhibitors"), lambda line: line.organization_id, "exhibitor_id")


def _lines(scope: Scope, name: str) -> list[Any]:
    """The lines of a list of every fair."""
    return [line for fair in _found(scope).held for line in fair.lists[name]]


def _firsts(lines: Iterable[Any], key: Callable[[Any], Any], name: str) -> list[int]:
    """The id called ``name`` of the first line of each ``key``."""
    found: dict[Any, int] = {}
    for line in lines:
        found.setdefault(key(line), getattr(line, name))
    return list(found.values())


def _occupations(scope: Scope) -> Rows:
    """How many occupations each booth was the first to bring."""
    first: dict[str, int] = {}
    for line in _lines(scope, "occupations"):
        first.setdefault(line.occupation_code, line.exhibitor_id)
    return weighed(Exhibitor.id, Counter(first.values()))


def _industries(scope: Scope) -> Collection[int]:
    return _firsts(_lines(scope, "industries"), lambda line: line.industry_code, "exhibitor_id")


def _offered(name: str, *, by_head: bool) -> Callable[[Scope], Rows]:
    """Head-counts, or postings, at the booths of employers that came, as they stood at closing."""

    def rows(scope: Scope) -> Rows:
        amounts: Counter[int] = Counter()
        for line in _found(scope).lists[name]:
            amounts[line.exhibitor_id] += line.vacancies if by_head else 1
        return weighed(Exhibitor.id, amounts)

    return rows


def _intentions(scope: Scope) -> Collection[int]:
    return [line.intention_id for fair in _found(scope).held for line in fair.intentions]


def _hires(scope: Scope) -> Collection[int]:
    return _firsts((line for fair in _found(scope).held for line in fair.hires), lambda line: line.key, "intention_id")


def _outcomes(name: str) -> Callable[[Scope], Collection[int]]:
    """People in a list of the period's tracking, each once by the intention that speaks for them."""
    return lambda scope: _ids(_found(scope).lists[name])


def _states(*results: FollowUpResult) -> Callable[[Scope], Collection[int]]:
    return lambda scope: _ids(one for one in _found(scope).tracking.outcomes if one.result in results)


def _reason(*codes: str) -> Callable[[Scope], Collection[int]]:
    return lambda scope: _ids(one for one in _not_started(scope) if one.reason_code in codes)


def _other_reason(scope: Scope) -> Collection[int]:
    named = {code for code, _name in REASONS}
    return _ids(one for one in _not_started(scope) if one.reason_code not in named)


def _not_started(scope: Scope) -> Sequence[Outcome]:
    return _found(scope).tracking.of(FollowUpResult.NOT_STARTED)


def _ids(outcomes: Iterable[Outcome]) -> list[int]:
    return [one.line.intention_id for one in outcomes]


def _open(scope: Scope) -> Collection[int]:
    """People whose fair is not 90 days old yet."""
    fairs, today = _found(scope).fairs, scope.uow.today
    days = {key: (today - local_day(fair.closed_at or fair.closes_at)).days for key, fair in fairs.items()}
    return _ids(one for one in _found(scope).tracking.outcomes if days[one.fair_id] < TRACKED_DAYS)


def _wishes(kind: WishKind) -> Callable[[Scope], Rows]:
    """Lines of a counter by fair; 人次, since a counter writes down who comes again."""
    return lambda scope: weighed(
        JobFair.id, {one.fair.id: len(one.lists[f"wish_{kind.value}"]) for one in _found(scope).held}
    )


def _visitor(code: str, name: str, list_name: str, formula: str, **words: str) -> Figure:
    ids = _visitors(list_name)
    key, subject = FairRegistration.id, Subject.FAIR_VISITOR
    words = {"excludes": _ENTERED, "unknown": _NO_FILE, "source": _SOURCE} | words
    return counted(code, name, Unit.PERSON, key, subject, ids, formula, span=Span.FLOW, **words)


def _booth(code: str, name: str, unit: Unit, ids: Callable[[Scope], Collection[int]], formula: str) -> Figure:
    key, subject, words = Exhibitor.id, Subject.EXHIBITOR, {"excludes": _HELD, "unknown": _NOT_SEEN}
    return counted(code, name, unit, key, subject, ids, formula, span=Span.FLOW, counts=_CAME, source=_SOURCE, **words)


def _intended(
    code: str, name: str, ids: Callable[[Scope], Collection[int]], formula: str, unit: Unit = Unit.PERSON, **words: str
) -> Figure:
    given = {"counts": _BOTH_SIDES, "excludes": _ONE_SIDED, "unknown": _LATER, "source": _SOURCE} | words
    key = Intention.id
    return counted(code, name, unit, key, Subject.INTENTION, ids, formula, span=Span.FLOW, **given)


def _summed(
    code: str, name: str, unit: Unit, rows: Callable[[Scope], Rows], formula: str, *, of: Subject = Subject.EXHIBITOR
) -> Figure:
    counts, unknown = (_CAME, _NOT_SEEN) if of is Subject.EXHIBITOR else (_AT_DESK, _NOT_WRITTEN)
    return Figure(code, name, unit, Span.FLOW, of, formula, rows, counts, _HELD, unknown, _SOURCE)


FAIRS = counted(
    "T3.fairs",
    N_("举办招聘会"),
    Unit.EVENT,
    JobFair.id,
    Subject.FAIR,
    lambda scope: [one.fair.id for one in _found(scope).held],
    N_("期内开场、已闭馆、本级及以下举办的招聘会"),
    counts=N_("一场计一次，开几天、分几个会场都是一场"),
    excludes=_HELD,
    unknown=N_("还没有闭馆的等闭馆以后再算"),
    source=_SOURCE,
)
JOINED = counted(
    "T3.joined",
    N_("参加外部招聘会（不算举办）"),
    Unit.EVENT,
    JobFair.id,
    Subject.FAIR,
    lambda scope: [one.fair.id for one in _found(scope).joined],
    N_("期内组织单位和人员去参加的外部招聘会"),
    counts=N_("一场计一次"),
    excludes=N_("本级及以下举办的不算"),
    unknown=N_("外部招聘会没有登记进来的不知道"),
    source=_SOURCE,
)
EMPLOYER_TIMES = _booth(
    "T3.employer_times",
    N_("参会单位家次"),
    Unit.ORGANIZATION_TIMES,
    _exhibitors("exhibitors"),
    N_("每场到场单位数相加"),
)
EMPLOYERS = _booth("T1.employers", N_("参会单位家数"), Unit.ORGANIZATION, _employers, N_("到场单位，几场都来的算一家"))
STATE_OWNED = _booth(
    "T1.state_owned",
    N_("参会国有企业家次"),
    Unit.ORGANIZATION_TIMES,
    _exhibitors("state_owned"),
    N_("到场单位中的国有企业"),
)
VETERAN_FOUNDED = _booth(
    "T1.veteran_founded",
    N_("参会军创企业家次"),
    Unit.ORGANIZATION_TIMES,
    _exhibitors("veteran_founded"),
    N_("到场单位中开场当天军创认定有效的"),
)
INDUSTRIES = _booth("T1.industries", N_("涵盖行业"), Unit.PIECE, _industries, N_("到场单位的行业，同一行业算一个"))
OCCUPATIONS = _summed("T1.occupations", N_("涵盖职业"), Unit.PIECE, _occupations, N_("岗位的职业，同一职业算一个"))
VACANCIES = _summed(
    "I12",
    N_("招聘会岗位数"),
    Unit.PIECE,
    _offered("vacancies", by_head=True),
    N_("Σ招聘人数：到场单位闭馆时的招聘人数，按场累计；不是岗位条数"),
)
POSTINGS = _summed(
    "I12.postings",
    N_("招聘会岗位条数"),
    Unit.ITEM,
    _offered("vacancies", by_head=False),
    N_("到场单位闭馆时的招聘信息条数，按场累计"),
)
VACANCIES_ONCE = _summed(
    "I12.once",
    N_("招聘会岗位数（同一岗位计一次）"),
    Unit.PIECE,
    _offered("vacancies_once", by_head=True),
    N_("Σ招聘人数，同一岗位带到几场的只取招聘人数最多的一场"),
)
RESERVED = _summed(
    "T3.reserved", N_("其中专岗"), Unit.PIECE, _offered("reserved", by_head=True), N_("专岗的Σ招聘人数，按场累计")
)
VISITORS = _visitor("T1.visitors", N_("进场求职人数"), "visitors", N_("签到进场的人，一人计一次"), counts=_ONCE)
VETERANS = _visitor("T1.veterans", N_("进场退役军人"), "veterans", N_("签到进场的退役军人，一人计一次"), counts=_ONCE)
FAMILIES = _visitor("T1.families", N_("进场军属"), "families", N_("签到进场的军属，一人计一次"), counts=_ONCE)
OTHERS = _visitor("T1.others", N_("进场其他人员"), "others", N_("签到进场的其他人员，一人计一次"), counts=_ONCE)
SERVED = _visitor(
    "I09.served", N_("进场的退役军人和军属"), "served", N_("签到进场的退役军人和军属，一人计一次"), counts=_ONCE
)
SERVED_WITH_INTENTION = counted(
    "I09.intended",
    N_("达成意向的进场退役军人和军属"),
    Unit.PERSON,
    FairRegistration.id,
    Subject.FAIR_VISITOR,
    _served_with_intention,
    N_("进场的退役军人和军属中有双方确认的意向的"),
    counts=_ONCE,
    excludes=_ONE_SIDED,
    unknown=_NO_FILE,
    source="indicator I09",
)
INTENTION_PEOPLE = _intended(
    "T1.intention_people",
    N_("意向人数"),
    _outcomes("intention_people"),
    N_("有双方确认的意向的人，期内几场、几个岗位的算一人"),
    counts=_ONCE,
)
INTENTIONS = _intended(
    "T1.intentions",
    N_("意向人次"),
    _intentions,
    N_("双方确认的意向，一个岗位计一次"),
    unit=Unit.PERSON_TIMES,
)
HIRES = _intended("T1.hires", N_("现场录用"), _hires, N_("单位录用并经本人确认的人，一人计一次"))
POLICY = _summed(
    "T1.policy",
    N_("政策咨询"),
    Unit.PERSON_TIMES,
    _wishes(WishKind.POLICY),
    N_("服务台登记的政策咨询"),
    of=Subject.FAIR,
)
TRAINING_WISHES = _summed(
    "T1.training",
    N_("报名技能培训"),
    Unit.PERSON_TIMES,
    _wishes(WishKind.TRAINING),
    N_("服务台登记的报名技能培训"),
    of=Subject.FAIR,
)
START_UP_WISHES = _summed(
    "T1.start_up",
    N_("登记创业意愿"),
    Unit.PERSON_TIMES,
    _wishes(WishKind.START_UP),
    N_("服务台登记的创业意愿"),
    of=Subject.FAIR,
)
SAME_EMPLOYER = _intended(
    "T2.same_employer",
    N_("意向单位核实入职"),
    _outcomes("same_employer"),
    N_("意向人员中 90 天内经核实在意向单位入职的"),
    excludes=N_("在其他单位就业的另列"),
)
OTHER_EMPLOYER = _intended(
    "T2.other_employer", N_("其他单位就业"), _outcomes("other_employer"), N_("意向人员中 90 天内经核实在其他单位就业的")
)
IN_PROGRESS = _intended(
    "T2.in_progress", N_("流程中"), _states(FollowUpResult.IN_PROGRESS), N_("意向人员中面试、体检等流程还没有结束的")
)
NOT_STARTED = _intended(
    "T2.not_started", N_("未入职"), _states(FollowUpResult.NOT_STARTED), N_("意向人员中确认没有入职的")
)
UNVERIFIED = _intended(
    "T2.unverified",
    N_("去向未核实"),
    _states(FollowUpResult.UNVERIFIED),
    N_("意向人员中没有人核实过、或两方说法不一致的"),
)
NOT_DUE = _intended("T2.open", N_("未满 90 天"), _open, N_("意向人员中招聘会闭馆还没满 90 天的，去向还会变"))
NO_START_REASONS = tuple(
    _intended(f"T2.{code}", name, _reason(code), N_("未入职的人，按回访登记的原因")) for code, name in REASONS
)
OTHER_REASON = _intended("T2.other_reason", N_("未入职：其他原因"), _other_reason, N_("未入职的人，其他原因"))
RECOMMENDED = _intended(
    "T2.recommended_again",
    N_("再次推荐岗位"),
    lambda scope: [one.intention_id for one in _found(scope).tracking.recommended],
    N_("回访后再次推荐了岗位的意向"),
    unit=Unit.PERSON_TIMES,
)
TO_TRAINING = _intended(
    "T2.to_training",
    N_("转入培训"),
    lambda scope: [one.intention_id for one in _found(scope).tracking.to_training],
    N_("回访后转入培训的人，一人计一次"),
)
VERIFIED = _intended(
    "T3.verified", N_("经核实实现就业"), _outcomes("verified"), N_("意向人员中经核实在意向单位或其他单位就业的")
)
VERIFIED_VETERANS = _intended(
    "T3.verified_veterans", N_("经核实实现就业的退役军人"), _outcomes("verified_veterans"), N_("同上，其中退役军人")
)
VERIFIED_FAMILIES = _intended(
    "T3.verified_families", N_("经核实实现就业的军属"), _outcomes("verified_families"), N_("同上，其中军属")
)
KEPT = _intended("T2.kept", N_("3 个月在岗"), _outcomes("kept"), N_("在意向单位入职并满 3 个月在岗的"))

FIGURES: tuple[Figure, ...] = (
    FAIRS,
    JOINED,
    EMPLOYER_TIMES,
    EMPLOYERS,
    STATE_OWNED,
    VETERAN_FOUNDED,
    INDUSTRIES,
    OCCUPATIONS,
    VACANCIES,
    POSTINGS,
    VACANCIES_ONCE,
    RESERVED,
    VISITORS,
    VETERANS,
    FAMILIES,
    OTHERS,
    SERVED,
    SERVED_WITH_INTENTION,
    INTENTION_PEOPLE,
    INTENTIONS,
    HIRES,
    POLICY,
    TRAINING_WISHES,
    START_UP_WISHES,
    SAME_EMPLOYER,
    OTHER_EMPLOYER,
    IN_PROGRESS,
    NOT_STARTED,
    UNVERIFIED,
    NOT_DUE,
    *NO_START_REASONS,
    OTHER_REASON,
    RECOMMENDED,
    TO_TRAINING,
    VERIFIED,
    VERIFIED_VETERANS,
    VERIFIED_FAMILIES,
    KEPT,
)
RATIOS: tuple[Ratio, ...] = (
    Ratio(
        "I09",
        N_("招聘会意向达成率（按人）"),
        SERVED_WITH_INTENTION,
        SERVED,
        N_("达成意向的进场退役军人和军属÷进场的退役军人和军属，分子分母是同一批人"),
        caution=N_("意向按人和按人次分开，这里按人"),
        source="indicator I09",
    ),
    Ratio(
        "I10",
        N_("岗位满足率"),
        INTENTIONS,
        VACANCIES,
        N_("意向人次÷岗位数（招聘人数）"),
        caution=N_("一人可以对几个岗位有意向，这个率不说明招到了多少人"),
        source="indicator I10",
    ),
    Ratio(
        "I11",
        N_("意向转就业率（90 天）"),
        SAME_EMPLOYER,
        INTENTION_PEOPLE,
        N_("90 天内经核实在意向单位入职的人÷意向人数；没有核实的留在分母里"),
        unknown=UNVERIFIED,
        caution=N_("只算意向单位入职；未满 90 天的场次去向还会变"),
        source="indicator I11",
    ),
)
