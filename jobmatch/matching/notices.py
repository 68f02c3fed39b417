"""The texts of the messages that matching sends, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def invitation_title(employer_name: str, title: str) -> str:
    """An employer would like to talk with a person."""
    return _("%(employer)s邀请您看看%(title)s", employer=employer_name, title=title)


def invitation_body() -> str:
    """What the employer knows so far."""
    return _("单位还看不到您的姓名和电话。您同意联系或者投递以后才能看到；不考虑也请按一下。")


def contact_text(organization_name: str, until: str) -> str:
    """What a person agrees to when they let an employer call them; kept word for word with the grant."""
    return _(
        "我同意%(employer)s看我的姓名和手机号，用来联系这个岗位，到 %(until)s为止；我撤回以后，这家单位就看不到了。",
        employer=organization_name,
        until=until,
    )


def answer_title(title: str, *, is_yes: bool) -> str:
    """Whoever invited hears what the person said."""
    if is_yes:
        return _("您邀请的人同意联系了：%(title)s", title=title)
    return _("您邀请的人暂时不考虑：%(title)s", title=title)
