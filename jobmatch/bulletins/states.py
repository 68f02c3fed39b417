"""The two lives of an issue."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class BulletinState(LabelledEnum):
    DRAFT = "draft", N_("还没发布")
    RELEASED = "released", N_("已发布")
