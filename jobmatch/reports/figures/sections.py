"""What is reported upward in figures, by form: headings with the codes below them; papers show the same tables."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.indicators.people import BESIDE

Sections = tuple[tuple[str, tuple[str, ...]], ...]
MONTHLY: Sections = (
    (
        N_("就业去向"),
        ("I01", "I02", "registered-seekers", "registered-seekers.verified", "dependants", "accompanying"),
    ),
    (
        N_("招聘会"),
        (
            "T3.fairs",
            "T3.employer_times",
            "T1.employers",
            "I12",
            "I12.postings",
            "T1.visitors",
            "T1.intention_people",
            "T1.intentions",
            "T1.hires",
            "T3.verified",
            "I09",
            "I10",
            "I11",
        ),
    ),
    (
        N_("培训"),
        (
            "T5.classes",
            "T5.arrived",
            "T5.trained",
            "T5.completed",
            "T5.certified",
            "T5.was_employed",
            "I03",
            "I03.ever",
            "I06",
            "I07",
            "I08",
            "I08.completed",
        ),
    ),
    (
        N_("创业孵化"),
        ("T6.inside", "T6.came", "T6.graduated", "T6.jobs", "T6.jobs_new", "T7.successes", "I13", "I14", "I17"),
    ),
)
QUARTERLY: Sections = (
    (
        N_("孵化"),
        (
            "T6.inside",
            "T6.inside_veteran",
            "T6.came",
            "T6.graduated",
            "T6.expired",
            "T6.evicted",
            "I17",
            "T6.jobs",
            "T6.job_veterans",
            "T6.jobs_insured",
            "T6.jobs_roster",
            "T6.jobs_word",
            "T6.jobs_declared",
            "T6.jobs_new",
            "T6.waived",
            "T6.loans",
            "T6.loan_yuan",
            "I14",
            "I15",
            "I15.observed",
            "I16",
        ),
    ),
)
FAMILY: Sections = (
    (
        N_("其中随军家属"),
        (
            "accompanying",
            "accompanying.verified",
            *(figure.code for _title, figures in BESIDE["accompanying"] for figure in figures),
        ),
    ),
    (N_("核查和帮助"), ("families.checked", "families.wishing", "families.trained", "families.aided")),
    (N_("军属"), ("dependants", "dependants.verified")),
)
