"""Messages about requests, in the reader's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def request_done(kind: str, answer: str) -> tuple[str, str]:
    """Title and body: the request was carried out."""
    return _("%(kind)s：已办结", kind=kind), answer or _("服务站已经办好。有不清楚的，请联系服务站。")


def request_refused(kind: str, answer: str) -> tuple[str, str]:
    """Title and body: the request was not carried out, with the reason."""
    return _("%(kind)s：没有同意", kind=kind), _("原因：%(reason)s。您不同意的话，可以向上级投诉。", reason=answer)


def purge_soon(day: str) -> tuple[str, str]:
    """Title and body: the file was not used for years and will be erased on or after ``day``."""
    return (
        _("您的档案很久没用了，%(day)s 以后会注销", day=day),
        _("登录一次就会保留。不登录的话，简历和联系方式到期删除；需要时可以重新登记，或者打服务站电话。"),
    )
