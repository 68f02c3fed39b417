"""Messages to people about their requests, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def accepted(item: str, due: str) -> tuple[str, str]:
    """Title and body after a request was accepted; ``due`` is the day in words."""
    return _("已受理：%(item)s", item=item), _("最晚 %(due)s 办完。在“办事”里随时看进度。", due=due)


def more_needed(item: str, note: str) -> tuple[str, str]:
    """Title and body where papers are missing; the clock stands meanwhile."""
    return (
        _("请补材料：%(item)s", item=item),
        _("还差：%(note)s。交到服务站，或在“办事”里补充说明；等材料的时间不算在时限里。", note=note.rstrip("。")),
    )


def finished(item: str, result: str) -> tuple[str, str]:
    """Title and body after a request was done."""
    return _("已办结：%(item)s", item=item), _("结果：%(result)s", result=result)


def refused(item: str, reason: str) -> tuple[str, str]:
    """Title and body where a request could not be granted, with the reason."""
    return (
        _("不予办理：%(item)s", item=item),
        _("原因：%(reason)s。有疑问请打服务站电话，也可以重新申请。", reason=reason.rstrip("。")),
    )


def please_rate(title: str) -> tuple[str, str]:
    """Title and body of the satisfaction question."""
    return _("请评价：%(title)s", title=title), _("点一下就好，只用来改进服务。")
