"""Forms of the teams room."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from jobmatch.casework.teams.states import TalentTag
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.pages import PageForm


def _tags() -> list[tuple[str, str]]:
    return [(tag.value, tag.label) for tag in TalentTag]


class TagsForm(PageForm):
    """What somebody may be called on for."""

    tags = SelectMultipleField(N_("需要人手的时候，哪些事可以找您？"), choices=_tags, validate_choice=False)


class TeamFilter(PageForm):
    """Filters of the team search; all come by GET."""

    tag = SelectField(N_("事情"), choices=lambda: [("", _("全部")), *_tags()], validate_choice=False)
    q = StringField(N_("技能、证书或驾驶证"), [Length(max=40)])
    town = SelectField(N_("住在"), choices=[], validate_choice=False)


class ListForm(PageForm):
    """Why the list with phone numbers is taken."""

    reason = StringField(N_("这份名单用来做什么？"), [Length(max=100)])
