"""Forms of contacts and visits: shape and format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, Length, Optional

from jobmatch.accounts.fields import needed
from jobmatch.casework.tasks.forms import ColleagueField
from jobmatch.casework.visits.states import AT_THE_DOOR, ContactOutcome, ContactWay
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.forms import MaskableForm
from jobmatch.web.pages import PageForm


def _labels(kind: type[ContactWay] | type[ContactOutcome]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(member.value, member.label) for member in kind]


def _choice(label: str, choices: Any, text: str, known: list[str]) -> Any:
    """One of a few values; ``text`` is said where none was chosen."""
    return RadioField(label, [needed(text), AnyOf(known, message=text)], choices=choices, validate_choice=False)


class ContactForm(MaskableForm):
    """One try to reach somebody: three taps, the rest may stay empty."""

    way = _choice(N_("怎么联系的"), _labels(ContactWay), N_("请选怎么联系的"), list(ContactWay))
    outcome = _choice(N_("结果"), _labels(ContactOutcome), N_("请选结果"), list(ContactOutcome))
    note = StringField(N_("说了什么"), [Length(max=500)])
    next_on = DateField(N_("下次联系"), [Optional()])
    done_on = DateField(N_("哪一天"), [Optional()], description=N_("不填就是今天"))


class VisitResultForm(MaskableForm):
    """What came of one person on a trip; ``client_key`` is made by the device."""

    outcome = _choice(
        N_("结果"),
        lambda: [(outcome.value, _(label)) for outcome, label in AT_THE_DOOR.items()],
        N_("请选结果"),
        list(AT_THE_DOOR),
    )
    note = StringField(N_("说了什么"), [Length(max=500)])
    next_on = DateField(N_("下次联系"), [Optional()])
    done_on = DateField(N_("哪一天"), [Optional()])
    client_key = HiddenField(validators=[Length(max=40)])


class PlanForm(PageForm):
    """A trip: day, who goes, whom to see."""

    planned_on = DateField(N_("哪天去"), [Optional()])
    to = ColleagueField(N_("谁去"))
    people = SelectMultipleField(N_("看望谁"), choices=[], validate_choice=False)
    note = StringField(N_("备注"), [Length(max=200)])


class DoneForm(PageForm):
    """The day on which somebody was in the village."""

    visited_on = DateField(N_("哪天去的"), [Optional()])


def _days() -> list[tuple[str, str]]:
    return [(str(n), _("%(n)s 天以上", n=n)) for n in (30, 60, 90)]


class SilentFilter(PageForm):
    """Filters of the list of people nobody has talked to for long; all come by GET."""

    days = SelectField(N_("没联系"), choices=_days, validate_choice=False)
    path = SelectField(N_("服务站"), choices=[], validate_choice=False)
    owner = SelectField(N_("责任人"), choices=[], validate_choice=False)
    lost = SelectField(N_("失联"), choices=lambda: [("", _("全部")), ("1", _("只看失联"))], validate_choice=False)
