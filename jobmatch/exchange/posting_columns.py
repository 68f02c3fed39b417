"""Tables of postings (岗位征集表): which column is which, however a sender calls it, and what a row says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import clean_cell
from jobmatch.exchange.columns import Column, Table, known_titles, open_table, plain
from jobmatch.exchange.formats import education_need, years_need
from jobmatch.exchange.people_columns import read_day
from jobmatch.people.states import EmploymentType
from jobmatch.reference.checks import check_credit_code
from jobmatch.reference.queries import find_region_by_name, region_label, sure_occupation, sure_occupations
from recruiters.postings.paste import read_choices, read_pay
from recruiters.postings.services.importing import ImportedRow
from recruiters.postings.values import RequirementInput

MOST_ROWS = 50_000
COLUMNS: tuple[Column, ...] = (
    Column("key", N_("岗位编号"), N_("来源里的编号；没有的话，单位、岗位、地点一样就算同一个岗位"), "A-001",
           ("编号", "职位编号", "岗位代码", "职位代码", "岗位ID", "职位ID", "id", "key")),
    Column("employer", N_("单位名称"), N_("必填，写全称"), "安禾县示例机械有限公司",
           ("用人单位", "用人单位名称", "招聘单位", "企业名称", "公司名称", "公司", "单位", "company", "employer")),
    Column("credit_code", N_("统一社会信用代码"), N_("18 位；填了就按它认单位"), "",
           ("信用代码", "社会信用代码", "机构代码", "credit_code")),
    Column("title", N_("岗位名称"), N_("必填，最多 80 个字"), "数控车工",
           ("职位名称", "招聘岗位", "招聘职位", "岗位", "职位", "工种", "title")),
    Column("headcount", N_("招聘人数"), N_("一个数"), "3",
           ("人数", "需求人数", "招聘数量", "用工人数", "招工人数", "headcount")),
    Column("duties", N_("工作内容"), N_("具体做什么"), "操作数控车床，做好首检和交接",
           ("岗位职责", "工作职责", "职位描述", "岗位描述", "工作描述", "具体做什么", "duties", "description")),
    Column("requirements", N_("招聘条件"), N_("除学历、经验以外的要求；不要写性别、婚育、户籍"), "会看图纸",
           ("任职要求", "岗位要求", "招聘要求", "应聘条件", "其他要求", "其他条件", "requirements")),
    Column("education", N_("学历要求"), N_("例如大专"), "中专", ("学历", "文化程度", "education")),
    Column("experience", N_("工作经验"), N_("例如 2 年"), "1 年",
           ("经验", "工作年限", "经验要求", "工作经历", "experience")),
    Column("place", N_("工作地点"), N_("写到县或乡镇"), "湖南省湘潭市韶山市",
           ("工作地区", "工作城市", "城市", "所在地区", "地点", "place", "city")),
    Column("address", N_("详细地址"), N_("门牌、园区"), "人民路 8 号", ("工作地址", "上班地址", "地址", "address")),
    Column("pay", N_("工资"), N_("写明下限和上限、固定还是综合、应发还是到手"), "固定 5000-6000 元/月（应发）",
           ("薪资", "薪酬", "工资待遇", "薪资待遇", "薪酬待遇", "月薪", "薪资范围", "pay", "wage", "salary")),
    Column("work_time", N_("工作时间"), N_("班次、休息"), "白班，做六休一",
           ("上班时间", "班次", "作息时间", "work_time")),
    Column("welfare", N_("食宿和社保"), N_("包吃、包住、五险一金，没有也写明"), "包吃，不包住，五险",
           ("福利待遇", "福利", "食宿", "食宿情况", "社保", "五险一金", "welfare", "tags")),
    Column("employment_type", N_("用工形式"), N_("劳动合同、劳务派遣、外包、非全日制、实习"), "劳动合同",
           ("用工类型", "用工方式", "合同类型", "工作性质", "employment_type")),
    Column("contract_party", N_("和谁签合同"), N_("空着就是本单位"), "", ("合同主体", "签约单位", "contract_party")),
    Column("valid_through", N_("有效期至"), N_("最长 90 天"), "2026-12-31",
           ("截止日期", "有效期", "招聘截止日期", "截止时间", "valid_through")),
    Column("veterans", N_("退役军人优先"), N_("是或否"), "是", ("是否退役军人优先", "优先退役军人", "veterans")),
    Column("contact_name", N_("联系人"), N_("单位第一次出现时记下"), "示例甲", ("单位联系人", "contact_name")),
    Column("contact_phone", N_("联系电话"), N_("单位第一次出现时记下"), "0000-1234567",
           ("单位电话", "电话", "联系方式", "手机", "contact_phone")),
)  # fmt: skip
TITLES = {column.field: column.title for column in COLUMNS}
BY_TITLE = {column.title: column.field for column in COLUMNS}
_KNOWN = known_titles(COLUMNS)
NEEDED = ("employer", "title")
_FIELD_OF_VALUE = {
    "vacancy_count": "headcount",
    "requirement_text": "requirements",
    "region_code": "place",
    "pay_low_yuan": "pay",
    "pay_high_yuan": "pay",
    "pay_base_yuan": "pay",
    "benefits": "welfare",
}
"""Under which column of the table an error of a posting's value stands."""
_OPEN = frozenset({"", "无", "不限", "面议", "若干", "-", "—", "/", "[]"})
_YES = frozenset({"是", "优先", "有", "√", "y", "yes", "true", "1", "退役军人优先"})


def column_of(name: str) -> str:
    """The field of the table under which a value of a posting was written."""
    return _FIELD_OF_VALUE.get(name, name)


