"""The door from words to codes. Outsiders import from here and from `ml.matching`, nothing else."""

from ml.clauses import Suspicion, looks_lawful, suspect_clauses
from ml.coding import Suggestion, likeliest_occupations, suggest_occupations
from ml.extraction import Found, extract_skills
from ml.extraction_conditions import Condition, extract_requirements, read_requirements
from ml.semantics import concept_matrix, occupation_neighbours
from ml.tables import (
    Certificate,
    DriverLicence,
    EducationLevel,
    LabelledTitle,
    Occupation,
    Skill,
    Specialty,
    certificates,
    driver_licences,
    education_levels,
    find_occupation,
    labelled_titles,
    licence_certificates,
    licence_covers,
    occupations,
    skills,
    specialties,
)
from ml.words import normalise, tokens


def warm() -> None:
    """Reads word lists and fitted files now, so that processes forked afterwards share their memory."""
    suggest_occupations("司机")
    concept_matrix(["司机"])
    occupation_neighbours()
    extract_skills("须持 C1 驾驶证")
    tokens("司机")
    suspect_clauses("招聘司机一名")


__all__ = [
    "Certificate",
    "Condition",
    "DriverLicence",
    "EducationLevel",
    "Found",
    "LabelledTitle",
    "Occupation",
    "Skill",
    "Specialty",
    "Suggestion",
    "Suspicion",
    "certificates",
    "driver_licences",
    "education_levels",
    "extract_requirements",
    "extract_skills",
    "find_occupation",
    "labelled_titles",
    "licence_certificates",
    "licence_covers",
    "likeliest_occupations",
    "looks_lawful",
    "normalise",
    "occupations",
    "read_requirements",
    "skills",
    "specialties",
    "suggest_occupations",
    "suspect_clauses",
    "tokens",
    "warm",
]
