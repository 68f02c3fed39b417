"""What the API is made of, declared once: the same lines check parameters, build answers and write the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
YES_NO: Schema = {"type": "boolean"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"], "minimum": 0}
DAY: Schema = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MOMENT: Schema = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"}
PUBLIC_ID: Schema = {"type": "string", "pattern": "^[0-9a-z]{16}$"}
MOST, USUAL = 200, 50
"""Rows of one answer at most, and where nobody says how many."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an address: its name, shape and meaning."""

    name: str
    schema: Schema
    words: str

    def read(self, text: str) -> Any:
        """The value of ``text``. Raises ``ValueError`` with the words to show."""
        if self.schema["type"] == "integer":
            low, high = self.schema["minimum"], self.schema["maximum"]
            if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
                raise ValueError(_("请写 %(low)s 到 %(high)s 的整数", low=low, high=high))
            return int(text)
        if not re.fullmatch(self.schema["pattern"].strip("^$"), text):
            raise ValueError(_("写法不对，应该符合 %(pattern)s", pattern=self.schema["pattern"]))
        return text


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an answer: name, shape, meaning, and how it is read from a row."""

    name: str
    schema: Schema
    words: str
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One address below ``/api/v1``, which is the scope of a token too.

    A list has ``select`` (narrowed by what everybody may see), its ``key`` (the model) and is paged by cursor within
    the subtree of the token; figures have ``gather``, which gives all of their few lines.
    """

    name: str
    title: str
    words: str
    fields: Sequence[Field]
    model: Any = None
    select: Callable[[UnitOfWork], Select[*tuple[Any, ...]]] | None = None
    gather: Callable[[UnitOfWork], Sequence[Any]] | None = None

    @property
    def params(self) -> tuple[Param, ...]:
        """What may stand behind the question mark."""
        return LIST_PARAMS if self.select else ()

    def answer(self, row: Any) -> dict[str, Any]:
        """A row as JSON: the declared fields and nothing else."""
        return {field.name: plain(field.read(row)) for field in self.fields}


LIST_PARAMS = (
    Param("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, N_("一次最多几条")),
    Param("after", PUBLIC_ID, N_("从哪一条之后接着取：上一次回答里的 next")),
    Param("id", PUBLIC_ID, N_("只要这个编号的一条")),
    Param("region", {"type": "string", "pattern": "^[0-9]{2,12}$"}, N_("只要这个行政区划代码以下的")),
)


def plain(value: Any) -> Any:
    """A value as JSON writes it: days and instants as ISO texts, states as their codes."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return getattr(value, "value", value)


def checked(params: Sequence[Param], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The parameters of a call by name. Raises ``Invalid`` for one that is unknown, doubled or of another shape."""
    known = {param.name: param for param in params}
    errors: dict[str, str] = {}
    found: dict[str, Any] = {param.name: param.schema.get("default") for param in params}
    for name, texts in given.items():
        if name not in known:
            errors[name[:40]] = _("没有这个参数")
        elif len(texts) > 1:
            errors[name] = _("只能写一次")
        else:
            try:
                found[name] = known[name].read(texts[0])
            except ValueError as error:
                errors[name] = str(error)
    if errors:
        raise Invalid(fields=errors)
    return found
