"""Forms of the exchange room."""

from __future__ import annotations

from typing import Any

from wtforms import FileField
from wtforms.validators import ValidationError

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.pages import PageForm


class PeopleTableForm(PageForm):
    """A table of people to hand in."""

    table = FileField(
        N_("选一个文件"),
        description=N_("xlsx 或 csv，最大 12 MB，最多 10 万人"),
        render_kw={"accept": ".xlsx,.csv"},
    )

    def validate_table(self, field: Any) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("请选一个文件"))


class EmptyForm(PageForm):
    """A press of a button."""
