"""Forms of the check-in desk: shape and format. ``press`` is the button."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import AnyOf

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.web.pages import PageForm

_SCANNED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "enterkeyhint": "go"}
_DIGITS = {"autocomplete": "off", "class": "w-s"}
_TYPED = [at_most(200)]
"""No field is cut short: a scanner types into whichever has the cursor, and its whole text says what was meant."""


class DeskForm(PageForm):
    """One field for the scanner; name and four digits for people who bring neither ticket nor phone."""

    text = StringField(
        N_("入场码或手机号"), _TYPED, render_kw=_SCANNED, description=N_("扫码枪扫票、读卡器刷身份证也在这里")
    )
    name = StringField(N_("姓名"), _TYPED, render_kw={"autocomplete": "off"})
    id_tail = StringField(N_("身份证后四位"), _TYPED, render_kw=_DIGITS)
    desk = HiddenField()


class WalkInForm(PageForm):
    """Somebody without a registration."""

    name = StringField(N_("姓名"), _TYPED, render_kw={"autocomplete": "off"})
    phone = StringField(N_("手机号"), _TYPED, render_kw={"inputmode": "tel", "autocomplete": "off"})
    id_tail = StringField(N_("身份证后四位"), _TYPED, render_kw=_DIGITS, description=N_("没有手机号的填这一项"))
    kind = RadioField(N_("身份类别"), [AnyOf(list(VisitorKind))], default=VisitorKind.VETERAN.value)
    desk = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            # The page has another form with fields of these names.
            field.id = f"walk-{field.name}"
        self.kind.choices = [(kind.value, kind.label) for kind in VisitorKind]
        self.kind.validators[0].message = _("请选一项")  # type: ignore[attr-defined]


class SignCodeForm(PageForm):
    """An exhibitor's six digits."""

    code = StringField(N_("单位的报到码"), _TYPED, render_kw={"autocomplete": "off", "inputmode": "numeric"})


class HereForm(PageForm):
    """What somebody types who scanned the poster."""

    text = StringField(
        N_("入场码"),
        [at_most(120)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
        description=N_("票上和短信里的 8 位数字。忘了的请到签到台报手机号"),
    )
