"""Reporting a reading."""

from datetime import date, timedelta

import pytest

from governance.models import Clock
from kpis import actions
from kpis.models import Reading, ReadingPast
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, moment, report

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


def submit(cast, kpi, value, *, version, person=None, now=NOW, first=JANUARY, **more):
    person = person or cast.lena
    with acting(person, cast.own):
        return actions.submit_reading(
            kpi=kpi, period_start=first, value=value, version=version, actor=person, side=Side.PROVIDER,
            now=now, **more,
        )  # fmt: skip


def test_a_reading_is_judged_by_the_agreed_band(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 75)
    assert (reading.state, reading.verdict, reading.attainment) == (Reading.State.SUBMITTED, 2, 800_000)


def test_without_a_band_there_is_a_value_and_no_verdict(cast):
    reading = report(add_kpi(add_goal(cast.own, cast.amara), cast.amara), cast.lena, JANUARY, 75)
    assert (reading.value, reading.verdict, reading.attainment, reading.band_revision) == (
        75,
        None,
        None,
        None,
    )


def test_not_applicable_is_neither_0_nor_100_per_cent(cast, kpi):
    reading = submit(cast, kpi, None, version=None, is_not_applicable=True, note="the site was closed")
    assert (reading.value, reading.verdict, reading.attainment) == (None, None, None)
    assert reading.note == "the site was closed"


def test_a_confirmed_reading_can_be_corrected_and_waits_again(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 75)
    with acting(cast.amara, cast.own):
        actions.confirm_readings(
            relationship=cast.own, readings={reading.pk: 1}, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
    later = NOW + timedelta(days=2)
    corrected = submit(cast, kpi, 78, version=2, now=later)
    assert (corrected.state, corrected.version, corrected.settled_by, corrected.settled_at) == (
        "SUBMITTED", 3, None, None,
    )  # fmt: skip
    with acting(cast.lena, cast.own):
        past = list(ReadingPast.objects.filter(reading_id=reading.pk).order_by("version"))
        assert [(p.value, p.state, p.verdict, p.superseded_at) for p in past] == [
            (75, "SUBMITTED", 2, NOW),
            (75, "CONFIRMED", 2, later),
        ]
        outcomes = {clock.pk: clock.outcome for clock in Clock.objects.all()}
    assert outcomes[reading.clock_id] == "ANSWERED"
    assert outcomes[corrected.clock_id] == "RUNNING"


def test_a_clock_that_its_readings_left_is_taken_back(cast, kpi):
    reading = report(kpi, cast.lena, JANUARY, 75)
    corrected = submit(cast, kpi, 76, version=1, now=NOW + timedelta(days=1))
    with acting(cast.lena, cast.own):
        assert [clock.pk for clock in Clock.objects.all()] == [corrected.clock_id]
    assert corrected.clock_id != reading.clock_id


def test_saying_the_same_again_changes_nothing_whatever_was_seen(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    again = submit(cast, kpi, "75.000", version=None)
    assert again.version == 1


def test_nothing_is_overwritten_that_the_writer_did_not_see(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    for seen in (None, 2):
        with pytest.raises(actions.ReadingChangedMeanwhile) as caught:
            submit(cast, kpi, 80, version=seen)
        assert (caught.value.current.value, caught.value.current.version) == (75, 1)


def test_only_the_performing_side_reports(cast, kpi):
    with acting(cast.priya, cast.own), pytest.raises(actions.NotYourSideToReport):
        actions.submit_reading(
            kpi=kpi,
            period_start=JANUARY,
            value=75,
            version=None,
            actor=cast.priya,
            side=Side.CUSTOMER,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("first", "refusal"),
    [
        (date(2026, 1, 15), actions.PeriodNotInCalendar),
        (date(2024, 12, 1), actions.PeriodNotInCalendar),
        (date(2026, 3, 1), actions.PeriodNotOver),
        (date.max, actions.PeriodNotInCalendar),
        (date.min, actions.PeriodNotInCalendar),
    ],
)
def test_a_period_is_one_of_the_kpis_and_over(cast, kpi, first, refusal):
    with pytest.raises(refusal):
        submit(cast, kpi, 75, version=None, first=first)


def test_a_period_can_be_reported_on_its_last_day_where_the_relationship_is(cast, kpi):
    """31 January 23:30 in London is the last day; an hour earlier in Auckland's morning it already was."""
    assert submit(cast, kpi, 75, version=None, now=moment(2026, 1, 31, 0)).value == 75
    with pytest.raises(actions.PeriodNotOver):
        submit(cast, kpi, 75, version=None, first=date(2026, 2, 1), now=moment(2026, 2, 27, 23))


def test_one_line_says_what_was_reported_or_corrected(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    submit(cast, kpi, 76, version=1)
    with acting(cast.lena, cast.own):
        texts = [
            line.text
            for line in TimelineEntry.objects.filter(about=f"reading:{kpi.pk}:2026-01-01").order_by("-pk")[:2]
        ]
    assert texts == [
        "corrected Jan 2026 of “First-contact resolution”",
        "reported Jan 2026 of “First-contact resolution”",
    ]


def test_nobody_has_to_confirm_while_the_other_side_is_empty(cast):
    """A relationship founded and not yet accepted: readings wait without a clock."""
    with acting(cast.jonas):
        from relationships.models import Relationship

        alone = Relationship.objects.create(
            name="Alone", provider=cast.brightwater, initiated_by_side=Side.PROVIDER, created_by=cast.jonas,
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
    with acting(cast.jonas, alone):
        goal = actions.add_goal(relationship=alone, name="G", actor=cast.jonas, side=Side.PROVIDER, now=NOW)
        kpi = actions.add_kpi(
            goal=goal, name="K", actor=cast.jonas, side=Side.PROVIDER, now=NOW, performed_by="PROVIDER",
            polarity="HIGHER", frequency="MONTH", starts_on=JANUARY,
        )  # fmt: skip
        reading = actions.submit_reading(
            kpi=kpi,
            period_start=JANUARY,
            value=1,
            version=None,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=NOW,
        )
    assert (reading.state, reading.clock_id) == ("SUBMITTED", None)
