"""Reporting many readings at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.domain.periods import Period
from kpis.models import Dispute, Reading, ReadingPast
from kpis.queries.bands import band_in_force, judge_value
from kpis.queries.judging import Judge
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


def submit(cast, rows, *, all_or_nothing=True, person=None, side=Side.PROVIDER, now=NOW):
    person = person or cast.lena
    with acting(person, cast.own):
        return actions.submit_readings_in_bulk(
            relationship=cast.own, rows=rows, actor=person, side=side, now=now, all_or_nothing=all_or_nothing
        )


def row(kpi, first, value=None, **more):
    said = {"kpi_id": kpi.pk, "period_start": first, **more}
    return said if value is None else {**said, "value": value}


def readings(cast, kpi):
    with acting(cast.lena, cast.own):
        return list(Reading.objects.filter(kpi=kpi).order_by("period_start"))


def lines(cast):
    with acting(cast.lena, cast.own):
        return list(TimelineEntry.objects.filter(relationship=cast.own).order_by("pk"))


def test_each_is_judged_under_one_clock_with_one_line(cast, kpi):
    other = add_kpi(kpi.goal, cast.amara, name="Calls", entry="RATIO")
    before = len(lines(cast))
    outcome = submit(
        cast,
        [
            row(kpi, JANUARY, "75", note="as agreed"),
            row(kpi, FEBRUARY, 55.5),
            row(other, JANUARY, numerator=3, denominator=4),
            row(other, FEBRUARY, is_not_applicable=True),
        ],
    )
    assert (outcome.total, outcome.accepted, outcome.reported, outcome.problems) == (4, 4, 4, [])
    first, second = readings(cast, kpi)
    assert (first.verdict, first.attainment, first.note) == (2, 800_000, "as agreed")
    assert (second.verdict, second.attainment) == (0, 0)
    ratio, not_applicable = readings(cast, other)
    assert (ratio.value, ratio.verdict) == (75, None)
    assert (not_applicable.value, not_applicable.is_not_applicable, not_applicable.verdict) == (
        None,
        True,
        None,
    )
    assert {reading.clock_id for reading in (first, second, ratio, not_applicable)} == {first.clock_id}
    assert [line.text for line in lines(cast)[before:]] == ["reported 4 readings"]


def test_the_line_names_one_reading_and_a_shared_period(cast, kpi):
    other = add_kpi(kpi.goal, cast.amara, name="Calls")
    submit(cast, [row(kpi, JANUARY, 75)])
    assert lines(cast)[-1].text == "reported Jan 2026 of “First-contact resolution”"
    assert lines(cast)[-1].about == f"reading:{kpi.pk}:2026-01-01"
    submit(cast, [row(kpi, JANUARY, 76)])
    assert lines(cast)[-1].text == "corrected Jan 2026 of “First-contact resolution”"
    submit(cast, [row(kpi, JANUARY, 77), row(other, JANUARY, 7)])
    assert lines(cast)[-1].text == "reported 1 reading, corrected 1 reading for Jan 2026"
    submit(cast, [row(kpi, JANUARY, 78), row(other, JANUARY, 8)])
    assert lines(cast)[-1].text == "corrected 2 readings for Jan 2026"


def test_handing_in_the_same_again_changes_nothing(cast, kpi):
    rows = [row(kpi, JANUARY, 75), row(kpi, FEBRUARY, is_not_applicable=True)]
    submit(cast, rows)
    before, told = readings(cast, kpi), len(lines(cast))
    outcome = submit(
        cast, [row(kpi, JANUARY, "75.0"), {**rows[1], "version": 7}], now=NOW + timedelta(days=1)
    )
    assert (outcome.accepted, outcome.unchanged, outcome.reported, outcome.corrected) == (2, 2, 0, 0)
    assert [(r.version, r.recorded_at) for r in readings(cast, kpi)] == [
        (r.version, r.recorded_at) for r in before
    ]
    assert len(lines(cast)) == told


def test_a_correction_keeps_the_past_ends_the_dispute_and_waits_anew(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 75)
    with acting(cast.amara, cast.own):
        dispute = actions.dispute_reading(
            reading=reading, version=1, reason="We count 71", claimed_value=71, actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    later = NOW + timedelta(days=1)
    outcome = submit(cast, [row(kpi, JANUARY, 71), row(kpi, FEBRUARY, 90)], now=later)
    assert (outcome.reported, outcome.corrected) == (1, 1)
    corrected = readings(cast, kpi)[0]
    assert (corrected.value, corrected.state, corrected.version, corrected.verdict) == (71, "SUBMITTED", 3, 2)
    with acting(cast.lena, cast.own):
        past = ReadingPast.objects.filter(reading_id=reading.pk).order_by("version")
        assert [(p.version, p.value, p.state) for p in past] == [(1, 75, "SUBMITTED"), (2, 75, "DISPUTED")]
        dispute = Dispute.objects.get(pk=dispute.pk)
        assert (dispute.resolution, dispute.resolved_by_id) == ("CORRECTED", cast.lena.pk)
        assert lines(cast)[-1].text == "reported 1 reading, corrected 1 reading"


PROBLEMS = [
    ({"kpi_id": 0}, "kpi_id", "There is no such KPI in this relationship."),
    ({"period_start": date(2026, 1, 2)}, "period_start", "No period of"),
    ({"period_start": date(2024, 12, 1)}, "period_start", "No period of"),
    ({"period_start": date(2026, 3, 1)}, "period_start", "runs until 31 Mar 2026"),
    ({"period_start": date.max}, "period_start", "No period of"),
    ({"value": "seven"}, "value", "“seven” is not a number."),
    ({"value": "NaN"}, "value", "“NaN” is not a number."),
    ({"value": "999999999999.9999999"}, "value", "This number is too large."),
    ({"value": "1e999999999"}, "value", "This number is too large."),
    ({"value": "-1e99999999999999999999"}, "value", "is not a number."),
    ({"value": "1e12"}, "value", "This number is too large."),
    ({"value": None}, "value", "Give a value, or say that it is not applicable."),
    ({"is_not_applicable": True}, "is_not_applicable", "Either “not applicable” or a value, not both."),
    ({"numerator": 3, "denominator": 4}, "numerator", "This KPI is reported as a value"),
    ({"version": 3}, "version", "Nothing was overwritten."),
]


@pytest.mark.parametrize(("change", "field", "message"), PROBLEMS)
def test_what_is_wrong_with_a_row_is_said_by_row_and_field(cast, kpi, change, field, message):
    rows = [row(kpi, JANUARY, 75), {**row(kpi, FEBRUARY, 80), **change}]
    refused = submit(cast, rows)
    [problem] = refused.problems
    assert (problem.row, problem.field) == (1, field)
    assert message in problem.message
    assert (refused.accepted, refused.is_refused, readings(cast, kpi)) == (0, True, [])
    outcome = submit(cast, rows, all_or_nothing=False)
    assert (outcome.accepted, outcome.is_refused, outcome.problems) == (1, False, [problem])
    assert [reading.period_start for reading in readings(cast, kpi)] == [JANUARY]


RATIO_PROBLEMS = [
    ({"numerator": 1}, "denominator"),
    ({"denominator": 1}, "numerator"),
    ({"numerator": 0, "denominator": 0}, "denominator"),
    ({"numerator": -1, "denominator": 5}, "numerator"),
    ({"numerator": 1, "denominator": -5}, "denominator"),
    ({"numerator": 1, "denominator": 2, "value": 50}, "value"),
    ({"numerator": 10**13, "denominator": "0.0001"}, "numerator"),
]


@pytest.mark.parametrize(("said", "field"), RATIO_PROBLEMS)
def test_a_ratio_has_its_own_problems(cast, kpi, said, field):
    other = add_kpi(kpi.goal, cast.amara, name="Calls", entry="RATIO")
    [problem] = submit(cast, [row(other, JANUARY, **said)]).problems
    assert problem.field == field


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("1e-999999999", "0"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
        (" 71.5 ", "71.5"),
        (71.1, "71.1"),
        ("-12.25", "-12.25"),
        ("0." + "9" * 100_000, "1"),
        ("999999999999.999999", "999999999999.999999"),
    ],
)
def test_numbers_are_rounded_once_to_what_is_stored(cast, kpi, said, stored):
    assert submit(cast, [row(kpi, JANUARY, said)]).accepted == 1
    assert readings(cast, kpi)[0].value == Decimal(stored)
    assert submit(cast, [row(kpi, JANUARY, said)]).unchanged == 1


@pytest.mark.parametrize(
    "note", ['He said "71, not 75"', "back\\slash", "{a,b}", "NULL", "two\nlines", "", "ünïcode ≥ 5 %"]
)
def test_odd_notes_arrive_as_they_were_written(cast, kpi, note):
    submit(cast, [row(kpi, JANUARY, 75, note=note)])
    assert readings(cast, kpi)[0].note == note
    submit(cast, [row(kpi, JANUARY, 76, note=note)])
    assert readings(cast, kpi)[0].note == note


def test_the_same_period_twice_is_noticed(cast, kpi):
    outcome = submit(cast, [row(kpi, JANUARY, 75), row(kpi, JANUARY, 76)], all_or_nothing=False)
    assert [(p.row, p.field) for p in outcome.problems] == [(1, "period_start")]
    assert readings(cast, kpi)[0].value == 75


def test_only_the_side_that_performs_reports(cast, kpi):
    theirs = add_kpi(kpi.goal, cast.amara, name="Answers", performed_by="CUSTOMER")
    [problem] = submit(cast, [row(theirs, JANUARY, 75)]).problems
    assert problem.field == "kpi_id"
    assert submit(cast, [row(theirs, JANUARY, 75)], person=cast.priya, side=Side.CUSTOMER).accepted == 1
    joint = add_kpi(kpi.goal, cast.amara, name="Together", performed_by="JOINT")
    assert submit(cast, [row(joint, JANUARY, 75)]).accepted == 1


def test_a_kpi_of_another_relationship_does_not_exist(cast, kpi):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    [problem] = submit(cast, [row(foreign, JANUARY, 75)]).problems
    assert problem.field == "kpi_id"


def test_a_row_with_a_version_never_overwrites_what_the_writer_did_not_see(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    outcome = submit(cast, [row(kpi, JANUARY, 80, version=None), row(kpi, FEBRUARY, 81, version=None)])
    assert [(p.row, p.field) for p in outcome.problems] == [(0, "version")]
    assert submit(cast, [row(kpi, JANUARY, 80, version=1)]).corrected == 1
    assert readings(cast, kpi)[0].value == 80


def test_a_preview_says_what_would_happen_and_writes_nothing(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    rows = [row(kpi, JANUARY, 76), row(kpi, FEBRUARY, 90), row(kpi, date(2025, 12, 1), "x")]
    with acting(cast.lena, cast.own):
        seen = actions.preview_readings_in_bulk(relationship=cast.own, rows=rows, side=Side.PROVIDER, now=NOW)
    assert (seen.reported, seen.corrected, [p.row for p in seen.problems]) == (1, 1, [2])
    assert [reading.value for reading in readings(cast, kpi)] == [75]


def test_nothing_is_nothing(cast, kpi):
    assert submit(cast, []).accepted == 0


def test_the_number_of_statements_does_not_grow_with_the_rows(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, frequency="DAY", starts_on=date(2020, 1, 1))
    agree_band(kpi, cast.amara, cast.jonas, effective_from=date(2020, 1, 1))
    counts = []
    for start, many in ((0, 1), (10, 2000)):
        rows = [row(kpi, date(2020, 1, 1) + timedelta(days=start + n), n) for n in range(many)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert submit(cast, rows).accepted == many
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_verdicts_are_those_of_the_plain_function(cast):
    goal = add_goal(cast.own, cast.amara)
    bands = {"HIGHER": (60, 70, 80), "LOWER": (9, 7, 5), "WITHIN_RANGE": (16, 18, 20, 24, 26, 28)}
    kpis = []
    for polarity, thresholds in bands.items():
        kpi = add_kpi(
            goal, cast.amara, name=polarity, polarity=polarity, frequency="DAY", starts_on=date(2025, 1, 1)
        )
        agree_band(kpi, cast.amara, cast.jonas, thresholds)
        agree_band(kpi, cast.amara, cast.jonas, [t + 1 for t in thresholds], effective_from=date(2025, 2, 1))
        kpis.append(kpi)
    rows = [
        row(kpi, date(2025, 1, 1) + timedelta(days=day), Decimal(day * 37 % 900) / 9)
        for kpi in kpis
        for day in range(60)
    ]
    assert submit(cast, rows).accepted == 180
    with acting(cast.lena, cast.own):
        for reading in Reading.objects.select_related("kpi"):
            band = band_in_force(reading.kpi, reading.period_start)
            assert reading.band_revision_id == band.pk
            assert (reading.verdict, reading.attainment) == judge_value(
                reading.kpi.polarity, band, reading.value
            )
        early = Period(date(2024, 12, 1), date(2024, 12, 31))
        assert Judge([kpis[0].pk]).judge(kpis[0], early, Decimal(70)) is None
