"""Forms of the families room."""

from __future__ import annotations

from wtforms import DateField, RadioField, StringField
from wtforms.validators import Length, Optional

from jobmatch.casework.families.states import AidKind, TrainingWish
from jobmatch.core.i18n import N_
from jobmatch.web.pages import PageForm


class CheckForm(PageForm):
    """What was asked this half-year."""

    training_wish = RadioField(
        N_("想学什么？"), choices=lambda: [(one.value, one.label) for one in TrainingWish], validate_choice=False
    )
    note = StringField(N_("说明"), [Length(max=200)], description=N_("不写部队名称和驻地"))


class AidForm(PageForm):
    """What was done."""

    kind = RadioField(
        N_("办了什么？"), choices=lambda: [(one.value, one.label) for one in AidKind], validate_choice=False
    )
    happened_on = DateField(N_("日期"), [Optional()])
    words = StringField(N_("说明"), [Length(max=200)], description=N_("例如安置到哪个单位；补助只记已批准，不记金额"))
