"""Stands in for the translations while they are not there; with them it does nothing."""

import sys
from importlib.util import find_spec
from types import ModuleType

try:
    found = find_spec("jobmatch.core.i18n")
except ModuleNotFoundError:
    found = None

if found is None:
    core, i18n = ModuleType("jobmatch.core"), ModuleType("jobmatch.core.i18n")
    i18n.gettext = lambda text, **words: text % words if words else text
    sys.modules.update({"jobmatch.core": core, "jobmatch.core.i18n": i18n})
