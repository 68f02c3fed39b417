"""Synthetic values and hypothesis strategies that the tests of `ml` share."""

from datetime import date, timedelta

from hypothesis import strategies as st

from ml.matching import Eligibility, PostingDocument, Profile, Requirement
from ml.synthetic import EMPLOYMENT_TYPES, LICENCES, REGIONS, SHIFTS

TODAY = date(2026, 11, 21)
OCCUPATIONS = ("4-02-02-02", "4-02-02-01", "4-07-05-01", "6-31-01-03", "4-02-00-00", "")
SKILLS = ("SK001", "SK002", "SK005", "SK075")
CERTIFICATES = ("CE002", "CE007", "CE009", "CE026")
SPECIALTIES = ("SP11", "SP55", "SP62")
WORDS = ("货车司机", "保安 离家近", "", "电工", "不存在的词语 xyz")

VETERAN = Eligibility(birth_on=date(1985, 5, 5), is_veteran=True)
DRIVER = Profile(
    key="p1",
    wanted_occupations=("4-02-02-02",),
    wanted_words="货车司机",
    specialties=(("SP11", 8.0),),
    service_years=12.0,
    certificates=("CE007",),
    licences=("A2",),
    education_rank=4,
    skills=(("SK005", 2),),
    wanted_regions=("4303",),
    point=(27.83, 112.94),
    pay_floor_yuan=6000,
)
LORRY = PostingDocument(
    key="j1",
    title="大货车司机",
    text="招 B2 司机。合成物流有限公司",
    published_on=date(2026, 11, 20),
    occupation="4-02-02-02",
    requirements=(
        Requirement("licence", "B2", True, "B2 驾驶证"),
        Requirement("certificate", "CE007", True, "危险品运输从业资格证"),
        Requirement("years", "", True, "3 年经验", years=3),
        Requirement("education", "", False, "初中", level=3),
        Requirement("skill", "SK005", False, "车辆保养与检修", level=3),
    ),
    region="430302000000",
    point=(27.86, 112.9),
    pay_low_yuan=7500,
    pay_high_yuan=9500,
    veterans_first=True,
)

_years = st.floats(0, 40, allow_nan=False)
_points = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
_pay = st.none() | st.integers(0, 50_000)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


def _counted(values: tuple[str, ...], amount: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.tuples(st.sampled_from(values), amount), max_size=3).map(tuple)


requirements = st.one_of(
    st.builds(
        Requirement,
        st.just("education"),
        st.sampled_from(("", "31")),
        st.booleans(),
        st.just("学历"),
        st.integers(0, 8),
    ),
    st.builds(Requirement, st.just("licence"), st.sampled_from((*LICENCES, "JUN")), st.booleans(), st.just("驾驶证")),
    st.builds(Requirement, st.just("certificate"), st.sampled_from(CERTIFICATES), st.booleans(), st.just("证书")),
    st.builds(
        Requirement, st.just("skill"), st.sampled_from(SKILLS), st.booleans(), st.just("技能"), st.integers(0, 5)
    ),
    st.builds(Requirement, st.just("years"), st.just(""), st.booleans(), st.just("经验"), st.just(0), st.floats(0, 20)),
    st.builds(Requirement, st.just("specialty"), st.sampled_from(SPECIALTIES), st.booleans(), st.just("专业")),
    st.builds(Requirement, st.just("leadership"), st.just(""), st.booleans(), st.just("带队"), st.integers(0, 2)),
)

postings = st.builds(
    PostingDocument,
    key=st.sampled_from(("j1", "j2", "j3")),
    title=st.sampled_from(WORDS),
    published_on=st.integers(-40, 400).map(lambda days: TODAY - timedelta(days=days)),
    text=st.sampled_from(WORDS),
    occupation=st.sampled_from(OCCUPATIONS),
    requirements=st.lists(requirements, max_size=5).map(tuple),
    region=st.sampled_from((*REGIONS[:3], "430300000000", "110000", "")),
    point=_points,
    pay_low_yuan=_pay,
    pay_high_yuan=_pay,
    shift=st.sampled_from((*SHIFTS, "")),
    employment_type=st.sampled_from((*EMPLOYMENT_TYPES, "")),
    veterans_first=st.booleans(),
    reserved_for_veterans=st.booleans(),
    min_age=st.none() | st.integers(16, 30),
    max_age=st.none() | st.integers(30, 70),
    employer_answer_rate=st.none() | st.floats(0, 1),
)

profiles = st.builds(
    Profile,
    key=st.sampled_from(("p1", "p2", "p3")),
    wanted_occupations=_some(OCCUPATIONS),
    wanted_words=st.sampled_from(WORDS),
    past_occupations=st.lists(st.tuples(st.sampled_from(OCCUPATIONS), _years, _years), max_size=3).map(tuple),
    past_words=st.sampled_from(WORDS),
    service_trades=st.just(()) | st.just((("4-07-05-01", 0.9, "SP11"),)),
    years_since_service=st.none() | _years,
    specialties=_counted((*SPECIALTIES, "SP-unknown"), _years),
    leadership=st.integers(0, 2),
    service_years=_years,
    work_years=_years,
    skills=_counted(SKILLS, st.integers(0, 5)),
    certificates=_some(CERTIFICATES),
    licences=_some((*LICENCES, "JUN")),
    education_rank=st.integers(0, 8),
    wanted_regions=_some(("4303", "430302", "11", "")),
    point=_points,
    max_distance_km=st.none() | st.floats(0, 500),
    pay_floor_yuan=_pay,
    shifts=_some(SHIFTS),
    employment_types=_some(EMPLOYMENT_TYPES),
)

eligibilities = st.builds(
    Eligibility,
    birth_on=st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    sex=st.sampled_from((None, "male", "female")),
    is_veteran=st.booleans(),
    is_dependant=st.booleans(),
    political_member=st.none() | st.booleans(),
)
