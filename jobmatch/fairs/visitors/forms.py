"""Forms of registrations: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import Form, RadioField, SearchField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from jobmatch.accounts.fields import at_most, name_field, phone_field
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind, VisitorNeed
from jobmatch.web.pages import PageForm


def _known_kind(_form: Form, field: Any) -> None:
    """One of the kinds; the words are ours, since the library's are English."""
    if field.data not in set(VisitorKind):
        raise ValidationError(_("请选一种身份"))


class _VisitorForm(PageForm):
    """What is asked of everybody; the words of the choices are put into the reader's language."""

    kind: RadioField
    needs: SelectMultipleField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, kind.label) for kind in VisitorKind]
        self.needs.choices = [(need.value, need.label) for need in VisitorNeed]


class RegisterForm(_VisitorForm):
    """Three fields, and what help somebody needs."""

    name = name_field()
    phone = phone_field(description=N_("只用来发票和提醒，不给参会单位看"))
    kind = RadioField(N_("您是"), [_known_kind], choices=[], default=VisitorKind.VETERAN.value, validate_choice=False)
    needs = SelectMultipleField(N_("需要照顾的"), choices=[], validate_choice=False)


class RegisterForForm(_VisitorForm):
    """The station registers somebody; who has no phone gives the last four of the identity number."""

    name = name_field(autocomplete="off")
    phone = StringField(N_("手机号"), [at_most(20)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    id_tail = StringField(
        N_("身份证号后四位"), [at_most(8)], description=N_("没有手机号的填这一项"), render_kw={"autocomplete": "off"}
    )
    kind = RadioField(
        N_("身份类别"), [_known_kind], choices=[], default=VisitorKind.VETERAN.value, validate_choice=False
    )
    needs = SelectMultipleField(N_("需要照顾的"), choices=[], validate_choice=False)
    wish = StringField(N_("想找的工作"), [at_most(80)], render_kw={"autocomplete": "off"})


class OwnForm(PageForm):
    """One tap, with what help somebody needs."""

    needs = SelectMultipleField(N_("需要照顾的"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs.choices = [(need.value, need.label) for need in VisitorNeed]


class RegistrationFilter(PageForm):
    """What the staff's list is narrowed by; comes by GET."""

    q = SearchField(N_("姓名、手机号或后四位、入场码"), render_kw={"autocomplete": "off"})
    state = SelectField(N_("状态"), choices=[], validate_choice=False)
    kind = SelectField(N_("身份类别"), choices=[], validate_choice=False)
    need = SelectField(N_("需要照顾的"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need.choices = [("", _("全部")), *((need.value, need.label) for need in VisitorNeed)]
        self.state.choices = [("", _("全部")), *((state.value, state.label) for state in RegistrationState)]
        self.kind.choices = [("", _("全部")), *((kind.value, kind.label) for kind in VisitorKind)]
