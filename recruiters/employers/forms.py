"""Forms of the employers room: shape and format."""

from __future__ import annotations

import unicodedata
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from jobmatch.accounts.fields import at_most, code_field, needed, password_field, phone_field
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.checks import check_credit_code, check_phone
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm
from recruiters.employers.states import EmployerKind, FoundingBasis, PaperWay


class NumberField(IntegerField):
    """A whole number as people type it: full-width digits, blanks and commas are fine; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "")
        text = "".join(c for c in plain if c not in " ,，元")
        self.data: int | None = None
        if not text:
            return
        if not (text.isdecimal() and len(text) < 10):
            raise ValueError(_("请只填数字"))
        self.data = int(text)


def check_code(_form: Form, field: Any) -> None:
    """Eighteen signs with the right check sign."""
    try:
        check_credit_code(field.data or "")
    except ValueError as error:
        raise ValidationError(str(error)) from None


def check_any_phone(_form: Form, field: Any) -> None:
    """A mobile number or a landline with its area code; empty is checked elsewhere."""
    if field.data and field.data.strip():
        try:
            check_phone(field.data, landline=True)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class SignUpForm(PageForm):
    """An employer and who answers for it."""

    organization_name = StringField(
        N_("单位名称"),
        [needed(N_("请填单位的全称")), at_most(120)],
        description=N_("和营业执照上的全称一样"),
        render_kw={"autocomplete": "organization"},
    )
    credit_code = StringField(
        N_("统一社会信用代码"),
        [needed(N_("请填写 18 位代码，在营业执照上")), check_code],
        description=N_("18 位，在营业执照或登记证书上；N 开头的农村集体经济组织代码也可以"),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    region_code = SelectField(N_("单位所在地"), validate_choice=False)
    place = StringField(N_("不在列表里，请写县（区）和乡镇"), [at_most(60)], render_kw={"autocomplete": "off"})
    name = StringField(
        N_("经办人姓名"), [needed(N_("请填经办人姓名")), at_most(60)], render_kw={"autocomplete": "name"}
    )
    phone = phone_field(N_("经办人手机号"), description=N_("以后用它登录；求职者看不到"))
    code = code_field()
    password = password_field(N_("设一个密码"), is_new=True, description=N_("至少 12 个字符，可以用一句话"))


class ProfileForm(VersionedForm):
    """What an employer says about itself."""

    FACTS = (
        "version",
        "kind",
        "industry_code",
        "staff_count",
        "intro",
        "contact_name",
        "contact_phone",
        "is_agency",
        "permit_number",
        "permit_valid_until",
    )

    kind = RadioField(N_("单位类型"), validate_choice=False)
    industry_code = SelectField(N_("行业"), validate_choice=False)
    staff_count = NumberField(N_("在职人数"), [Optional()], render_kw={"class": "w-s"})
    intro = TextAreaField(
        N_("单位介绍"),
        [at_most(1000)],
        description=N_("做什么、有多大、在哪里；求职者会看到"),
        render_kw={"rows": 5},
    )
    region_code = SelectField(N_("单位所在地"), validate_choice=False)
    place = StringField(N_("不在列表里，请写县（区）和乡镇"), [at_most(60)], render_kw={"autocomplete": "off"})
    address = StringField(N_("详细地址"), [at_most(200)], render_kw={"autocomplete": "street-address"})
    contact_name = StringField(N_("招聘联系人"), [at_most(60)], render_kw={"autocomplete": "name"})
    contact_phone = StringField(
        N_("招聘电话"),
        [at_most(40), check_any_phone],
        description=N_("手机或带区号的座机；求职者会看到"),
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    is_agency = BooleanField(N_("我们是人力资源服务机构（中介、派遣、外包）"))
    permit_number = StringField(
        N_("人力资源服务许可证编号"),
        [at_most(60)],
        description=N_("人力资源服务机构必须填"),
        render_kw={"autocomplete": "off"},
    )
    permit_valid_until = DateField(N_("许可证有效期到"), [Optional()])

    def facts(self, region_code: str) -> dict[str, Any]:
        """What ``save_employer`` takes."""
        given: dict[str, Any] = {name: self[name].data for name in self.FACTS if name not in {"kind", "version"}}
        texts = {
            name: (given[name] or "").strip() for name in ("intro", "contact_name", "contact_phone", "permit_number")
        }
        chosen = self.kind.data in set(EmployerKind)
        return {
            **given,
            **texts,
            "version": self.version.data,
            "kind": EmployerKind(self.kind.data) if chosen else None,
            "region_code": region_code,
            "address": (self.address.data or "").strip(),
        }


class DecisionForm(PageForm):
    """What the office decides about an employer."""

    action = RadioField(N_("审核结果"), [needed(N_("请选审核结果"))], validate_choice=False)
    reason_code = SelectField(N_("要补什么，或为什么不通过、为什么暂缓"), validate_choice=False)
    until = DateField(N_("暂缓到哪一天"), [Optional()])
    note = TextAreaField(N_("给单位的话"), [at_most(300)], render_kw={"rows": 2})


class PaperForm(PageForm):
    """A picture or a scan of a paper."""

    file = FileField(
        N_("证照的照片或扫描件"),
        description=N_("jpg、png 或 pdf，不超过 10 MB；四个角都拍进去，字要清楚"),
        render_kw={"accept": ".jpg,.jpeg,.png,.pdf"},
    )


class JudgeForm(PageForm):
    """What the office says of a paper."""

    verdict = HiddenField()
    reason_code = SelectField(N_("看不清或不一致的原因"), validate_choice=False)
    note = StringField(N_("给单位的话"), [at_most(300)])


class SeenForm(PageForm):
    """How the office looked a licence up where nobody hands one in."""

    way = RadioField(
        N_("怎么核对的"),
        choices=lambda: [(way.value, way.label) for way in PaperWay if way is not PaperWay.UPLOAD],
        validate_choice=False,
        default=PaperWay.PUBLISHED.value,
    )
    note = StringField(
        N_("看了什么、在哪里看的"), [at_most(300)], description=N_("例如：机关事业单位登记公示，某年某月某日查到")
    )


class FoundingForm(PageForm):
    """Why and since when an employer is veteran-founded."""

    basis = RadioField(
        N_("认定依据"),
        choices=lambda: [(basis.value, basis.label) for basis in FoundingBasis],
        validate_choice=False,
        default=FoundingBasis.FOUNDER.value,
    )
    share_percent = NumberField(
        N_("持股比例（%）"), [Optional()], description=N_("股东、主要经营者必须填"), render_kw={"class": "w-s"}
    )
    valid_from = DateField(N_("从哪一天起"), [Optional()])
    valid_until = DateField(N_("到哪一天"), [Optional()])
    note = StringField(N_("看了什么材料"), [at_most(200)], description=N_("单位上传过证明材料的可以不填"))


class EndForm(PageForm):
    """The last day, or what was seen."""

    valid_until = DateField(N_("最后一天"), [Optional()])
    note = StringField(N_("看了什么材料"), [at_most(200)])


class ReputationForm(PageForm):
    """The employer on its figures."""

    words = TextAreaField(
        N_("哪里不对"),
        [needed(N_("请写清楚哪里不对，例如：3 月那 6 份是打电话答复的")), at_most(500)],
        description=N_("服务站 3 个工作日内核实答复；成立的话，这些数字不再显示"),
        render_kw={"rows": 3},
    )


class ObjectionDecisionForm(PageForm):
    """The office on an employer's objection to its figures."""

    is_right = RadioField(N_("核实的结果"), choices=[], validate_choice=False)
    note = StringField(N_("给单位的话"), [at_most(300)])
