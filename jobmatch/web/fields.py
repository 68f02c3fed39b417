"""Fields and forms that several rooms use: days, months, numbers, codes of long lists, and the stamp of a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from flask import request
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    MonthField,
    PasswordField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectFieldBase

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.pages import PageForm

T = TypeVar("T")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()


class YearMonthField(MonthField):
    """A year and a month in two boxes of the same name, or ``2003-12`` in one; both empty is no date."""

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = [part for value in valuelist for part in re.split(r"[-/.年月\s]+", _plain(value)) if part]
        self.data = None
        if not parts:
            return
        try:
            year, month = (int(part) for part in parts)
            if year < 1000:
                raise ValueError(year)
            self.data = date(year, month, 1)
        except (ValueError, OverflowError):
            raise ValueError(_("请填写 4 位的年份和月份，例如 2003 年 12 月")) from None


class DayField(DateField):
    """A day as a browser sends it or as people type it: ``2026-11-22``, ``2026/11/22``, ``2026年11月22日``."""

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = [part for part in re.split(r"[-/.年月日\s]+", _plain(valuelist[0])) if part] if valuelist else []
        self.data = None
        if not parts:
            return
        try:
            year, month, day = (int(part) for part in parts)
            self.data = date(year, month, day)
        except (ValueError, OverflowError):
            raise ValueError(_("请按 2026-11-22 的样子填日期")) from None


class MomentField(DateTimeLocalField):
    """A moment as people in Shanghai write it; an aware instant in Python; empty is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The first form is the one that browsers show again.
        forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        super().__init__(*args, **{"format": forms, **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not _plain(valuelist[0]):
            return
        try:
            super().process_formdata([_plain(valuelist[0])])
        except ValueError:
            raise ValueError(_("请填写日期和时间，例如 2026-12-01 09:00")) from None
        if isinstance(self.data, datetime):
            # Dates at the ends of the calendar cannot be put into another zone, nor counted on from.
            sensible = 1900 < self.data.year < 2200
            self.data = self.data.replace(tzinfo=SHANGHAI) if sensible else None
            if not sensible:
                raise ValueError(_("请填写日期和时间，例如 2026-12-01 09:00"))

    def process_data(self, value: Any) -> None:
        self.data = value.astimezone(SHANGHAI) if isinstance(value, datetime) else None


class WholeField(IntegerField):
    """A whole number in half- or full-width digits; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = _plain(valuelist[0]) if valuelist else ""
        self.data: int | None = None
        if not text:
            return
        if not (text.isdecimal() and len(text) < 9):
            raise ValueError(_("请填整数"))
        self.data = int(text)


class AmountField(IntegerField):
    """A whole number as people type it: full-width digits, blanks, commas, ``6 千``; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = re.sub(r"[\s,，元]", "", _plain(valuelist[0])) if valuelist else ""
        self.data: int | None = None
        if not text:
            return
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,4})?)([千万]?)", text)
        if found is None:
            raise ValueError(_("请只填数字，例如 6000"))
        self.data = round(float(found[1]) * {"": 1, "千": 1000, "万": 10_000}[found[2]])


class Picks(SelectMultipleField):
    """Codes ticked from a list that may be longer than what is shown; services know which codes exist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"choices": [], "validate_choice": False, **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(value[:20] for value in valuelist if value))[:60]

    def show(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer ``choices`` (code, label)."""
        self.choices = list(choices)


class Measured(Picks):
    """Codes, each with a number typed beside it as ``<name>-<code>``; ``numbers`` maps code to number."""

    numbers: dict[str, float]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        given = data if isinstance(data, dict) else {}
        super().process(formdata, list(given), extra_filters)
        self.numbers = {code: float(given.get(code, 0)) for code in self.data or []}
        if formdata is None:
            return
        for code in self.data or []:
            text = _plain(formdata.get(f"{self.name}-{code}", "")) or "0"
            try:
                number = float(text)
                if not 0 <= number <= 1000:
                    raise ValueError(number)
                self.numbers[code] = number
            except ValueError:
                self.process_errors = [*self.process_errors, _("年数请只填数字")]


class PickOne(SelectField):
    """One code of a list given by the view; an empty choice means not said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fixed = {"choices": [], "validate_choice": False, "filters": [lambda value: value or None]}
        super().__init__(*args, **{**fixed, **kwargs})

    def show(self, choices: Sequence[tuple[str, str]], *, empty: str = N_("请选择")) -> None:
        """Offer ``choices`` (code, label) after an empty one."""
        self.choices = [("", _(empty)), *choices]

    def show_groups(
        self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], *, empty: str = N_("请选择")
    ) -> None:
        """Offer groups (label, choices) after an empty choice."""
        self.choices = {"": [("", _(empty))], **{label: list(choices) for label, choices in groups}}


def seen_number(value: Any) -> int | None:
    """The number that a hidden field carried, such as the version a form was filled from; None for anything else."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def seen_date(value: Any) -> date | None:
    """The day that an address carried, as 2026-11-21; None for anything else."""
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def _in_words(field: Field, value: Any) -> str:
    """A stored value as the reader of a form knows it: labels instead of codes."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value is None or value == "" or value == []:
        return _("没有填")
    if isinstance(value, (list, tuple, set, frozenset)):
        return _("、").join(_in_words(field, one) for one in value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(field, SelectFieldBase):
        choices: list[Any] = list(field.iter_choices())
        labels = {str(choice.value): str(choice.label) for choice in choices}
        return labels.get(str(value), str(value))
    return str(value)


class VersionedForm(PageForm):
    """A form made from a stored row: a stale one is answered with 409, and shows what is stored beside what was typed.

    For that a view fills it from the row (``obj``) on POST too, and its template sends ``version`` back. Whoever sends
    it once more has seen both.
    """

    version = HiddenField(filters=[seen_number])

    def process(
        self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **kwargs: Any
    ) -> None:
        given = {**(data or {}), **kwargs}
        self._stored = {name for name in self._fields if name in given or hasattr(obj, name)}
        super().process(formdata, obj, data, extra_filters, **kwargs)

    def act_on_seen(self, service: Callable[[], T]) -> T | None:
        """As ``act_or_say``, for a service that does not ask for the version itself: it gets no stale form."""
        is_seen = request.method == "POST" and seen_number(self.version.data) is not None
        if is_seen and self.validate() and self.show_stored(Conflict()):
            return None
        return self.act_or_say(service)

    def show_stored(self, error: Conflict) -> bool:
        """Put what is stored now beside each field that differs; False where the form is not behind its row."""
        stored = seen_number(self.version.object_data)
        if stored is None or stored == seen_number(self.version.data):
            return False
        self.is_stale = True
        self.form_errors.append(error.message)
        for field in (self[name] for name in self._fields if name in self._stored):
            shows = not isinstance(field, (HiddenField, PasswordField, FileField, FormField, FieldList))
            if shows and (field.data or None) != (field.object_data or None):
                said = _("现在存的是：%(value)s", value=_in_words(field, field.object_data))
                field.errors = [*field.errors, said]
        self.version.process_data(stored)
        return True


class EmptyForm(PageForm):
    """A press of a button."""
