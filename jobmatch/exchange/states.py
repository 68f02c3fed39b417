"""States of an import."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RowOutcome(LabelledEnum):
    STORED = "stored", N_("已存入")
    SAME = "same", N_("以前已导入")
    REFUSED = "refused", N_("没有存入")
