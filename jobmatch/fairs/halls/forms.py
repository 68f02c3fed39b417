"""Forms of the halls: shape and format; places are rows and columns of the grid, typed, so that no mouse is needed."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.fairs.halls.states import BoothKind, BoothZone, HallItemKind
from jobmatch.web.pages import PageForm


def _whole(label: str, default: int, most: int = 60) -> IntegerField:
    """A whole number of the grid."""
    words = N_("请填 1 到 %(max)s 之间的整数")
    return IntegerField(
        label,
        [InputRequired(words.replace("%(max)s", str(most))), NumberRange(1, most, words.replace("%(max)s", str(most)))],
        default=default,
        render_kw={"class": "w-s", "inputmode": "numeric"},
    )


class HallForm(PageForm):
    """A new hall."""

    name = StringField(N_("展厅名称"), [at_most(40)], default="一楼大厅")
    rows = _whole(N_("长，几行格子"), 12)
    cols = _whole(N_("宽，几列格子"), 20)


class _Choices(PageForm):
    """A form beside others on one page: its fields get ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{type(self).__name__.lower()}-{field.name}"
        for name, kind in (("kind", self.KINDS), ("zone", BoothZone)):
            if name in self._fields:
                self[name].choices = [(one.value, one.label) for one in kind]  # type: ignore[attr-defined]

    KINDS: Any = BoothKind


class RowsForm(_Choices):
    """A block of booths at once."""

    row = _whole(N_("从第几行开始"), 3)
    col = _whole(N_("从第几列开始"), 2)
    rows = _whole(N_("几排"), 3, 26)
    per_row = _whole(N_("每排几个展位"), 8, 60)
    aisle = _whole(N_("两排之间留几行"), 1, 10)
    letter = StringField(N_("第一排的字母"), [at_most(1)], default="A", render_kw={"class": "w-s"})
    kind = SelectField(N_("展位规格"))
    zone = SelectField(N_("分区"))
    has_power = BooleanField(N_("有电源"), default=True)


class ItemForm(_Choices):
    """A wall, an entrance, a desk …"""

    KINDS = HallItemKind
    kind = SelectField(N_("放什么"))
    row = _whole(N_("第几行"), 1)
    col = _whole(N_("第几列"), 1)
    height = _whole(N_("占几行"), 1)
    width = _whole(N_("占几列"), 1)


class BoothForm(_Choices):
    """One booth: where it stands, what it offers, whose it is."""

    number = StringField(N_("展位号"), [at_most(8)], render_kw={"class": "w-s"})
    row = _whole(N_("第几行"), 1)
    col = _whole(N_("第几列"), 1)
    zone = SelectField(N_("分区"))
    has_power = BooleanField(N_("有电源"))
    is_accessible = BooleanField(N_("轮椅能到"))
    is_blocked = BooleanField(N_("停用，不给单位"))


class MoveForm(PageForm):
    """Where the exhibitor of a booth goes instead."""

    target = SelectField(N_("换到哪个空展位"), validate_choice=False)


class GiveForm(PageForm):
    """Whose booth it is."""

    exhibitor = SelectField(N_("给哪家单位"), validate_choice=False)
