"""Forms of what classes led to: shape and format."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.pages import PageForm

STARS = (("5", N_("很满意")), ("4", N_("满意")), ("3", N_("一般")), ("2", N_("不满意")), ("1", N_("很不满意")))


class RatingForm(PageForm):
    """From one to five stars, and words."""

    stars = RadioField(
        N_("满意吗"), choices=lambda: [(value, _(label)) for value, label in STARS], validate_choice=False
    )
    words = TextAreaField(N_("想说的话"), [at_most(300)], render_kw={"rows": 3})
