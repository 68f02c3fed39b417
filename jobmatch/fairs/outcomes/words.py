"""The sentences of the three reports (快报, 90 天跟踪, 累计成效). Pure functions over numbers by name.

The wording is that of official reports and stays Chinese in every language; the numbers come from the lists alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

Numbers = Mapping[str, Any]

REASONS = (
    ("fu_pay", "薪资"),
    ("fu_distance", "距离"),
    ("fu_needs", "条件不符"),
    ("fu_own", "本人放弃"),
    ("fu_employer", "企业未录用"),
    ("fu_lost", "失联"),
)
"""The reasons that the 90-day report names one by one; all others stand together as 其他."""


FEW = 5
FEW_WORD = "少于5"
HELD_WORD = "不公布"


class Few(int):
    """A number of people below five for readers of aggregates: it is written as a word, and nothing is reckoned
    from it that would give it away."""

    word = FEW_WORD

    def __str__(self) -> str:
        return self.word

    def __format__(self, _spec: str) -> str:
        return self.word


class Held(Few):
    """A larger number that is not written either, because with it a small one beside it could be reckoned."""

    word = HELD_WORD


def rate(part: int, whole: int) -> str:
    """A share in percent with one decimal, as reports print it; a dash where nobody is below the line."""
    if isinstance(part, Few) or isinstance(whole, Few):
        return "—"
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else "—"


def chinese_day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def quick_words(n: Numbers, *, day: date, office: str, place: str, title: str, is_held: bool = True) -> list[str]:
    """T1, the quick report; the second paragraph says how it was counted. What was only joined never reads as 举办."""
    where = place or "（地点未填）"
    held, joined = f"在{where}举办“{title}”。现场共有", f"到{where}参加外部招聘会“{title}”（不算举办）。我们组织了"
    begin = f"{chinese_day(day)}，{office}{held if is_held else joined}{n['exhibitors']}家用人单位参会"
    first = (
        f"{begin}（其中国有企业{n['state_owned']}家、军创企业{n['veteran_founded']}家），"
        f"提供岗位{n['vacancies']}个（招聘人数口径，{n['postings']}条招聘信息），"
        f"涵盖{n['industries']}个行业、{n['occupations']}个职业。"
        f"进场求职{n['visitors']}人（退役军人{n['veterans']}人、军属{n['families']}人、其他{n['others']}人），"
        f"达成初步就业意向{n['intention_people']}人（{n['intentions']}人次），"
        f"意向达成率{rate(n['served_with_intention'], n['served'])}，现场录用{n['hires']}人；"
        f"政策咨询{n['wish_policy']}人次，报名技能培训{n['wish_training']}人，登记创业意愿{n['wish_start_up']}人。"
    )
    basis = (
        "口径：岗位数=Σ招聘人数，只计到场单位，按闭馆时的招聘人数"
        f"{_changed(n['vacancies_more'])}；意向=双方确认，"
        f"另有单方意向{n['one_sided']}人次不计入；"
        f"意向达成率=进场退役军人和军属中达成意向的{n['served_with_intention']}人÷进场退役军人和军属{n['served']}人；"
        f"人数按档案去重，没有档案的{n['no_file']}人按手机号（没留手机号的按现场登记）去重；"
        f"进场人员中已核验{n['verified']}人、自报{n['declared']}人。"
    )
    found = [first, basis]
    if n["broadcasts"]:
        found.append(broadcast_words(n))
    return found


def _changed(more: int) -> str:
    """How the head-counts moved after the doors opened."""
    return f"（开馆后{'增加' if more > 0 else '减少'}{abs(more)}个）" if more else ""


def broadcast_words(n: Numbers) -> str:
    """直播带岗, in a row of its own: its figures are typed in and never added to those of the hall."""
    return (
        f"直播带岗{n['broadcasts']}场，观看{n['broadcast_viewers']}人次，投递{n['broadcast_applications']}份"
        f"（平台填报，另在本系统投到这些岗位{n['online_applications']}份），"
        f"意向{n['broadcast_intentions']}人次（单列，不计入以上数字）。"
    )


def tracking_words(n: Numbers, reasons: Mapping[str, int], *, day: date) -> list[str]:
    """T2, the report after 90 days; the second paragraph shows that the states add up."""
    named = [f"{label}{reasons.get(code, 0)}" for code, label in REASONS]
    others = [count for code, count in reasons.items() if code not in dict(REASONS)]
    # Of numbers that are not written, no sum is written either.
    rest = Held(sum(others)) if any(isinstance(one, Few) for one in others) else sum(others)
    named += [f"其他{rest}"] if rest else []
    first = (
        f"截至{chinese_day(day)}，意向{n['intention_people']}人中已核实入职{n['same_employer']}人，"
        f"意向转就业率{rate(n['same_employer'], n['intention_people'])}；"
        f"未入职{n['not_started']}人，原因：{'、'.join(named)}。"
        f"已再次推荐岗位{n['recommended_again']}人次、转入培训{n['to_training']}人。"
    )
    parts = (
        f"去向：意向{n['intention_people']}人=同单位入职{n['same_employer']}人+其他单位就业{n['other_employer']}人"
        f"+流程中{n['in_progress']}人+未入职{n['not_started']}人+未核实{n['unverified']}人。"
        f"意向{n['intention_people']}人，录用{n['hired']}人，入职{n['started']}人，3个月在岗{n['kept']}人。"
    )
    basis = "口径：意向转就业率（兑现率）只算同单位入职；一人有几个意向的算一人；两方说法不一致的算未核实。"
    return [first, parts, basis]


def cumulative_words(n: Numbers, *, since: date, until: date) -> list[str]:
    """T3, what the fairs of a time brought."""
    time = f"{since.year}年" if since.year == until.year else f"{since.year}年至{until.year}年"
    first = (
        f"{time}我们共举办退役军人专场招聘会{n['fairs']}场，邀请了{n['employer_times']}家次企业参会，"
        f"提供就业岗位{n['vacancies']}个，达成就业意向{n['intention_people']}人，经核实实现就业{n['verified']}人。"
        f"设置专岗{n['reserved']}个。"
        f"帮助{n['verified_veterans']}名退役军人、{n['verified_families']}名军属实现就业。"
    )
    basis = (
        f"口径：{chinese_day(since)}至{chinese_day(until)}开场并已闭馆的；家次按场累计，去重后{n['employers']}家；"
        f"岗位数按场累计，同一岗位只计一次为{n['vacancies_once']}个；"
        f"意向人数已去重，按场累计{n['intention_by_fair']}人、{n['intentions']}人次；"
        f"经核实实现就业含意向单位{n['same_employer']}人和其他单位{n['other_employer']}人，"
        f"兑现率{rate(n['same_employer'], n['intention_people'])}。"
    )
    found = [first, basis]
    if n["joined"]:
        found.append(
            f"另参加外部招聘会{n['joined']}场（不算举办）：组织{n['joined_employers']}家次单位、"
            f"岗位{n['joined_vacancies']}个，达成意向{n['joined_people']}人。"
        )
    if n["broadcasts"]:
        found.append(broadcast_words(n))
    return found


def each_yuan(spent: int, people: int) -> int | str:
    """What each of so many people cost; a dash where there is nobody, or a number that is not to be known."""
    return round(spent / people) if people and not isinstance(people, Few) else "—"
