"""States and kinds of what happens in a class."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class AttendanceMark(LabelledEnum):
    """How somebody attended one meeting; only the first two bring hours."""

    PRESENT = "present", N_("到课")
    LATE = "late", N_("迟到")
    ON_LEAVE = "on_leave", N_("请假")
    ABSENT = "absent", N_("缺课")


PRESENT_MARKS = frozenset({AttendanceMark.PRESENT, AttendanceMark.LATE})


class AttendanceWay(LabelledEnum):
    """How a mark was made."""

    SCAN = "scan", N_("扫码")
    ROLL_CALL = "roll_call", N_("点名")


class LeaveState(LabelledEnum):
    """Where a request for leave stands."""

    ASKED = "asked", N_("待批")
    GRANTED = "granted", N_("已批")
    REFUSED = "refused", N_("没批")
    WITHDRAWN = "withdrawn", N_("已撤回")


class CourseCertificateKind(LabelledEnum):
    """What was obtained; all but the first count as 获证."""

    COMPLETION = "completion", N_("结业证书")
    QUALIFICATION = "qualification", N_("职业资格证书")
    SKILL_LEVEL = "skill_level", N_("职业技能等级证书")
    SPECIAL_ABILITY = "special_ability", N_("专项职业能力证书")
    TRAINING_PASS = "training_pass", N_("培训合格证书")
