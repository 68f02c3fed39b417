"""What a cell of a superior's form shows."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class BindingKind(LabelledEnum):
    """What a cell of a superior's form is filled with."""

    FIGURE = "figure", N_("指标")
    COLUMN = "column", N_("年度表栏目")
    WORDS = "words", N_("固定文字")
    PEOPLE = "people", N_("人员名单")
