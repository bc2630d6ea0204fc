"""Reporting a reading."""

from datetime import date

from kpis.models import Reading
from tests.furniture import add_goal, add_kpi, agree_band, report


def test_a_reading_is_judged_by_the_agreed_band(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    reading = report(kpi, cast.lena, date(2026, 1, 1), 75)
    assert (reading.state, reading.verdict, reading.attainment) == (Reading.State.SUBMITTED, 2, 800_000)
