"""Forms of enrollments: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SearchField, SelectField, SelectMultipleField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import ProxyWay
from jobmatch.web.fields import PickOne
from jobmatch.web.pages import PageForm
from training.courses.enrollment.states import EnrollmentNeed, EnrollmentState


class EnrollForm(PageForm):
    """One tap, with what help somebody needs and their agreement."""

    needs = SelectMultipleField(N_("需要照顾的"), choices=[], validate_choice=False)
    consent = BooleanField(N_("同意承训机构和办班单位看到姓名和手机号"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs.choices = [(need.value, need.label) for need in EnrollmentNeed]


class EnrollForForm(PageForm):
    """The station signs somebody up, and says how they agreed where that is not on record yet."""

    person = StringField(N_("给谁报名"), [at_most(16)])
    agreed = RadioField(N_("本人是怎么同意的"), choices=[], validate_choice=False)
    note = StringField(
        N_("同意书或录音放在哪里"),
        [at_most(200)],
        description=N_("当面在屏幕上确认的可以不填"),
        render_kw={"autocomplete": "off"},
    )
    needs = SelectMultipleField(N_("需要照顾的"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreed.choices = [(way.value, way.label) for way in ProxyWay]
        self.needs.choices = [(need.value, need.label) for need in EnrollmentNeed]


class TransferForm(PageForm):
    """To which class of the same course."""

    to = PickOne(N_("转到哪个班"))


class ReasonForm(PageForm):
    """Why somebody is canceled, or left."""

    reason = StringField(N_("原因"), [at_most(200)], render_kw={"autocomplete": "off"})


class NoteForm(PageForm):
    """A few words beside a call."""

    note = StringField(N_("备注"), [at_most(200)], render_kw={"autocomplete": "off"})


class RosterFilter(PageForm):
    """What the roster is narrowed by; comes by GET."""

    q = SearchField(N_("姓名、手机号或后四位"), render_kw={"autocomplete": "off"})
    state = SelectField(N_("状态"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [("", _("全部")), *((state.value, state.label) for state in EnrollmentState)]


class FindForm(PageForm):
    """Somebody of the own subtree."""

    q = SearchField(N_("姓名、手机号或后四位"), render_kw={"autocomplete": "off"})
