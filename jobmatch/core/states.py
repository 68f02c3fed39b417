"""Bottom of the alphabet: enums whose members cannot exist without a label, and checked transition tables."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from jobmatch.core.i18n import gettext

if TYPE_CHECKING:
    from sqlalchemy import Enum


class LabelledEnum(StrEnum):
    """Members are written ``OPEN = "open", N_("招聘中")``; the value is stored, the label is shown."""

    label_id: str

    def __new__(cls, value: str, label: str = "") -> LabelledEnum:
        # The default is for type checkers, which read a look-up by value as making a member.
        if not label:
            raise TypeError(f"{cls.__name__}.{value} has no label")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label_id = label
        return member

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label_id)


E_ = TypeVar("E_", bound=LabelledEnum)


def stored(kind: type[E_], name: str) -> Enum:
    """Column type for an enum: text with a CHECK constraint called ``name`` (same on both databases)."""
    # Parsers of files use labelled enums in a process of their own and need no database.
    from sqlalchemy import Enum

    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name,
        values_callable=lambda members: [m.value for m in members],
    )


Flow = Mapping[tuple[E_, str], E_]
