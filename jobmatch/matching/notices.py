"""The texts of the messages that matching sends, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def invitation(employer_name: str, title: str) -> tuple[str, str]:
    """Title and body of an employer's invitation to apply."""
    return (
        _("%(employer)s邀请您投递%(title)s", employer=employer_name, title=title),
        _("单位还看不到您的姓名和电话。您投递以后，单位才能看到简历。"),
    )
