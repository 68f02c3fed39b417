"""Texts that accounts send: codes by phone, and what a user is told about the own account."""

from __future__ import annotations

from jobmatch.accounts.states import CodePurpose
from jobmatch.core.i18n import gettext as _


def code_text(purpose: CodePurpose, code: str) -> str:
    """The text message that carries a code."""
    return _("%(code)s 是您的%(purpose)s验证码，10 分钟内有效。不要告诉别人。", code=code, purpose=purpose.label)


def account_notice(name: str) -> tuple[str, str]:
    """Title and body of the notice called ``name``. Raises ``KeyError`` for an unknown one."""
    if_not_you = _("如果不是您本人办的，请马上打服务站电话。")
    titles = {
        "password_changed": _("您的密码换了"),
        "phone_changed": _("您的登录手机号换了"),
        "second_factor_reset": _("您的第二道验证取消了，下次登录时重新设置"),
        "second_factor_set": _("您设置了第二道验证"),
        "recovery_code_used": _("有人用备用码登录了您的账号"),
        "help_asked": _("有人请工作人员重设您的第二道验证"),
        "email_changed": _("您的账号换了邮箱"),
        "invited": _("您的账号多了一个身份"),
    }
    return titles[name], if_not_you
