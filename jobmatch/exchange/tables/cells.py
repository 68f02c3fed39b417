"""Cells of a table as values; what is wrong with one is kept by its field, so that a row names all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.exchange.columns import plain
from jobmatch.exchange.people_columns import read_day

E = TypeVar("E", bound=LabelledEnum)
_YES, _NO = (
    frozenset({"是", "有", "√", "y", "yes", "true", "1"}),
    frozenset({"否", "无", "没有", "×", "n", "no", "false", "0"}),
)


def read_moment(text: str) -> datetime:
    """A day and a time as tables hold them, by Shanghai. Raises ``ValueError``."""
    clean = text.strip().replace("T", " ").replace("：", ":")
    found = re.search(r"(\d{1,2}):(\d{2})(?::\d{2})?$", clean)
    if found is None:
        raise ValueError(text)
    return datetime.combine(read_day(clean[: found.start()].strip()), time(int(found[1]), int(found[2])), SHANGHAI)


@dataclass(slots=True)
class Cells:
    """A row that is being read; ``stop`` raises what was found."""

    row: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The words under a column."""
        return self.row.get(name, "").strip()

    def number(self, name: str) -> int | None:
        """A count of at most six digits; None where nothing stands."""
        text = self.text(name)
        if text and not re.fullmatch(r"[0-9]{1,6}", text):
            self.errors[name] = _("请只填数字")
            return None
        return int(text) if text else None

    def yes(self, name: str) -> bool | None:
        """Yes or no; None where nothing stands."""
        word = plain(self.text(name))
        if word and word not in _YES | _NO:
            self.errors[name] = _("请写是或否")
        return (word in _YES) if word else None

    def moment(self, name: str) -> datetime | None:
        """A day and a time."""
        try:
            return read_moment(self.text(name))
        except ValueError:
            self.errors[name] = _("时间读不懂，请写成 2026-12-06 09:00")
            return None

    def day(self, name: str) -> date | None:
        """A day; None where nothing stands."""
        text = self.text(name)
        try:
            return read_day(text) if text else None
        except ValueError:
            self.errors[name] = _("日期读不懂，请写成 2026-12-31")
            return None

    def choice(self, name: str, usual: E) -> E:
        """A member of the kind of ``usual`` by its label or code; ``usual`` where nothing stands."""
        word, kind = plain(self.text(name)), type(usual)
        found = next((one for one in kind if word in {plain(one.label), one.value}), None)
        if word and found is None:
            self.errors[name] = _("请写：%(words)s", words=_("、").join(one.label for one in kind))
        return found or usual

    def stop(self) -> None:
        """Raise ``Invalid`` by field where something was wrong."""
        if self.errors:
            raise Invalid(fields=self.errors)
