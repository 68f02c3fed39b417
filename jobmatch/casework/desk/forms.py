"""Forms of the desk: shape and format; what the words mean is the services' matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, StopValidation

from jobmatch.accounts.fields import needed
from jobmatch.casework.desk.states import RATING_LEVELS, STAFF_ACTIONS, ProxyConsent, RequestWay
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import DayField, VersionedForm, WholeField
from jobmatch.web.pages import PageForm


def _labels(kind: Any, *but: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(member.value, member.label) for member in kind if member not in but]


class AskForm(PageForm):
    note = TextAreaField(N_("想说明的话"), [Length(max=500)], render_kw={"rows": 3})


class NoteForm(PageForm):
    note = TextAreaField(N_("补充说明"), [needed(N_("请写要补充的内容")), Length(max=500)], render_kw={"rows": 3})


class PaperForm(PageForm):
    """A file for one of the papers; ``paper`` is the paper's name."""

    paper = HiddenField()
    file = FileField(N_("选文件或拍照"), description=N_("PDF、Word（docx）或照片（jpg、png），10 MB 以内"))


class RateForm(PageForm):
    """Five levels, none of them chosen beforehand."""

    level = RadioField(N_("这次服务，您满意吗？"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [(str(number), _(label)) for number, label in RATING_LEVELS.items()]

    @property
    def number(self) -> int | None:
        """The chosen level, or None."""
        text = str(self.level.data or "")
        return int(text) if text.isdecimal() and len(text) == 1 else None


class QueueFilter(PageForm):
    """What the queue is narrowed by."""

    scope = SelectField(N_("谁的"), choices=[], validate_choice=False)
    state = SelectField(N_("进度"), choices=[], validate_choice=False)
    item = SelectField(N_("事项"), choices=[], validate_choice=False)
    q = StringField(N_("姓名或编号"), [Length(max=40)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope.choices = [("", _("全部")), ("here", _("本站的")), ("mine", _("我办的"))]
        self.state.choices = [
            ("", _("还没办完的")),
            ("overdue", _("已超期")),
            ("asked", _("等受理")),
            ("more", _("等补材料")),
            ("ended", _("办完的")),
        ]


class WindowForm(PageForm):
    """A request taken by staff; name and phone only where there is no file."""

    item_code = SelectField(N_("办什么事"), [needed(N_("请选一件事"))], choices=[], validate_choice=False)
    way = RadioField(N_("怎么来的"), choices=_labels(RequestWay, RequestWay.PHONE), default=RequestWay.WINDOW.value)
    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "off"})
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    note = TextAreaField(N_("情况说明"), [Length(max=500)], render_kw={"rows": 3})
    proxy_name = StringField(
        N_("代办人姓名"),
        [Length(max=60)],
        description=N_("您自己代办的留空，要先在“代办”里记下本人同意"),
        render_kw={"autocomplete": "off"},
    )
    consent = RadioField(N_("本人怎么同意的"), [Optional()], choices=_labels(ProxyConsent), validate_choice=False)
    door_on = DayField(N_("上门日期"), [Optional()])
    door_place = StringField(N_("上门的村（社区）"), [Length(max=60)], description=N_("只写到村（社区），不写门牌号"))
    door_by = StringField(N_("上门人员"), [Length(max=60)], render_kw={"autocomplete": "off"})
    result = TextAreaField(
        N_("当场办结的结果"), [Length(max=500)], description=N_("当场办完就写结果，没办完留空"), render_kw={"rows": 2}
    )


class MoveForm(VersionedForm):
    """One step of a request, with words where the step needs them."""

    action = HiddenField()
    note = TextAreaField(N_("说明"), [Length(max=500)], render_kw={"rows": 3})

    def validate_action(self, field: Any) -> None:
        if field.data not in {action.value for action in STAFF_ACTIONS}:
            raise StopValidation(_("请按页面上的按钮办理"))


class HandOverForm(VersionedForm):
    station = SelectField(N_("转到哪个站"), choices=[], validate_choice=False)
    handler = SelectField(N_("交给谁"), choices=[], validate_choice=False)
    reason = StringField(N_("为什么转"), [needed(N_("请写明为什么转")), Length(max=200)])


class DoorForm(PageForm):
    door_on = DayField(N_("上门日期"), [Optional()])
    door_place = StringField(N_("上门的村（社区）"), [Length(max=60)], description=N_("只写到村（社区），不写门牌号"))
    door_by = StringField(N_("上门人员"), [Length(max=60)], render_kw={"autocomplete": "off"})


class PeriodForm(PageForm):
    """From and to, both included."""

    since = DayField(N_("从"), [Optional()])
    until = DayField(N_("到"), [Optional()])


class ItemForm(PageForm):
    """A service item; ``seen`` is the fingerprint the form was drawn with."""

    seen = HiddenField()
    name_zh = StringField(N_("事项名称"), [needed(N_("请填写事项名称")), Length(max=60)])
    name_en = StringField(N_("英文名称"), [Length(max=160)])
    kinds = SelectMultipleField(
        N_("谁可以办"), choices=[], validate_choice=False, description=N_("一个都不选，就是谁都可以办")
    )
    papers = TextAreaField(N_("要带的材料"), [Length(max=1000)], description=N_("一行一样"), render_kw={"rows": 4})
    limit_days = WholeField(N_("办理时限（工作日）"), description=N_("从受理第二天算起，等补材料的时间不算"))
    old_limit_days = WholeField(N_("原时限（工作日）"), [Optional()])
    old_limit_paper = StringField(
        N_("规定原时限的文件"), [Length(max=200)], description=N_("文件名和文号；没有文件就不显示压缩率")
    )
    needs_center = BooleanField(N_("由县级中心办"))
    is_record_only = BooleanField(N_("只转交：只记日期和接收部门，不记内容"))
    is_active = BooleanField(N_("现在可以办"))
    source = StringField(N_("时限的依据"), [needed(N_("请写明依据，例如文件名和文号")), Length(max=300)])

    def values(self) -> dict[str, Any]:
        """The values of the row's own columns."""
        return {field.short_name: field.data for field in self if field.short_name != "seen"}
