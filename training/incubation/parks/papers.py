"""What is printed and downloaded: the agreement of a tenancy, and the list of tenancies as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import Sheet, write_workbook
from training.incubation.parks.models import Tenancy
from training.incubation.parks.queries import Contact

AGREEMENT = Path(__file__).parent / "templates" / "parks" / "agreement.typ"


def _day(value: Any) -> str:
    return f"{value.year} 年 {value.month} 月 {value.day} 日" if value else "　　　　年　　月　　日"


def agreement_data(
    tenancy: Tenancy, desks: Sequence[str], contact: Contact | None, follow_months: int
) -> dict[str, Any]:
    """What stands in the agreement; rent in yuan a month."""
    incubator = tenancy.incubator
    pays = tenancy.rent_yuan - tenancy.rent_yuan * tenancy.waiver_share // 100
    with use_locale("zh"):
        return {
            "incubator": incubator.organization.name,
            "address": incubator.organization.address,
            "contact": f"{incubator.contact_name} {incubator.contact_phone}".strip(),
            "venture": tenancy.venture.name,
            "founder": contact.name if contact else "",
            "phone": contact.phone if contact else "",
            "number": tenancy.public_id,
            "desks": "、".join(desks),
            "desk_count": len(desks),
            "since": _day(tenancy.term_from),
            "until": _day(tenancy.term_until),
            "rent": tenancy.rent_yuan,
            "share": tenancy.waiver_share,
            "pays": pays,
            "follow_months": follow_months,
        }


def agreement_pdf(data: Mapping[str, Any]) -> bytes:
    """The agreement on A4, for both to sign."""
    return render_pdf(AGREEMENT, data)


def tenancy_sheet(
    found: Sequence[Tenancy], desks: Mapping[int, Sequence[str]], contacts: Mapping[int, Contact]
) -> bytes:
    """Every tenancy of an incubator, one a line."""
    head = (
        *(_("项目"), _("状态"), _("联系人"), _("电话"), _("申请日期"), _("受理日期"), _("公示到"), _("工位")),
        *(_("入驻日期"), _("到期日"), _("延期（月）"), _("月租（元）"), _("减免（%）"), _("出园日期"), _("出园原因")),
    )
    rows = []
    for one in found:
        contact = contacts.get(one.id)
        rows.append(
            (
                *(one.venture.name, one.state.label, contact.name if contact else "", contact.phone if contact else ""),
                *(local_day(one.applied_at), one.accepted_on, one.noticed_until, "、".join(desks.get(one.id, ()))),
                *(one.term_from, one.term_until, one.extended_months, one.rent_yuan, one.waiver_share),
                *(one.left_on, one.left_reason),
            )
        )
    return write_workbook(Sheet(_("入驻项目"), head, rows, widths=(24, 12, 10, 14)))
