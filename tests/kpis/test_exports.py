"""Readings taken away with what their verdicts rest on: bands, rules, environments, spells, drivers."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kpis import actions
from kpis.models import FlexRule, Kpi, Reading
from kpis.queries.uploads import measures_of
from kpis.spreadsheets import open_sheet
from kpis.spreadsheets.guessing import guess
from kpis.spreadsheets.lines import lines_of
from relationships.models import Side
from tests.cast import BEGAN, NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree, report

DECEMBER, JANUARY = date(2025, 12, 1), date(2026, 1, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def environment(cast, name="Peak season"):
    with acting(cast.amara, cast.own):
        revision = actions.propose_environment(
            relationship=cast.own, name=name, meaning="Retail peaks", condition="", effective_from=JANUARY_2025,
            actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    return revision.environment


def flexing_kpi(cast, goal, peak, reference="K1"):
    """A KPI with a rule for the environment and room for two units a year."""
    kpi = add_kpi(goal, cast.amara, name=f"First-contact resolution {reference}", reference=reference)
    amounts = dict.fromkeys(("floor", "tolerance", "target"), Decimal(-6))
    with acting(cast.amara, cast.own):
        revision = actions.propose_band(
            kpi=kpi, effective_from=JANUARY_2025, floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80),
            rules=[FlexRule(environment=peak, kind="SHIFT", priority=1, **amounts)], allowance=Decimal(2),
            actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    for day in (DECEMBER, JANUARY):
        report(kpi, cast.lena, day, 75)
    return kpi


@pytest.fixture
def goal(cast):
    return add_goal(cast.own, cast.amara)


@pytest.fixture
def peak(cast):
    return environment(cast)


@pytest.fixture
def kpi(cast, goal, peak):
    made = flexing_kpi(cast, goal, peak)
    with acting(cast.jonas, cast.own):
        spell = actions.propose_spell(
            environment=peak, first_day=DECEMBER, last_day=date(2025, 12, 31), reason="=HYPERLINK(1)",
            actor=cast.jonas, side=Side.PROVIDER, now=NOW,
        )  # fmt: skip
    agree(spell.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
    return made


@pytest.fixture
def driver(cast):
    with acting(cast.amara, cast.own):
        made = actions.add_driver(
            relationship=cast.own, name="Calls received", reference="V1", performed_by="CUSTOMER", frequency="MONTH",
            starts_on=JANUARY_2025, unit="calls", actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    made.relationship = cast.own
    report(made, cast.priya, DECEMBER, 1180)
    return made


def export(cast, person, kind="csv", **query):
    response = client_for(person).get(
        reverse("kpis:readings_export", args=[cast.own.pk]), {"format": kind, **query}
    )
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_of(cast, person=None, **query):
    text = export(cast, person or cast.priya, **query).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def sheets_of(cast):
    book = CalamineWorkbook.from_filelike(BytesIO(export(cast, cast.priya, "xlsx")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_each_verdict_brings_what_it_rests_on(cast, kpi):
    december, january = rows_of(cast)
    assert (december["Verdict"], december["Verdict by the band as signed"]) == ("Good", "Approaching")
    assert (december["Target used"], december["Environment"]) == ("74.000000", "Peak season")
    assert "the target is 74" in december["Rule"]
    assert december["Spells"] == "Peak season, 1 Dec 2025 to 31 Dec 2025"
    assert december["Room spent"] == "0.000000"
    assert (january["Verdict"], january["Verdict by the band as signed"]) == ("Approaching", "Approaching")
    assert (january["Target used"], january["Rule"], january["Room spent"]) == ("80.000000", "", "0.500000")


def test_a_signal_is_said_in_words(cast, goal, peak):
    kpi = flexing_kpi(cast, goal, peak)
    for month in range(1, 12):
        report(kpi, cast.lena, date(2025, month, 1), 70 + 10 * (month % 2) if month != 6 else 20)
    said = {row["Period"]: row["Signal"] for row in rows_of(cast, periods="24")}
    assert said["2025-06-01"] == "a change for the worse: outside the limits"
    assert {said[day] for day in said if day != "2025-06-01"} == {""}


def test_a_workbook_has_the_terms_on_sheets_of_their_own(cast, kpi):
    readings, bands, environments = sheets_of(cast).values()
    assert readings[0][0] == "KPI"
    assert len(readings) == 3
    (band,) = bands[1:]
    assert (band[0], band[4:7], band[10], band[13]) == ("K1", [60, 70, 80], 2, "Peak season")
    assert "the target is 74" in band[15]
    (spell,) = environments[1:]
    assert spell[:2] == ["Peak season", "Retail peaks"]
    assert spell[6:8] == ["=HYPERLINK(1)", "in force"]  # a text, not a formula


def test_what_starts_like_a_formula_is_escaped(cast, goal):
    peak = environment(cast, "=1+1")
    flexing_kpi(cast, goal, peak)
    with acting(cast.jonas, cast.own):
        spell = actions.propose_spell(
            environment=peak, first_day=DECEMBER, last_day=date(2025, 12, 31), reason="x", actor=cast.jonas,
            side=Side.PROVIDER, now=NOW,
        )  # fmt: skip
    agree(spell.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
    december = rows_of(cast)[0]
    assert (december["Environment"], december["Spells"][:5]) == ("'=1+1", "'=1+1")


def test_drivers_are_exported_without_verdicts(cast, driver):
    (row,) = rows_of(cast)
    assert (row["KPI"], row["Value"], row["Verdict"], row["Signal"], row["Target used"]) == (
        "V1", "1180.000000", "", "", "",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("who", ["lena", "priya"])
def test_what_is_exported_changes_nothing_when_it_comes_in_again(cast, kpi, driver, kind, who):
    person, side = cast.person(who), Side.PROVIDER if who == "lena" else Side.CUSTOMER
    content = export(cast, person, kind, mine="1")
    with acting(person, cast.own):
        measures = measures_of(Kpi.objects.filter(relationship=cast.own), side)
        sheet = open_sheet(content)
        read = list(sheet.rows())
        lines = list(lines_of(read, guess(sheet, read, measures), measures))
        assert not any(line.problem for line in lines)
        before = dict(Reading.objects.values_list("pk", "version"))
        outcome = actions.submit_readings_in_bulk(
            relationship=cast.own,
            rows=[
                {"kpi_id": line.measure.kpi_id, "period_start": line.period_start, **line.figures}
                for line in lines
            ],
            actor=person,
            side=side,
            now=NOW,
            all_or_nothing=True,
        )
        assert (outcome.accepted, list(outcome.problems)) == ((2 if who == "lena" else 1), [])
        assert dict(Reading.objects.values_list("pk", "version")) == before


def test_the_number_of_queries_does_not_grow(cast, goal, peak, driver):
    client = client_for(cast.priya)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("kpis:readings_export", args=[cast.own.pk]), {"format": "xlsx"})
        return len(queries)

    flexing_kpi(cast, goal, peak)
    few = count()
    for number in (2, 3):
        flexing_kpi(cast, goal, peak, f"K{number}")
    assert count() == few <= 25
