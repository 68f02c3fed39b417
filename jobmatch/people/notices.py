"""Messages that the people room sends, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def verified() -> tuple[str, str]:
    """Title and body after staff confirmed who somebody is."""
    return _("身份核验已通过"), _("单位会看到“已核验”的标记。以后信息有变化，请及时更新。")


def more_needed(note: str) -> tuple[str, str]:
    """Title and body where staff need something more; ``note`` says what."""
    return _("身份核验还差材料"), _(
        "工作人员的说明：%(note)s。带上材料到服务站，或者改好信息后再提交。", note=note.rstrip("。")
    )


def spell_recorded(status: str, started_on: str) -> tuple[str, str]:
    """Title and body after staff wrote a line of the employment register."""
    return (
        _("服务站登记了您的就业情况"),
        _("登记内容：%(status)s，从 %(day)s起。如果不对，请联系服务站更正。", status=status, day=started_on),
    )


def opened_by_staff() -> tuple[str, str]:
    """Title and body after staff noted that somebody lets employers find them."""
    return (
        _("服务站按您的意思公开了简历"),
        _("通过审核的单位能看到不带姓名和电话的简历。不想公开，可以随时在“谁能看到我”里关掉。"),
    )


def verification_expired() -> tuple[str, str]:
    """Title and body where the papers that proved who somebody is ran out."""
    return _("身份核验到期了"), _("上次看的证件只在一段时间内有效。带上新的证件到服务站再核对一次，简历照常能用。")


def appeal_decided(is_upheld: bool, reason: str) -> tuple[str, str]:
    """Title and body after the station above decided on an appeal."""
    title = _("申诉成立，服务站会重新核验") if is_upheld else _("申诉有结果了：维持原来的结果")
    return title, _("上级的理由：%(reason)s。还有疑问，请打电话问服务站。", reason=reason.rstrip("。"))


def proxy_given(clerk: str) -> tuple[str, str]:
    """Title and body after staff wrote down that somebody lets them act in their place."""
    return (
        _("您同意由%(clerk)s代办", clerk=clerk),
        _("同意了哪些事、到哪天为止，在“谁替我办过”里看。不是您的意思，可以随时停止。"),
    )
