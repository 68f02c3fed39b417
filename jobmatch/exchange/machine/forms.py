"""Forms about machines."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, StringField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.machine.events import EventKind
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.web.fields import Picks
from jobmatch.web.pages import PageForm


class ApiTokenForm(PageForm):
    """A token for a program that reads."""

    name = StringField(
        N_("谁用这个密钥"),
        [needed(N_("请写谁用这个密钥")), at_most(60)],
        description=N_("例如系统名和经办人，停用的时候好认"),
        render_kw={"autocomplete": "off"},
    )
    scopes = Picks(N_("可以读什么"), description=N_("用不到的不要选"))
    days = IntegerField(N_("有效几天"), description=N_("1 到 365 天，到期自动停用"), default=180)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.show([(one.name, _(one.title)) for one in RESOURCES.values()])


class WebhookForm(PageForm):
    """An address that is told about events."""

    url = StringField(
        N_("通知地址"),
        [needed(N_("请写 https:// 开头的完整地址，不带账号和 #")), at_most(300)],
        description=N_("对方系统接收通知的地址，只能是 https"),
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )
    events = Picks(N_("通知什么"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.events.show([(kind.value, kind.label) for kind in EventKind])
