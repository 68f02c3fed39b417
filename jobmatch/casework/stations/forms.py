"""Forms of the register of stations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from jobmatch.casework.stations.states import Weekday, WorkerKind
from jobmatch.core.i18n import N_
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm


def _labels(kind: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(member.value, member.label) for member in kind]


class ContactForm(VersionedForm):
    """Name, phone and address of a station."""

    name = StringField(N_("名称"), [Length(max=120)])
    phone = StringField(N_("电话"), [Length(max=40)], render_kw={"inputmode": "tel"})
    address = StringField(N_("地址"), [Length(max=200)])


class WorkerForm(PageForm):
    """Somebody who works there."""

    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "off"})
    kind = SelectField(
        N_("专职、兼职还是志愿者"),
        choices=lambda: [(one.value, one.label) for one in WorkerKind],
        validate_choice=False,
    )
    duty = StringField(N_("管什么"), [Length(max=120)], description=N_("例如建档、走访、招聘会"))
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    since = DateField(N_("从哪天开始"), [Optional()])


class DutyForm(PageForm):
    """The weekly times of one worker."""

    days = SelectMultipleField(N_("哪几天值班"), choices=_labels(Weekday), validate_choice=False)
    starts = StringField(N_("几点开始"), [Length(max=5)])
    ends = StringField(N_("几点结束"), [Length(max=5)])


class MergeForm(PageForm):
    into = SelectField(N_("并到哪个站"), choices=[], validate_choice=False)


class SplitForm(PageForm):
    region_code = SelectField(N_("给哪个地方单设一个站"), choices=[], validate_choice=False)
    name = StringField(N_("新站名称"), [Length(max=120)])
    level = StringField(N_("层级"), [Length(max=12)], description=N_("例如村级、嘎查级"))
    phone = StringField(N_("电话"), [Length(max=40)], render_kw={"inputmode": "tel"})
