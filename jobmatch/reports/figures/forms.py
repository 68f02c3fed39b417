"""Forms of the pages of figures."""

from __future__ import annotations

from wtforms import StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.pages import PageForm


class TakeListForm(PageForm):
    """Why somebody takes a list away."""

    reason = StringField(N_("下载做什么用"), [at_most(100)], description=N_("例如：报市局核对。下载会留下记录"))
