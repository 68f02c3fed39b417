"""The sentences of official papers (T1 to T8) as data: words, and codes of figures where a number stands.

The wording is that of official papers and stays Chinese in every language. Every number gets a footnote with its
name, its definition and the list behind it; what the rows do not prove is said. Wording: report_templates.md, amended
by the definitions: people and times apart, no rate without its population, unverified ones named.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobmatch.core.i18n import gettext, use_locale
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import (
    Definition,
    Figure,
    Median,
    Middle,
    Ratio,
    Scope,
    Span,
    Unit,
    Value,
    by_code,
    count,
    middle,
)

TEN_THOUSAND = 10_000
NO_ROWS = "台账里没有这段时间的记录，这句话没有依据"
"""Said of a sentence none of whose numbers has a row."""
MARK = "〔{}〕"
"""How a footnote is marked in plain text."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a number stands, by the code of its figure or ratio; ``over`` divides it (10,000: 万元)."""

    code: str
    over: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """Words that are not a number: ``place``, ``period``, ``day`` (the last one) or ``courses``."""

    name: str


Part = str | Ref | Slot
Sentence = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the trade: its code, what it is called, and its sentences."""

    code: str
    title: str
    sentences: tuple[Sentence, ...]

    @property
    def codes(self) -> set[str]:
        """Codes of every number in it."""
        return {part.code for sentence in self.sentences for part in sentence if isinstance(part, Ref)}


def _said(text: str) -> Sentence:
    """A sentence from one text: ``{code}`` is a number, ``{code/10000}`` a divided one, ``{#name}`` a slot."""
    parts: list[Part] = []
    for piece in text.split("{"):
        inside, bracket, after = piece.partition("}")
        if not bracket:
            parts.append(piece)
            continue
        code, _slash, over = inside.partition("/")
        parts.append(Slot(code[1:]) if code.startswith("#") else Ref(code, int(over or 1)))
        parts.append(after)
    return tuple(part for part in parts if part != "")


TEMPLATES: Mapping[str, Template] = by_code(
    (
        Template(
            "T1",
            "招聘会",
            (
                _said(
                    "{#period}，{#place}举办退役军人招聘会{T3.fairs}场。共有{T3.employer_times}家次用人单位参会"
                    "（去重后{T1.employers}家，其中国有企业{T1.state_owned}家次、军创企业{T1.veteran_founded}家次），"
                    "提供岗位{I12}个（招聘人数口径，{I12.postings}条招聘信息），"
                    "涵盖{T1.industries}个行业、{T1.occupations}个职业。"
                ),
                _said(
                    "进场求职{T1.visitors}人（退役军人{T1.veterans}人、军属{T1.families}人、其他{T1.others}人），"
                    "达成初步就业意向{T1.intention_people}人（{T1.intentions}人次），"
                    "进场退役军人和军属的意向达成率{I09}，现场录用{T1.hires}人。"
                ),
                _said("政策咨询{T1.policy}人次，报名技能培训{T1.training}人次，登记创业意愿{T1.start_up}人次。"),
            ),
        ),
        Template(
            "T2",
            "招聘会90天跟踪",
            (
                _said(
                    "截至{#day}，意向{T1.intention_people}人中已核实在意向单位入职{T2.same_employer}人，"
                    "意向转就业率{I11}；其他单位就业{T2.other_employer}人，流程中{T2.in_progress}人，"
                    "未核实{T2.unverified}人，其中未满90天{T2.open}人。"
                ),
                _said(
                    "未入职{T2.not_started}人，原因：薪资{T2.fu_pay}、距离{T2.fu_distance}、条件不符{T2.fu_needs}、"
                    "本人放弃{T2.fu_own}、企业未录用{T2.fu_employer}、失联{T2.fu_lost}、其他{T2.other_reason}。"
                ),
                _said("已再次推荐岗位{T2.recommended_again}人次、转入培训{T2.to_training}人。"),
            ),
        ),
        Template(
            "T3",
            "累计成效",
            (
                _said(
                    "{#period}，我们共举办退役军人专场招聘会{T3.fairs}场，邀请了{T3.employer_times}家次企业参会，"
                    "提供就业岗位{I12}个，其中专岗{T3.reserved}个，达成就业意向{T1.intention_people}人，"
                    "经核实实现就业{T3.verified}人（退役军人{T3.verified_veterans}人、军属{T3.verified_families}人）。"
                ),
                _said("组织{T3.trained}名自主就业退役士兵参加技能培训，内容包括{#courses}。"),
                _said(
                    "期内结束的培训班里，结业满规定月数的学员时点就业率为{I03}"
                    "（{I03.employed}人次÷{I03.base}人次，已扣除入班前已就业{T5.was_employed}人次、"
                    "升学{T5.school}人次、再入伍等{T5.gone}人次；没到时点的班{I03.not_due}期不算）。"
                ),
            ),
        ),
        Template(
            "T3.helped",
            "帮助就业",
            (_said("服务后核实入职、算作帮助就业的{helped}人，自行就业的{helped.alone}人另计，两个数不相加。"),),
        ),
        Template(
            "T4",
            "年度新退役人员就业及去向",
            (_said("上年度新退役自主就业退役士兵就业率（不含升学）{I01}，去向落实率{I02}，两个率不能混用。"),),
        ),
        Template(
            "T5",
            "培训",
            (
                _said(
                    "{#period}结束培训班{T5.classes}期，计划{T5.capacity}人次、报到{T5.arrived}人次、"
                    "结业{T5.completed}人次（出勤达标{T5.attended}人次、考核合格{T5.passed}人次），"
                    "获证{T5.certified}人次，获证率（÷参训）{I08}、（÷结业）{I08.completed}；"
                    "发放生活补助{T5.allowances}元。"
                ),
                _said(
                    "结业满规定月数的学员时点就业率{I03}，期间曾就业率{I03.ever}；"
                    "说有工作、没有核实的{I03.unverified}人次留在分母里。"
                ),
            ),
        ),
        Template(
            "T6",
            "孵化基地",
            (
                _said(
                    "{#day}在孵{T6.inside}户（退役军人创办{T6.inside_veteran}户），本期新入驻{T6.came}户、"
                    "毕业出园{T6.graduated}户、到期出园{T6.expired}户、清退{T6.evicted}户；场地利用率{I17}。"
                ),
                _said(
                    "期末带动就业{T6.jobs}人（不含创业者本人，其中退役军人{T6.job_veterans}人；"
                    "有社保依据{T6.jobs_insured}人、有花名册{T6.jobs_roster}人、凭自报{T6.jobs_word}人、"
                    "自报没有名单{T6.jobs_declared}人），本期新增{T6.jobs_new}人已包含在内，户均{I14}人。"
                ),
                _said("享受场租减免{T6.waived}元、推荐贷款{T6.loans}笔{T6.loan_yuan/10000}万元。"),
                _said("累计孵化成功率{I15}（出园没满观察期的{I15.observed}户不算），到期出园率{I16}。"),
            ),
        ),
        Template(
            "T7",
            "创业成效",
            (
                _said(
                    "为{T7.trained}名退役军人开展创业培训，帮助{T7.successes}户成功创业，"
                    "期末带动就业{T6.jobs}人（不含创业者本人）。"
                ),
                _said(
                    "期内从创业培训班结业{I13.completed}人，其中{I13.started}人在规定月数内登记创业，"
                    "创业成功率{I13}（没满月数、还没登记的{I13.observed}人以后还会变）。"
                ),
            ),
        ),
        Template(
            "T8",
            "满意度与时限",
            (
                _said("期内办结{T8.done}件，按时办结率{T8.on_time}，平均用时{T8.days}个工作日，时限压缩率{I19}。"),
                _said("有效评价{I18.answered}条，满意率{I18}。"),
            ),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Note:
    """The footnote of a number: what it is called, how it is counted, and the code whose list it opens."""

    mark: int
    code: str
    name: str
    value: str
    definition: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence; with ``note`` they are a number."""

    text: str
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its numbers, and what the rows do not prove of it."""

    pieces: tuple[Piece, ...]
    gaps: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words with footnote marks, the gaps behind them."""
        words = "".join(piece.text + (MARK.format(piece.note.mark) if piece.note else "") for piece in self.pieces)
        return words + "".join(f"（{gap}）" for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with its numbers."""

    template: Template
    sentences: tuple[Said, ...]

    @property
    def text(self) -> str:
        """The words with footnote marks."""
        return "".join(sentence.text for sentence in self.sentences)

    @property
    def notes(self) -> list[Note]:
        """The footnotes in their order."""
        return [piece.note for sentence in self.sentences for piece in sentence.pieces if piece.note]

    @property
    def is_empty(self) -> bool:
        """Whether no row stands behind any of its numbers."""
        return all(sentence.gaps == (NO_ROWS,) for sentence in self.sentences)

    @property
    def without_rows(self) -> Rendered:
        """One line in place of sentences that have nothing to say."""
        line = f"{self.template.title}：台账里没有这段时间的记录。"
        return Rendered(self.template, (Said((Piece(line),), ()),))

    @property
    def gaps(self) -> list[str]:
        """What the rows do not prove, each thing once."""
        return list(dict.fromkeys(gap for sentence in self.sentences for gap in sentence.gaps))


def definition_of(code: str) -> Definition:
    """The figure, ratio or median of a code. Raises ``LookupError`` with the code where nobody defined it."""
    found = registry.find(code)
    if found is None:
        raise LookupError(f"no figure is called {code}")
    return found


class Counter:
    """Numbers of one place and period, each counted once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._counts: dict[str, int] = {}
        self._middles: dict[str, Middle] = {}

    def count(self, figure: Figure) -> int:
        """The number of a figure."""
        if figure.code not in self._counts:
            self._counts[figure.code] = count(self.scope, figure)
        return self._counts[figure.code]

    def measure(self, ratio: Ratio) -> Value:
        """Both sides of a ratio."""
        return Value(self.count(ratio.numerator), self.count(ratio.denominator), ratio.unit)

    def middle(self, median: Median) -> Middle:
        """A median, and of how many rows."""
        if median.code not in self._middles:
            self._middles[median.code] = middle(self.scope, median)
        return self._middles[median.code]

    def value(self, code: str, over: int = 1) -> str:
        """The number as it is written; a dash for a rate over nothing, or a median of too few."""
        found = definition_of(code)
        if isinstance(found, Median):
            half = self.middle(found).value
            return "—" if half is None else gettext(found.steps[int(half)]) if found.steps else f"{half:g}"
        if isinstance(found, Figure):
            return f"{self.count(found) / over:g}" if over > 1 else str(self.count(found))
        value = self.measure(found)
        if value.value is None:
            return "—"
        return f"{value.value:g}%" if found.unit is Unit.PERCENT else f"{value.value:g}"

    def sides(self, ratio: Ratio) -> str:
        """A rate is never shown without its numerator and denominator."""
        value = self.measure(ratio)
        return f"{value.numerator}÷{value.denominator}"

    def is_empty(self, code: str) -> bool:
        """Whether no row stands behind a number."""
        found = definition_of(code)
        if isinstance(found, Median):
            return self.middle(found).row_count == 0
        return self.count(found if isinstance(found, Figure) else found.denominator) == 0

    def gap(self, ratio: Ratio) -> str:
        """What the rows do not prove about a rate; empty where they prove it."""
        name = gettext(ratio.name)
        if self.measure(ratio).value is None:
            return f"{name}没有分母，不能算"
        unknown = self.count(ratio.unknown) if ratio.unknown else 0
        unit = ratio.unknown.unit.label if ratio.unknown else ""
        return f"{name}的分母里有{unknown}{unit}没有核实，不能证实实际高低" if unknown else ""


def definition_words(definition: Definition) -> str:
    """How a number is counted, in words: formula, who counts, who does not, and where the definition comes from."""
    words = [gettext(definition.formula)]
    if isinstance(definition, Figure | Median):
        words += [gettext(one) for one in (definition.counts, definition.excludes, definition.unknown) if one]
        words += [definition.span.label] if definition.span is Span.STOCK else []
    elif definition.caution:
        words.append(gettext(definition.caution))
    return "；".join(words)


def render(counter: Counter, template: Template, slots: Mapping[str, Callable[[], str]], *, first: int = 1) -> Rendered:
    """``template`` with the numbers of ``counter``; footnotes are numbered from ``first``.

    Raises ``LookupError`` for a code that nobody defined or a slot that was not given.
    """
    mark = itertools.count(first)
    with use_locale("zh"):
        sentences = tuple(
            Said(tuple(_piece(counter, part, slots, mark) for part in sentence), tuple(_gaps(counter, sentence)))
            for sentence in template.sentences
        )
    return Rendered(template, sentences)


def _piece(counter: Counter, part: Part, slots: Mapping[str, Callable[[], str]], mark: Iterator[int]) -> Piece:
    if isinstance(part, str):
        return Piece(part)
    if isinstance(part, Slot):
        return Piece(slots[part.name]())
    found = definition_of(part.code)
    value = counter.value(part.code, part.over)
    told = f"{value}（{counter.sides(found)}）" if isinstance(found, Ratio) else value
    return Piece(value, Note(next(mark), part.code, gettext(found.name), told, definition_words(found)))


def _gaps(counter: Counter, sentence: Sequence[Part]) -> list[str]:
    codes = [part.code for part in sentence if isinstance(part, Ref)]
    if codes and all(counter.is_empty(code) for code in codes):
        return [NO_ROWS]
    ratios = [found for code in codes if isinstance(found := definition_of(code), Ratio)]
    return [gap for ratio in ratios if (gap := counter.gap(ratio))]
