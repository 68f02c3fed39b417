"""People with identity numbers and lines of the register, for tests of the room."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

from jobmatch.casework.crosscheck.models import CrossCheck
from jobmatch.casework.crosscheck.services.answers import Taken, record_answer, take_answers
from jobmatch.casework.crosscheck.services.lists import start_crosscheck
from jobmatch.casework.crosscheck.services.tables import Read, read_answer
from jobmatch.casework.crosscheck.states import TOPICS, Population, Topic
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.people import synthetic_id_number
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.services.register import add_spell
from tests.factories import make_person

_sequence = itertools.count(1)


def numbered(uow: UnitOfWork, **values: object) -> Person:
    """A person with an invented identity number."""
    number = synthetic_id_number(date(1990, 5, 1), next(_sequence), "male")
    return make_person(uow, id_number=number, **values)  # type: ignore[arg-type]


def working(uow: UnitOfWork, person: Person, **values: object) -> EmploymentSpell:
    given = {"status_code": "E1", "started_on": date(2026, 3, 1), "employer_name": "测试厂"}
    return add_spell(uow, person, **{**given, **values})  # type: ignore[arg-type]


def a_list(uow: UnitOfWork, topic: Topic = Topic.INSURED, population: Population = Population.EVERYBODY) -> CrossCheck:
    return start_crosscheck(
        uow,
        topic=topic,
        population=population,
        purpose="核实 2026 年就业台账",
        letter_number="安退函〔2026〕8 号",
        letter_on=date(2026, 11, 1),
    )


def table(topic: Topic, *rows: tuple[str, ...]) -> bytes:
    """A filled answer: identity number, then the columns of the topic."""
    return write_workbook(Sheet("名单", ["身份证号", *TOPICS[topic].heads], rows))


def answered(uow: UnitOfWork, crosscheck: CrossCheck, folder: Path, *rows: tuple[str, ...]) -> Taken:
    """Hand in an answer as the view does."""
    path = folder / "answer.xlsx"
    path.write_bytes(table(crosscheck.topic, *rows))
    read: Read = read_answer(crosscheck.topic, path, uow.today)
    assert read.faults == []
    record_answer(uow, crosscheck, number="安人社函〔2026〕3 号", answered_on=date(2026, 11, 15))
    return take_answers(uow, crosscheck, read.answers, read.taken)


def multipart(name: str, content: bytes, **fields: str) -> dict[str, object]:
    """A form with a file as arguments of the client, which would leave a temporary file open for a large one."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    head = f'--b\r\nContent-Disposition: form-data; name="table"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--b--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=b"}
