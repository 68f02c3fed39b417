"""Forms of the pages of figures."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.services import CELLS
from jobmatch.reports.figures.year_table import TITLES
from jobmatch.web.pages import PageForm


class TakeListForm(PageForm):
    """Why somebody takes a list away."""

    reason = StringField(N_("下载做什么用"), [at_most(100)], description=N_("例如：报市局核对。下载会留下记录"))


class MappingForm(PageForm):
    """The cell of one state, and the footnote that says so."""

    column = SelectField(N_("归入哪一栏"), validate_choice=False)
    footnote = StringField(N_("印在表下的脚注"), [at_most(300)])
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.column.choices = [(letter, f"{letter} {_(TITLES[letter])}") for letter in CELLS]
