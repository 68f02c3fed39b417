"""Form fields that several rooms need: phone, code, password, name. They check shape; services decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from wtforms import Form, PasswordField, StringField
from wtforms.validators import StopValidation, ValidationError

from jobmatch.accounts.models import clean_email, clean_phone
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.checks import check_phone
from jobmatch.web.pages import PageForm

Check = Callable[[Form, Any], None]


def needed(text: str) -> Check:
    """The field must be filled; ``text`` (marked with ``N_``) says what to do."""

    def check(_form: Form, field: Any) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(_(text))

    return check


def at_most(longest: int) -> Check:
    """The text must not be longer."""

    def check(_form: Form, field: Any) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(_("最多 %(n)s 个字", n=longest))

    return check


def check_mobile(_form: Form, field: Any) -> None:
    """Eleven digits, however they are typed."""
    try:
        check_phone(field.data or "")
    except ValueError as error:
        raise ValidationError(str(error)) from None


def check_six_digits(_form: Form, field: Any) -> None:
    """Six digits, however they are typed."""
    if len(clean_phone(field.data or "")) != 6:
        raise ValidationError(_("验证码是 6 位数字"))


def phone_field(label: str = N_("手机号"), **kwargs: Any) -> Any:
    """A mobile number."""
    keys = {"inputmode": "tel", "autocomplete": "tel", "maxlength": "20"}
    return StringField(label, [needed(N_("请填写手机号")), check_mobile], render_kw=keys, **kwargs)


def code_field(label: str = N_("验证码"), **kwargs: Any) -> Any:
    """A six-digit code."""
    keys = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12"}
    return StringField(label, [needed(N_("请填写 6 位验证码")), check_six_digits], render_kw=keys, **kwargs)


class CodeForm(PageForm):
    """The code that came by phone."""

    code = code_field()


_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def check_email(_form: Form, field: Any) -> None:
    """An address as browsers take it (HTML standard), with a host that has a dot."""
    if len(field.data or "") > 120 or not _ADDRESS.fullmatch(clean_email(field.data or "")):
        raise ValidationError(_("请填写完整的邮箱，例如 name@example.com"))


def email_field(label: str = N_("邮箱"), **kwargs: Any) -> Any:
    """An e-mail address."""
    keys = {"inputmode": "email", "autocomplete": "email", "maxlength": "120"}
    return StringField(label, [needed(N_("请填写邮箱")), check_email], render_kw=keys, **kwargs)


def name_field(label: str = N_("姓名"), *, longest: int = 60, autocomplete: str = "name", **kwargs: Any) -> Any:
    """A name of a person or organization."""
    keys = {"autocomplete": autocomplete}
    return StringField(label, [needed(N_("请填写这一项")), at_most(longest)], render_kw=keys, **kwargs)


def password_field(label: str = N_("密码"), *, is_new: bool = False, **kwargs: Any) -> Any:
    """A password; its strength is judged by ``passwords.check``."""
    keys = {"autocomplete": "new-password" if is_new else "current-password"}
    return PasswordField(label, [needed(N_("请填写密码"))], render_kw=keys, **kwargs)
