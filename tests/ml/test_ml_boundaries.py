import ast
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from ml_samples import DRIVER

import ml
from ml import matching, reference
from ml.matching import FEATURES, Eligibility, Profile

ROOT = Path(ml.__file__).parent
FORBIDDEN = {"flask", "sqlalchemy", "wtforms", "jobmatch", "recruiters", "training"}


def test_the_ranker_sees_a_closed_list_of_fields_about_a_person():
    assert [field.name for field in fields(Profile)] == [
        "key",
        "wanted_occupations",
        "wanted_words",
        "past_occupations",
        "past_words",
        "specialties",
        "service_trades",
        "leadership",
        "service_years",
        "years_since_service",
        "work_years",
        "skills",
        "certificates",
        "licences",
        "education_rank",
        "wanted_regions",
        "point",
        "max_distance_km",
        "pay_floor_yuan",
        "shifts",
        "employment_types",
    ]


def test_the_features_are_a_closed_list():
    assert FEATURES == (
        "work",
        "occupation_wanted",
        "occupation_past",
        "occupation_specialty",
        "words",
        "skills_must",
        "skills_nice",
        "licence",
        "certificate",
        "education",
        "years",
        "specialty",
        "leadership",
        "musts",
        "admissible",
        "reach",
        "region",
        "distance",
        "pay",
        "shift",
        "employment_type",
        "veterans_first",
        "recency",
        "answer_rate",
    )


def test_features_and_scores_never_read_eligibility():
    for name in ("features.py", "ranker.py", "index.py", "vocabulary.py", "fitting.py", "facts.py"):
        assert "Eligibility" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_the_package_imports_no_web_no_database_and_no_other_room():
    for file in ROOT.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not FORBIDDEN & {name.split(".")[0] for name in names}, file.name


def test_importing_the_doors_loads_no_heavy_library():
    code = (
        "import sys, ml.reference, ml.matching;"
        "sys.exit(any(name.split('.')[0] in {'sklearn', 'skops', 'rjieba'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=False).returncode == 0


@pytest.mark.parametrize("door", [reference, matching])
def test_a_door_gives_what_it_names(door):
    assert sorted(door.__all__, key=str.lower) == sorted(set(door.__all__), key=str.lower)
    assert all(hasattr(door, name) for name in door.__all__)


def test_values_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        DRIVER.leadership = 2
    with pytest.raises(FrozenInstanceError):
        Eligibility().is_veteran = True
