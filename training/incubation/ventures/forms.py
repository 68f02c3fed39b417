"""Forms of ventures: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SearchField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import AmountField, DayField, PickOne, WholeField
from jobmatch.web.pages import PageForm
from training.incubation.ventures.services.founders import FounderFacts
from training.incubation.ventures.services.moves import MoveFacts
from training.incubation.ventures.services.wishes import Wish
from training.incubation.ventures.states import ContestTrack, FounderKind, FounderRole, VentureForm

_SMALL = {"class": "w-s"}
_PHONE = {"inputmode": "tel", "autocomplete": "off"}


def _forms() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in VentureForm]


def form_of(value: Any) -> VentureForm:
    """The form of a code; anything else is not known yet."""
    return VentureForm(value) if value in set(VentureForm) else VentureForm.NOT_KNOWN


class WishForm(PageForm):
    """What somebody wants to start, when, with what money, in what form."""

    words = TextAreaField(
        N_("想做什么"),
        [needed(N_("请写一句想做什么")), at_most(200)],
        render_kw={"rows": 3},
        description=N_("例如：在镇上开一家汽车修理店"),
    )
    when = StringField(N_("打算什么时候开始"), [at_most(40)], description=N_("例如：明年 3 月"))
    money = StringField(N_("本钱从哪里来，有多少"), [at_most(80)], description=N_("例如：自己有 8 万，想贷 10 万"))
    form = RadioField(N_("打算怎么登记"), choices=_forms, validate_choice=False, default=VentureForm.NOT_KNOWN.value)

    def wish(self) -> Wish:
        """What was said, as the service takes it."""
        return Wish(
            words=self.words.data or "",
            when=self.when.data or "",
            money=self.money.data or "",
            form=form_of(self.form.data),
        )


class StaffWishForm(WishForm):
    """The same, written down by staff for somebody in the pool."""

    phone = StringField(N_("本人手机号"), [needed(N_("请填本人手机号")), at_most(20)], render_kw=_PHONE)
    name = StringField(N_("项目名称"), [at_most(120)])
    sector_code = PickOne(N_("行业"))

    def wish(self) -> Wish:
        """What was said, as the service takes it."""
        return Wish(
            words=self.words.data or "",
            when=self.when.data or "",
            money=self.money.data or "",
            form=form_of(self.form.data),
            name=self.name.data or "",
            sector_code=self.sector_code.data,
        )


_YES_NO = (("yes", N_("是")), ("no", N_("不是")))


def _yes_no() -> list[tuple[str, str]]:
    return [(value, _(label)) for value, label in _YES_NO]


class MoveForm(PageForm):
    """The next step of a venture with its day; only registering shows everything."""

    on = DayField(N_("日期"))
    note = StringField(N_("原因或说明"), [at_most(200)])
    name = StringField(N_("营业执照上的名称"), [at_most(120)])
    form = RadioField(N_("登记类型"), choices=_forms, validate_choice=False)
    credit_code = StringField(
        N_("统一社会信用代码"),
        [at_most(30)],
        description=N_("18 位，个体工商户也有"),
        render_kw={"autocomplete": "off"},
    )
    is_first = RadioField(N_("是本人第一次创业登记吗"), choices=_yes_no, validate_choice=False)
    is_takeover = RadioField(N_("是接手别人的店或企业吗"), choices=_yes_no, validate_choice=False)
    has_others = BooleanField(N_("创办人以外，其余是其他股东"))

    def facts(self) -> MoveFacts:
        """What was said, as the service takes it; a question without an answer is None."""
        answers = {"yes": True, "no": False}
        return MoveFacts(
            on=self.on.data,
            note=self.note.data or "",
            name=self.name.data or "",
            form=form_of(self.form.data),
            credit_code=self.credit_code.data or "",
            is_first=answers.get(self.is_first.data or ""),
            is_takeover=answers.get(self.is_takeover.data or ""),
            has_others=bool(self.has_others.data),
        )


class FounderForm(PageForm):
    """One founder with role and share."""

    name = StringField(N_("姓名"), [needed(N_("请填姓名")), at_most(60)], render_kw={"autocomplete": "off"})
    phone = StringField(
        N_("手机号"), [at_most(20)], description=N_("在人才库里的填这一项，自动对上档案"), render_kw=_PHONE
    )
    kind = RadioField(
        N_("身份类别"),
        choices=lambda: [(one.value, one.label) for one in FounderKind],
        validate_choice=False,
        default=FounderKind.OTHER.value,
        description=N_("在人才库里的以档案为准"),
    )
    role = RadioField(
        N_("做什么"),
        choices=lambda: [(one.value, one.label) for one in FounderRole],
        validate_choice=False,
        default=FounderRole.FOUNDER.value,
    )
    share = StringField(
        N_("持股（%）"),
        [at_most(10)],
        description=N_("最多两位小数，例如 33.33"),
        render_kw={**_SMALL, "inputmode": "decimal"},
    )
    since_on = DayField(N_("从哪天起"))
    has_others = BooleanField(N_("加起来不到 100%，其余是其他股东"))

    def facts(self) -> FounderFacts:
        """What was said, as the service takes it."""
        return FounderFacts(
            name=self.name.data or "",
            share=self.share.data or "",
            kind=FounderKind(self.kind.data) if self.kind.data in set(FounderKind) else FounderKind.OTHER,
            role=FounderRole(self.role.data) if self.role.data in set(FounderRole) else FounderRole.FOUNDER,
            phone=self.phone.data or "",
            since_on=self.since_on.data,
            has_others=bool(self.has_others.data),
        )


class LeaveForm(PageForm):
    """The day on which a founder leaves."""

    until_on = DayField(N_("最后一天"))


class MilestoneForm(PageForm):
    """A step that is agreed on."""

    title = StringField(N_("要做到什么"), [needed(N_("请写要做到什么")), at_most(120)])
    due_on = DayField(N_("到哪天"))


class ContestForm(PageForm):
    """A contest that was entered."""

    contest = StringField(N_("大赛名称"), [needed(N_("请填大赛的名称")), at_most(120)])
    year = WholeField(N_("年份"), render_kw=_SMALL)
    track = SelectField(
        N_("赛道"), choices=lambda: [(one.value, one.label) for one in ContestTrack], validate_choice=False
    )
    award = StringField(N_("奖项"), [at_most(60)])
    award_yuan = AmountField(N_("奖金（元）"), render_kw=_SMALL)

    def chosen_track(self) -> ContestTrack:
        """The track; anything else is the general one."""
        return ContestTrack(self.track.data) if self.track.data in set(ContestTrack) else ContestTrack.GENERAL


class VentureFilter(PageForm):
    """What the staff's list is narrowed by; comes by GET."""

    q = SearchField(N_("项目、姓名"), render_kw={"autocomplete": "off"})
