"""Forms of lists: what narrows them. They come by GET, and a value that makes no sense narrows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import EmploymentType, Shift
from jobmatch.reference.queries import Spot
from jobmatch.web.pages import PageForm
from ml.matching import Filter
from recruiters.postings.states import PostingKind

ANY = N_("不限")
PAY = ("4000", "6000", "8000")
DISTANCES = ("5", "10", "30")
EDUCATION = (("3", N_("初中就行")), ("4", N_("高中或中专就行")), ("5", N_("大专就行")), ("6", N_("本科就行")))


class FilterForm(PageForm):
    """Words and filters of a list of postings."""

    q = StringField(N_("想找什么工作"), [Length(max=60)])
    region = SelectField(N_("在哪里"), validate_choice=False)
    work = SelectField(N_("做什么"), validate_choice=False)
    pay = RadioField(N_("每月工资"))
    km = RadioField(N_("离家多远"))
    edu = RadioField(N_("学历要求"))
    shift = RadioField(N_("班次"))
    kind = RadioField(N_("长期还是短期"))
    type = RadioField(N_("用工类型"))
    first = BooleanField(N_("退役军人优先"))
    reserved = BooleanField(N_("退役军人专岗"))
    sort = HiddenField()

    def __init__(
        self, args: MultiDict[str, str], *, regions: list[tuple[str, str]], trades: list[tuple[str, str]]
    ) -> None:
        super().__init__(args)
        self.region.choices = [("", _(ANY)), *regions]
        self.work.choices = [("", _(ANY)), *trades]
        self.pay.choices = [("", _(ANY)), *((n, _("%(n)s 元以上", n=n)) for n in PAY)]
        self.km.choices = [("", _(ANY)), *((n, _("%(n)s 公里内", n=n)) for n in DISTANCES)]
        self.edu.choices = [("", _(ANY)), *((rank, _(label)) for rank, label in EDUCATION)]
        self.shift.choices = [("", _(ANY)), *((one.value, one.label) for one in Shift)]
        self.kind.choices = [("", _(ANY)), *((one.value, one.label) for one in PostingKind)]
        self.type.choices = [("", _(ANY)), *((one.value, one.label) for one in EmploymentType)]
        self._forget_nonsense()

    def _forget_nonsense(self) -> None:
        for field in self:
            if isinstance(field, RadioField):
                known = {str(value) for value, _label in field.choices}
                field.data = field.data if field.data in known else ""
            elif isinstance(field, SelectField):
                field.data = (field.data or "")[:20]
        self.q.data = (self.q.data or "").strip()[:60]

    def where(self, point: Spot) -> Filter:
        """The filter; a distance counts only where ``point`` is known."""
        place = (point.latitude, point.longitude) if point.latitude is not None and point.longitude is not None else None
        return Filter(
            region=self.region.data,
            occupation=self.work.data,
            pay_at_least=int(self.pay.data) if self.pay.data else None,
            shift=self.shift.data,
            employment_type=self.type.data,
            kind=self.kind.data,
            veterans_first=self.first.data,
            reserved=self.reserved.data,
            education_at_most=int(self.edu.data) if self.edu.data else None,
            point=place,
            within_km=float(self.km.data) if self.km.data and place else None,
        )

    def chosen(self) -> Iterator[Chosen]:
        """What narrows the list now, each with its words."""
        if self.q.data:
            yield Chosen("q", self.q.data)
        for field in self:
            if isinstance(field, BooleanField) and field.data:
                yield Chosen(field.name, _(field.label.text))
            elif isinstance(field, SelectField | RadioField) and field.data:
                label = dict(field.choices).get(field.data, field.data)
                yield Chosen(field.name, str(label))

    def without(self, name: str) -> FilterForm:
        """The same form with one filter taken off."""
        args: Any = MultiDict({field.name: field.data for field in self if field.name != name and field.data})
        return FilterForm(args, regions=self.region.choices[1:], trades=self.work.choices[1:])


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter in use."""

    name: str
    label: str


class ForMeForm(PageForm):
    """Three facts that give a first list without an account; none of them is stored."""

    specialty = SelectField(N_("在部队做过什么"), validate_choice=False)
    licence = RadioField(N_("有什么驾驶证"), validate_choice=False)
    region = SelectField(N_("想在哪里上班"), validate_choice=False)

    def __init__(
        self, args: MultiDict[str, str], *, specialties: list[tuple[str, str]], regions: list[tuple[str, str]]
    ) -> None:
        super().__init__(args)
        self.specialty.choices = [("", _("没有或不在这里")), *specialties]
        self.region.choices = [("", _("都可以")), *regions]
        self.licence.choices = [("", _("没有")), *((code, code) for code in LICENCES)]
        for field in (self.specialty, self.region, self.licence):
            known = {str(value) for value, _label in field.choices}
            field.data = field.data if field.data in known else ""

    @property
    def is_answered(self) -> bool:
        return bool(self.specialty.data or self.licence.data or self.region.data)


LICENCES = ("C1", "B2", "B1", "A3", "A2", "A1", "D")
"""Classes that postings ask for; the office's code table has the rest."""
