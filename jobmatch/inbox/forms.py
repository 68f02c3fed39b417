"""The form of preferences."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from jobmatch.core.i18n import N_
from jobmatch.inbox.states import MessageGroup
from jobmatch.web.pages import PageForm


class PreferenceForm(PageForm):
    """Which groups come, on the site, by text message and by e-mail."""

    in_app = SelectMultipleField(N_("站内消息"), validate_choice=False)
    sms = SelectMultipleField(N_("短信"), validate_choice=False)
    email = SelectMultipleField(N_("邮件"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [SelectChoice(value=g.value, label=g.label) for g in MessageGroup if g is not MessageGroup.ACCOUNT]
        for field in (self.in_app, self.sms, self.email):
            field.choices = choices
