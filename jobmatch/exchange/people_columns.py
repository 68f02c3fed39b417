"""Tables of people: which column is which, however an office calls it, and what a row says in our codes.

Headers, kinds and ranks come as people write them; a word that fits nothing is a finding on its column, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column, bare, known_titles, open_table, plain
from jobmatch.people.services.bulk import Entry
from jobmatch.people.services.common import Findings
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import CodeMixin, EducationLevel, Rank, ResettlementMethod, ServiceBranch
from jobmatch.reference.models import ServiceObjectKind as Kind
from jobmatch.reference.queries import find_region, find_region_by_name

MOST_ROWS = 100_000


COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", N_("必填"), "示例甲", ("名字", "人员姓名", "退役军人姓名", "退役士兵姓名")),
    Column(
        "id_number",
        "身份证号",
        N_("和手机号至少填一个。请把这一列设为文本"),
        "",
        ("身份证号码", "公民身份号码", "身份证", "证件号码", "身份号码", "居民身份证号"),
    ),
    Column("phone", "手机号", N_("11 位"), "", ("手机", "手机号码", "联系电话", "电话", "联系方式", "电话号码")),
    Column("birth_on", "出生日期", N_("填了身份证号就不用填"), "1990-05-01", ("出生年月", "出生年月日", "生日")),
    Column(
        "kinds",
        "人员类别",
        N_("见下面的代码，几项之间用分号；填了退役时间或安置方式的，空着算退役军人"),
        "退役军人",
        ("类别", "身份类别", "服务对象类别", "人员身份"),
    ),
    Column(
        "living",
        "现居住地",
        N_("写到县或乡镇；三个地方至少填一个"),
        "湖南省湘潭市韶山市",
        ("居住地", "现住址", "住址", "现住地", "常住地", "家庭住址", "现居住地址"),
    ),
    Column(
        "registered",
        "户籍地",
        N_("写到县或乡镇"),
        "湖南省湘潭市韶山市",
        ("户口所在地", "户籍所在地", "户籍地址", "户籍"),
    ),
    Column("resettled", "安置地", N_("写到县或乡镇"), "湖南省湘潭市韶山市", ("安置地区", "安置地点", "接收安置地")),
    Column("education", "学历", N_("例如大专"), "大专", ("文化程度", "最高学历", "学历层次")),
    Column("major", "专业", N_("最多 80 个字"), "机电一体化", ("所学专业",)),
    Column("branch", "军兵种", N_("见下面的代码，不要写部队番号"), "陆军", ("军种", "服役军种", "兵种")),
    Column("rank", "军衔", N_("按本人证件上写的填，2009 年以前的也可以"), "中士", ("退役军衔", "退役时军衔", "衔级")),
    Column(
        "resettlement",
        "安置方式",
        N_("现在和以前的都可以；不清楚就空着"),
        "自主就业",
        ("安置类型", "退役方式", "安置去向"),
    ),
    Column(
        "enlisted_on", "入伍时间", N_("年月或年月日"), "2010-12", ("入伍日期", "入伍年月", "参军时间", "入伍批准时间")
    ),
    Column(
        "discharged_on",
        "退役时间",
        N_("年月或年月日"),
        "2018-12",
        ("退役日期", "退役年月", "退伍时间", "退伍日期", "退出现役时间"),
    ),
    Column(
        "posts_held",
        "主要做什么",
        N_("写做的事，不要写番号、代号、驻地和装备型号"),
        "驾驶大型货车",
        ("服役岗位", "部队岗位"),
    ),
    Column("honours", "立功受奖", N_("例如三等功 1 次"), "", ("立功情况", "奖励情况", "获奖情况")),
    Column(
        "search_state",
        "求职状态",
        N_("正在找工作、在职看机会、暂时不找；空着算暂时不找"),
        "暂时不找",
        ("求职意愿", "是否求职"),
    ),
)
NUMBER_FIELDS = frozenset({"id_number", "phone"})
FIELD_OF_FINDING = {
    "region_code": "living",
    "registered_place": "registered",
    "resettled_place": "resettled",
    "education_code": "education",
    "branch_code": "branch",
    "rank_code": "rank",
    "resettlement_code": "resettlement",
}
"""Under which field of the table a finding of the people room stands."""


_TITLES = known_titles(COLUMNS)


@dataclass(slots=True)
class PeopleTable:
    """A table that was recognised: its title of each field, the titles nobody asked for, and its rows.

    ``rows`` gives the number of the line in the file (as the table program counts) and the texts by field.
    """

    titles: dict[str, str]
    unused: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]


def read_people_table(content: bytes) -> PeopleTable:
    """The table in ``content`` (xlsx, or CSV in GBK or UTF-8).

    Raises ``Invalid`` where it cannot be read, has no column for the name, or neither identity number nor phone.
    """
    table = open_table(content, _TITLES)
    places = table.places(_TITLES)
    if "name" not in places or not places.keys() & NUMBER_FIELDS:
        raise Invalid(_("没有找到表头。要有“姓名”这一列，还要有“身份证号”或“手机号”"))
    titles = {name: table.titles[index] for name, index in places.items()}
    unused = [title for index, title in enumerate(table.titles) if title and index not in places.values()]
    return PeopleTable(titles, unused, _few(table.rows(places)))


def _few(rows: Iterator[tuple[int, dict[str, str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Invalid(_("一次最多导入 %(n)s 人，请分成几个文件", n=MOST_ROWS))
        yield row


# ---------- words to codes ----------

_KIND_WORDS = {
    "退役士兵": "TYJR",
    "退伍军人": "TYJR",
    "退役军官": "TYJR",
    "军嫂": "JS_PO",
    "军人配偶": "JS_PO",
    "军人父母": "JS_FM",
    "军人子女": "JS_ZN",
    "烈属": "LSYS",
    "残疾军人": "CJTY",
    "参战退役军人": "CZTY",
    "参试退役军人": "CZTY",
}
_EDUCATION_WORDS = {
    **{"博士": "11", "博士研究生": "11", "硕士": "14", "硕士研究生": "14", "研究生": "14"},
    **{"本科": "21", "大学本科": "21", "大学": "21", "大专": "31", "专科": "31", "大学专科": "31", "高职": "31"},
    **{"中专": "41", "中等专科": "41", "职高": "44", "职业高中": "44", "技校": "47", "技工学校": "47"},
    **{"高中": "61", "普通高中": "61", "初中": "71", "初级中学": "71", "小学": "81"},
}
_METHOD_WORDS = {
    "政府安排工作": "APGZ",
    "符合政府安排工作条件": "APGZ",
    "安置工作": "APGZ",
    "逐月": "ZYLQ",
    "逐月领取": "ZYLQ",
    "计划分配": "ZHUANYE",
    "自谋职业": "ZMZY",
}
_BRANCH_WORDS = {"二炮": "EP", "战支": "ZLZY", "战略支援部队": "ZLZY", "联勤": "LQBZ", "联勤部队": "LQBZ"}
_STATE_WORDS = {
    **dict.fromkeys(("是", "求职", "找工作", "求职中", "待业", "失业"), JobSearchState.LOOKING),
    **dict.fromkeys(("在职看机会", "想换工作", "看看机会"), JobSearchState.OPEN),
    **dict.fromkeys(("否", "不求职", "不找", "无求职意愿", "已就业"), JobSearchState.NOT_LOOKING),
}
_UNKNOWN = frozenset({"", "无", "不详", "不清楚", "未知", "-", "—", "/"})


def _code_words(uow: UnitOfWork, table: type[CodeMixin], more: Mapping[str, str]) -> dict[str, str]:
    """Every way to write a row of a code table: its code, its name with and without brackets, its old name."""
    found = {plain(word): code for word, code in more.items()}
    columns = [table.code, table.name_zh, *([Rank.old_name] if table is Rank else [])]
    for code, *names in uow.session.execute(select(*columns).order_by(table.sort_order.desc(), table.code)):
        for name in filter(None, names[::-1]):
            found |= {bare(name): code, plain(name): code}
        found[plain(code)] = code
    return found


@dataclass(slots=True)
class Reader:
    """Turns rows into entries; made once for a run, so that code tables and places are read once.

    ``within`` is the region that answers, in which a town may be named without its county.
    """

    kinds: dict[str, str]
    educations: dict[str, str]
    branches: dict[str, str]
    ranks: dict[str, str]
    methods: dict[str, str]
    states: dict[str, JobSearchState]
    within: str
    places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, uow: UnitOfWork, region_path: str) -> Reader:
        """A reader for the office that answers for ``region_path``."""
        states = {plain(word): state for word, state in _STATE_WORDS.items()}
        states |= {plain(word): state for state in JobSearchState for word in (state.label, state.value)}
        return cls(
            _code_words(uow, Kind, _KIND_WORDS),
            _code_words(uow, EducationLevel, _EDUCATION_WORDS),
            _code_words(uow, ServiceBranch, _BRANCH_WORDS),
            _code_words(uow, Rank, {}),
            _code_words(uow, ResettlementMethod, _METHOD_WORDS),
            states,
            region_path.strip("/").split("/")[-1],
        )

    def read(self, uow: UnitOfWork, row: Mapping[str, str], found: Findings) -> Entry:
        """What a row says; words that fit nothing are findings on their column."""
        codes = {
            name: self._code(found, name, row.get(name, ""), words)
            for name, words in (
                ("education", self.educations),
                ("branch", self.branches),
                ("rank", self.ranks),
                ("resettlement", self.methods),
            )
        }
        days = {
            name: self._day(found, name, row.get(name, "")) for name in ("birth_on", "enlisted_on", "discharged_on")
        }
        places = {
            name: self._place(uow, found, name, row.get(name, "")) for name in ("living", "registered", "resettled")
        }
        kinds = self._kinds(found, row.get("kinds", ""))
        entry = Entry(
            name=row.get("name", ""),
            id_number=row.get("id_number", ""),
            phone=row.get("phone", ""),
            kinds=kinds,
            education_code=codes["education"],
            major=row.get("major", ""),
            branch_code=codes["branch"],
            rank_code=codes["rank"],
            resettlement_code=codes["resettlement"],
            posts_held=row.get("posts_held", ""),
            honours=row.get("honours", ""),
            search_state=self._state(found, row.get("search_state", "")),
            birth_on=days["birth_on"],
            enlisted_on=days["enlisted_on"],
            discharged_on=days["discharged_on"],
            living=places["living"],
            registered=places["registered"],
            resettled=places["resettled"],
        )
        if not kinds and "kinds" not in found.fields and entry.has_service:
            return replace(entry, kinds=("TYJR",))
        return entry

    def _code(self, found: Findings, name: str, text: str, words: Mapping[str, str]) -> str:
        word = plain(text)
        if word in _UNKNOWN:
            return ""
        code = words.get(word) or words.get(bare(text), "")
        found.check(bool(code), name, _("表里的写法对不上代码，请照模板第二页填"))
        return code

    def _kinds(self, found: Findings, text: str) -> tuple[str, ...]:
        if plain(text) in _UNKNOWN:
            return ()
        whole = self.kinds.get(plain(text))
        words = [text] if whole else re.split(r"[;；,，/|\n]+", text)
        if len(words) == 1 and not whole:
            words = text.split("、")
        codes = [self._code(found, "kinds", word, self.kinds) for word in words]
        return tuple(dict.fromkeys(code for code in codes if code))

    def _state(self, found: Findings, text: str) -> JobSearchState:
        word = plain(text)
        if word in _UNKNOWN:
            return JobSearchState.NOT_LOOKING
        found.check(word in self.states, "search_state", _("请填正在找工作、在职看机会或暂时不找"))
        return self.states.get(word, JobSearchState.NOT_LOOKING)

    def _day(self, found: Findings, name: str, text: str) -> date | None:
        if plain(text) in _UNKNOWN:
            return None
        try:
            return read_day(text)
        except ValueError:
            found.add(name, _("日期读不懂，请写成 2003-12 或 2003-12-01"))
            return None

    def _place(self, uow: UnitOfWork, found: Findings, name: str, text: str) -> str:
        if plain(text) in _UNKNOWN:
            return ""
        if text not in self.places:
            self.places[text] = _place_code(uow, text, self.within)
        code = self.places[text]
        found.check(bool(code), name, _("没有找到这个地方，请写到县，例如湖南省湘潭市韶山市"))
        return code


def _place_code(uow: UnitOfWork, text: str, within: str) -> str:
    """The code of a written place of a county or below; empty where it is not clear which one is meant."""
    ways: tuple[Callable[[], Any], ...] = (
        lambda: find_region(uow.session, text) if text.isascii() and text.isdecimal() else None,
        lambda: find_region_by_name(uow.session, text),
        lambda: find_region_by_name(uow.session, text, within=within) if within else None,
    )
    for way in ways:
        place = way()
        if place is not None and len(place.code) >= 6:
            return str(place.code)
    return ""


def read_day(text: str) -> date:
    """A day as tables hold it: 2003-12-01, 2003.12, 2003年12月, 20031201, 200312; a month is its first day.

    Raises ``ValueError`` for anything else.
    """
    clean = unicodedata.normalize("NFKC", text).strip().split(" ")[0].split("T")[0]
    if re.fullmatch(r"\d{6}|\d{8}", clean):
        clean = "-".join(filter(None, (clean[:4], clean[4:6], clean[6:])))
    found = re.fullmatch(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:[-./月]\s*(\d{1,2})?\s*日?)?", clean)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3] or 1))
