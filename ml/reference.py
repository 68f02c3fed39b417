"""The door from words to codes. Outsiders import from here and from `ml.matching`, nothing else."""

from ml.coding import Suggestion, suggest_occupations
from ml.extraction import Found, extract_skills
from ml.extraction_conditions import Condition, extract_requirements, read_requirements
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
    "certificates",
    "driver_licences",
    "education_levels",
    "extract_requirements",
    "extract_skills",
    "find_occupation",
    "labelled_titles",
    "licence_certificates",
    "licence_covers",
    "normalise",
    "occupations",
    "read_requirements",
    "skills",
    "specialties",
    "suggest_occupations",
    "tokens",
]