def open_posting_table(content: bytes) -> Table:
    """The table with its titles. Raises ``Invalid`` where it cannot be read or has no line with titles."""
    table = open_table(content, _KNOWN, is_strict=False)
    if not table.titles:
        raise Invalid(_("没有找到表头。第一行要写明每一列是什么"))
    return table


def guess_places(titles: list[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """The number of the column of each field: as this source was mapped before, else by its title."""
    by_title = {title: index for index, title in reversed(list(enumerate(titles)))}
    found = {name: by_title[title] for name, title in remembered.items() if title in by_title}
    if remembered and set(NEEDED) <= found.keys():
        return found
    return Table(titles, iter(())).places(_KNOWN) | found


@dataclass(slots=True)
class RowReading:
    """A row in our columns, who offers it, and what is wrong with its cells, by field."""

    row: ImportedRow
    employer_name: str
    credit_code: str
    contact: tuple[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PostingReader:
    """Reads rows; made once for a pass. ``within`` is the region that answers, whose towns need no county."""

    session: Session
    within: str
    places: dict[str, str | None] = field(default_factory=dict)
    occupations: dict[str, str] = field(default_factory=dict)

    def look_up(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Find the occupations of all titles of some rows at once, before they are read one by one."""
        self.occupations = sure_occupations(_one_line(cells.get("title", "")) for cells in rows)

    def read(self, cells: Mapping[str, str]) -> RowReading:
        """What a row says; cells come by field. Nothing is invented: what no word says stays open."""
        given = {name: text for name, text in cells.items() if name in TITLES and text}
        errors: dict[str, str] = {}
        name, title = _one_line(given.get("employer", "")), _one_line(given.get("title", ""))
        if not name:
            errors["employer"] = _("没有写单位名称")
        code = given.get("credit_code", "")
        if code:
            try:
                code = check_credit_code(code)
            except ValueError as error:
                errors["credit_code"] = str(error)
        place = self._place(given.get("place", ""))
        address = given.get("address", "") or ("" if place else given.get("place", ""))
        values: dict[str, Any] = {
            "title": title,
            "duties": given.get("duties", ""),
            "requirement_text": given.get("requirements", ""),
            "work_time": _cut(given.get("work_time", ""), 120),
            "benefits": _cut(given.get("welfare", ""), 200),
            "contract_party": given.get("contract_party", "") or name[:120],
            "address": address,
            "region_code": place,
            # Only where the title leaves no doubt; whoever publishes the row sees it and can change it.
            "occupation_code": self.occupations[title] if title in self.occupations else sure_occupation(title),
            "vacancy_count": _count(given.get("headcount", ""), errors),
            "valid_through": _day(given.get("valid_through", ""), errors),
            "is_veterans_first": plain(given.get("veterans", "")) in _YES,
            **read_pay(given.get("pay", "")),
            **_choices(given),
        }
        needs = [education_need(given.get("education", "")), years_need(given.get("experience", ""))]
        row = ImportedRow(
            key=given.get("key") or "|".join((name, title, given.get("place", ""), given.get("address", ""))),
            values=values,
            source_row={TITLES[one]: text for one, text in given.items()},
            needs=tuple(RequirementInput(n.kind, n.code, n.level, n.years, n.must, n.label) for n in needs if n),
        )
        contact = (given.get("contact_name", "")[:60], given.get("contact_phone", "")[:40])
        return RowReading(row, name, code, contact, errors)

    def reread(self, source_row: Mapping[str, str]) -> ImportedRow:
        """A row as it was stored before, by the titles of our columns."""
        return self.read({BY_TITLE[title]: text for title, text in source_row.items() if title in BY_TITLE}).row

    def _place(self, text: str) -> str | None:
        if text not in self.places:
            # As it stands first: a name may hold brackets that folding would make others.
            words = dict.fromkeys((text, re.sub(r"[·\s-]+", " ", unicodedata.normalize("NFKC", text)).strip()))
            ways = [(word, within) for within in (None, self.within or None) for word in words if word]
            found = (find_region_by_name(self.session, word, within=within) for word, within in ways)
            self.places[text] = next((place.code for place in found if place is not None), None)
        return self.places[text]

    def place_words(self, code: str | None) -> str:
        """How a place is called."""
        return region_label(self.session, code)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _count(text: str, errors: dict[str, str]) -> int | None:
    word = plain(text).rstrip("人名个位")
    if word in _OPEN:
        return None
    if not word.isdecimal() or not 1 <= int(word[:6]) <= 9999:
        errors["headcount"] = _("招聘人数“%(text)s”不是一个数", text=text[:20])
        return None
    return int(word)


def _day(text: str, errors: dict[str, str]) -> Any:
    if plain(text) in _OPEN or plain(text) in {"长期", "长期有效"}:
        return None
    try:
        return read_day(text)
    except ValueError:
        errors["valid_through"] = _("日期读不懂，请写成 2026-12-31")
        return None


def _choices(given: Mapping[str, str]) -> dict[str, Any]:
    """Meals, housing, insurance, shift and contract, from the columns that speak of them and then from the duties."""
    found: dict[str, Any] = {}
    kind = plain(given.get("employment_type", ""))
    for member in EmploymentType:
        if kind and kind in {plain(member.label), member.value}:
            found["employment_type"] = member
    words = "；".join(given.get(name, "") for name in ("employment_type", "work_time", "welfare", "pay", "duties"))
    names = ("meals", "housing", "social_insurance", "shift", "employment_type", "kind")
    return read_choices(words, names) | found


def cells_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a JSON object as the cells of a row."""
    return {name: clean_cell(value) for name, value in given.items() if name in TITLES and value is not None}
