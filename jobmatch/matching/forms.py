"""Forms of lists, which come by GET and where a value that makes no sense narrows nothing, and of corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.matching.searches import NAME_LENGTH, filter_of
from jobmatch.matching.states import Strength
from jobmatch.people.states import EmploymentType, Shift
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import Spot, names, search_occupations
from jobmatch.web.pages import PageForm
from ml.matching import Filter
from recruiters.postings.ages import WELCOMED
from recruiters.postings.states import PostingKind

ANY = N_("不限")
PAY = ("4000", "6000", "8000")
DISTANCES = ("5", "10", "30")
LICENCES = ("C1", "B2", "B1", "A3", "A2", "A1", "D")
"""Classes that postings ask for; the office's code table has the rest."""
MOST_FOUND = 8
Choices = list[tuple[str, str]]
Args = MultiDict[str, str]
EDUCATION = (("3", N_("初中就行")), ("4", N_("高中或中专就行")), ("5", N_("大专就行")), ("6", N_("本科就行")))


class FilterForm(PageForm):
    """Words and filters of a list of postings."""

    q = StringField(N_("想找什么工作"), [Length(max=60)])
    region = SelectField(N_("在哪里"), validate_choice=False)
    near = StringField(
        N_("从哪里算远近"), [Length(max=30)], description=N_("写乡镇、街道或县的名字。只用来算这一次，不保存")
    )
    work = SelectField(N_("做什么"), validate_choice=False)
    pay = RadioField(N_("每月工资"))
    km = RadioField(N_("离家多远"))
    edu = RadioField(N_("学历要求"))
    shift = RadioField(N_("班次"))
    kind = RadioField(N_("长期还是短期"))
    type = RadioField(N_("用工类型"))
    over = RadioField(N_("年纪大些的"))
    first = BooleanField(N_("退役军人优先"))
    reserved = BooleanField(N_("退役军人专岗"))
    sort = HiddenField()

    def __init__(self, args: Args, *, regions: Choices, trades: Choices, has_near: bool = False) -> None:
        """``has_near``: the reader types from where distances count; without it they count from home."""
        super().__init__(args)
        if not has_near:
            del self.near
        self.labels: dict[str, dict[str, str]] = {}
        self._offer("region", regions)
        self._offer("work", trades)
        self._offer("pay", [(n, _("%(n)s 元以上", n=n)) for n in PAY])
        self._offer("km", [(n, _("%(n)s 公里内", n=n)) for n in DISTANCES])
        self._offer("edu", [(rank, _(label)) for rank, label in EDUCATION])
        self._offer("over", [(str(n), _("%(n)s 岁以上也要", n=n)) for n in WELCOMED])
        self._offer("shift", [(one.value, one.label) for one in Shift])
        self._offer("kind", [(one.value, one.label) for one in PostingKind])
        self._offer("type", [(one.value, one.label) for one in EmploymentType])

    @property
    def words(self) -> str:
        """What is searched for."""
        return (self.q.data or "").strip()[:60]

    def as_args(self) -> dict[str, str]:
        """What narrows the list as arguments of an address, without its order: a search somebody can come back to."""
        said = {field.name: ("y" if field.data is True else str(field.data or "")).strip() for field in self}
        return {name: value for name, value in said.items() if value and name != "sort"}

    @property
    def place(self) -> str:
        """From where distances count, as it was typed."""
        return (self.near.data or "").strip()[:30] if "near" in self else ""

    def _offer(self, name: str, choices: Choices) -> None:
        """Give a field its choices; what is not among them is forgotten, but for places and trades of a link."""
        field: Any = self[name]
        self.labels[name] = dict(choices)
        field.choices = [("", _(ANY)), *choices]
        data = field.data or ""
        is_long = not isinstance(field, RadioField)
        field.data = data if data in self.labels[name] else data[:20] if is_long else ""

    def where(self, point: Spot) -> Filter:
        """The filter; a distance counts only where ``point`` is known."""
        return filter_of(self.as_args(), point)

    def chosen(self, name_of: Callable[[str, str], str]) -> Iterator[Chosen]:
        """What narrows the list now, each with its words; ``name_of`` knows codes that a link brought."""
        if self.words:
            yield Chosen("q", self.words)
        for field in self:
            if field.name == "near" and self.place:
                yield Chosen("near", _("从%(place)s算", place=self.place))
            elif isinstance(field, BooleanField) and field.data:
                yield Chosen(field.name, field.label.text)
            elif field.name in self.labels and field.data:
                known = self.labels[field.name].get(field.data)
                yield Chosen(field.name, known or name_of(field.name, field.data) or field.data)

    def without(self, name: str) -> FilterForm:
        """The same form with one filter taken off."""
        args = MultiDict({field.name: str(field.data) for field in self if field.name != name and field.data})
        regions, trades = (list(self.labels[name].items()) for name in ("region", "work"))
        return FilterForm(args, regions=regions, trades=trades, has_near="near" in self)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter in use."""

    name: str
    label: str


class SaveSearchForm(PageForm):
    """The name under which a search is kept; what it narrows comes along hidden."""

    name = StringField(N_("起个名字"), [Length(max=NAME_LENGTH)], render_kw={"autocomplete": "off"})


class ForMeForm(PageForm):
    """Three facts that give a first list without an account; none of them is stored."""

    specialty = SelectField(N_("在部队做过什么"), validate_choice=False)
    licence = RadioField(N_("有什么驾驶证"), validate_choice=False)
    region = SelectField(N_("想在哪里上班"), validate_choice=False)

    def __init__(self, args: Args, *, specialties: Choices, regions: Choices) -> None:
        super().__init__(args)
        offered = {
            "specialty": [("", _("没有或不在这里")), *specialties],
            "licence": [("", _("没有")), *((code, code) for code in LICENCES)],
            "region": [("", _("都可以")), *regions],
        }
        for name, choices in offered.items():
            field: Any = self[name]
            field.choices = choices
            field.data = field.data if field.data in dict(choices) else ""

    @property
    def is_answered(self) -> bool:
        return bool(self.specialty.data or self.licence.data or self.region.data)


class CorrectionForm(PageForm):
    """How surely a specialty of the service leads to an occupation, which is found by words."""

    words = StringField(N_("找一个职业"), [Length(max=40)], render_kw={"autocomplete": "off"})
    occupation = RadioField(N_("对应的职业"), choices=[], validate_choice=False)
    strength = RadioField(N_("对口程度"), validate_choice=False)
    note = StringField(N_("为什么这样改"), [Length(max=200)], render_kw={"autocomplete": "off"})

    def offer(self, session: Session) -> None:
        """Offer what fits the typed words, and what was chosen."""
        chosen = self.occupation.data or ""
        labels = names(session, Occupation)
        found = search_occupations(session, self.words.data or "", MOST_FOUND) if self.words.data else []
        kept = [(chosen, labels[chosen])] if chosen in labels else []
        self.occupation.choices = list(dict([*kept, *found]).items())
        self.strength.choices = [(one.value, one.label) for one in Strength]

    def validate_occupation(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("请选一个职业，没有就在上面写几个字再查找"))

    def validate_strength(self, field: Any) -> None:
        if field.data not in set(Strength):
            raise ValidationError(_("请选对口程度"))


class InvitationForm(PageForm):
    """One press: 同意联系 or 不考虑."""

    answer = RadioField(N_("同意单位联系您吗"), choices=[], validate_choice=False)
