"""Whose start page is shown."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class Level(LabelledEnum):
    """Who works at a station: those who know their people by name, or those who have stations or counties below."""

    CLERK = "clerk", N_("村镇")
    COUNTY = "county", N_("县")
    CITY = "city", N_("市")
