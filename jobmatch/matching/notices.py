"""The texts of the messages that matching sends, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def invitation_title(employer_name: str, title: str) -> str:
    """An employer asks a person to apply."""
    return _("%(employer)s邀请您投递%(title)s", employer=employer_name, title=title)


def invitation_body() -> str:
    """What the employer knows so far."""
    return _("单位还看不到您的姓名和电话。您投递以后，单位才能看到简历。")
