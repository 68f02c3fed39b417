"""Groups and channels of messages."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class MessageGroup(LabelledEnum):
    """Each group can be switched off by its reader, except messages about the account itself."""

    APPLICATION = "application", N_("求职")
    RECOMMENDATION = "recommendation", N_("推荐")
    FAIR = "fair", N_("招聘会")
    TRAINING = "training", N_("培训创业")
    ACCOUNT = "account", N_("账号")


class Channel(LabelledEnum):
    IN_APP = "in_app", N_("站内消息")
    SMS = "sms", N_("短信")
    EMAIL = "email", N_("邮件")


class DeliveryState(LabelledEnum):
    QUEUED = "queued", N_("待发送")
    SENT = "sent", N_("已发送")
    FAILED = "failed", N_("没有送到")
