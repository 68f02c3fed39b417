"""Credit codes, identity numbers and phone numbers; every number here is made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.reference.checks import check_credit_code, check_id_number, check_phone, employer_kind_hint

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(body: str) -> str:
    """``body`` (17 signs) with its check sign, by the weights as the standard prints them."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def identity(region: str, birth_on: date, serial: int) -> str:
    body = f"{region}{birth_on:%Y%m%d}{serial:03d}"
    return body + next(
        sign
        for value, sign in enumerate("0123456789X")
        if (sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body)) + value) % 11 == 1
    )


bodies = st.text(ALPHABET, min_size=17, max_size=17)
births = st.dates(date(1930, 1, 1), date(2010, 12, 31))
serials = st.integers(0, 999)


@given(bodies)
def test_a_right_credit_code_is_accepted_however_it_is_typed(body: str) -> None:
    code = credit_code(body)
    typed = f" {code[:4]} {code[4:12]}-{code[12:]}".lower()
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert check_credit_code(typed) == check_credit_code(wide) == code


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_credit_code_with_one_wrong_sign_is_refused(body: str, place: int, sign: str) -> None:
    code = credit_code(body)
    wrong = code[:place] + sign + code[place + 1 :]
    if wrong != code:
        with pytest.raises(ValueError, match="校验位"):
            check_credit_code(wrong)


def test_credit_codes_of_rural_collectives_are_valid() -> None:
    code = credit_code("N2430382MF1234567")
    assert check_credit_code(code) == code
    assert employer_kind_hint(code) == "rural_collective"


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("11", "public_body"),
        ("12", "public_institution"),
        ("52", "social"),
        ("91", ""),
        ("92", "individual"),
        ("93", "rural_collective"),
    ],
)
def test_the_first_signs_hint_at_the_kind_of_employer(prefix: str, kind: str) -> None:
    assert employer_kind_hint(credit_code(f"{prefix}430382MA1234567")) == kind


@pytest.mark.parametrize(("text", "words"), [("", "0 位"), ("9143", "4 位"), ("I" * 18, "“I”"), ("9" * 19, "19 位")])
def test_a_credit_code_of_wrong_shape_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_credit_code(text)


@given(births, serials, st.sampled_from(["430382", "330114", "500156", "659012", "810000"]))
def test_identity_numbers_of_old_and_new_counties_are_accepted(birth_on: date, serial: int, region: str) -> None:
    facts = check_id_number(identity(region, birth_on, serial))
    assert facts.birth_on == birth_on
    assert facts.sex == ("male" if serial % 2 else "female")


@given(births, serials)
def test_small_x_blanks_and_full_width_digits_are_accepted(birth_on: date, serial: int) -> None:
    number = identity("430382", birth_on, serial)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lower())
    assert check_id_number(f" {number[:6]} {number[6:14]} {number[14:].lower()} ").number == number
    assert check_id_number(wide).number == number


@given(births, serials, st.integers(0, 16), st.integers(1, 9))
def test_an_identity_number_with_one_wrong_digit_is_refused(birth_on: date, serial: int, place: int, add: int) -> None:
    number = identity("430382", birth_on, serial)
    wrong = number[:place] + str((int(number[place]) + add) % 10) + number[place + 1 :]
    with pytest.raises(ValueError, match="校验位"):
        check_id_number(wrong)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("43038219900101", "14 位"),
        ("4303821990010112AB", "只有数字"),
        (identity("430382", date(1890, 1, 1), 11), "出生日期"),
        (identity("430382", date(2090, 1, 1), 11), "出生日期"),
    ],
)
def test_an_impossible_identity_number_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_id_number(text)


@pytest.mark.parametrize("text", ["19900001234", "+86 199 0000 1234", "１９９－００００－１２３４", "8619900001234"])
def test_mobile_numbers_come_out_as_eleven_digits(text: str) -> None:
    assert check_phone(text) == "19900001234"


@pytest.mark.parametrize("text", ["", "1234", "12900001234", "199000012345", "0731-5555123", "abcdefghijk"])
def test_other_numbers_are_no_mobile_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="11 位手机号"):
        check_phone(text)


def test_a_landline_needs_its_area_code_and_leave() -> None:
    assert check_phone("0731-55512345", landline=True) == "073155512345"
    with pytest.raises(ValueError, match="区号"):
        check_phone("55512345", landline=True)
