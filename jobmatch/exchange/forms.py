"""Forms of the exchange room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FileField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.columns import Column
from jobmatch.exchange.posting_columns import COLUMNS
from jobmatch.web.pages import PageForm
from recruiters.postings.states import YesWay

STAFF_WAYS = (YesWay.PAPER, YesWay.NOTICE)


def table_field(description: str) -> Any:
    def check(_form: Any, field: Any) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("请选一个文件"))

    return FileField(N_("选一个文件"), [check], description=description, render_kw={"accept": ".xlsx,.csv"})


class PeopleTableForm(PageForm):
    """A table of people to hand in."""

    table = table_field(N_("xlsx 或 csv，最大 12 MB，最多 10 万人"))


class PostingTableForm(PageForm):
    """A table of postings to hand in."""

    table = table_field(N_("xlsx 或 csv，最大 12 MB，最多 5 万行"))
    source = StringField(
        N_("这张表从哪里来"),
        [needed(N_("请写这张表是从哪里来的")), at_most(60)],
        description=N_("例如“县人社局周报”。下次写一样的名字，列就不用再对照"),
        render_kw={"autocomplete": "off", "list": "sources"},
    )
    consent = RadioField(
        N_("单位怎么同意发布的"),
        choices=lambda: [*((way.value, way.label) for way in STAFF_WAYS), ("", _("还没有问，问好再发布"))],
        default="",
    )
    is_full = BooleanField(N_("这是全表：表里没有了的岗位就关闭"))

    @property
    def way(self) -> YesWay | None:
        """How the employers agreed, where they did."""
        return YesWay(self.consent.data) if self.consent.data else None


def columns_form(columns: Sequence[Column]) -> type[PageForm]:
    """A form that says which column of a table is which; each choice is the number of a column."""
    fields = {
        column.field: SelectField(column.title, choices=[], validate_choice=False, description=column.hint)
        for column in columns
    }
    return type("ColumnsForm", (PageForm,), fields)


ColumnsForm = columns_form(COLUMNS)


def show_columns(form: Any, columns: Sequence[Column], titles: Sequence[str]) -> None:
    """Offer the titles of a table in every field of a form of ``columns_form``."""
    numbered = ((str(place), title or _("第 %(n)s 列", n=place + 1)) for place, title in enumerate(titles))
    options = [("", _("没有这一列")), *numbered]
    for column in columns:
        form[column.field].choices = options


def chosen_places(form: Any, columns: Sequence[Column]) -> dict[str, int]:
    """The number of the column of each field that was chosen; -1 for what is no number."""
    given = {column.field: form[column.field].data or "" for column in columns}
    return {name: int(text) if text.isdecimal() and len(text) < 5 else -1 for name, text in given.items() if text}


class TokenForm(PageForm):
    """A token for somebody's machine."""

    source = StringField(
        N_("来源的名字"), [needed(N_("请写来源的名字")), at_most(60)], render_kw={"autocomplete": "off"}
    )
    name = StringField(
        N_("谁用这个密钥"),
        [needed(N_("请写谁用这个密钥")), at_most(60)],
        description=N_("例如系统名和经办人，停用的时候好认"),
        render_kw={"autocomplete": "off"},
    )
