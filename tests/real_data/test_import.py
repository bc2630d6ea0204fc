"""Published figures come in through the upload that everybody uses, and say what was published."""

import csv
import json
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, Person
from kpis.forms.printed import explain
from kpis.models import BandRevision, NamedPeriod, Reading, Upload
from portal.lib import scope
from portal.real_data import attendances, franchise, incidents, induction, standards
from relationships.models import Agreement, Relationship
from tests.cast import client_for


def rows_of(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def run(bring_in, folder) -> list[str]:
    with scope.acting_as():
        return list(bring_in(folder))


def relationship_of(plan) -> Relationship:
    """The relationship of a plan, seen by its customer."""
    customer = Organisation.objects.get(reference=f"real-data:{plan.customer.key}")
    with scope.acting_as(organisation_id=customer.pk):
        return Relationship.objects.get(reference=plan.reference)


class seen:  # noqa: N801  reads as a sentence: with seen(PLAN)
    """Looks at one relationship as a party: the provider, who also sees the files it sent."""

    def __init__(self, plan) -> None:
        self.relationship = relationship_of(plan)
        self.scope = scope.acting_as(
            organisation_id=self.relationship.provider_id, relationship_ids=(self.relationship.pk,)
        )

    def __enter__(self) -> Relationship:
        self.scope.__enter__()
        return self.relationship

    def __exit__(self, *error: object) -> None:
        self.scope.__exit__(*error)


def test_the_franchise_is_green_outside_and_red_inside(db, real_data):
    run(franchise.bring_in, real_data)
    with seen(franchise.PLAN) as relationship:
        assert "FOI F0013528" in relationship.attribution
        assert not relationship.is_invented
        periods = NamedPeriod.objects.order_by("first_day")
        lengths = [(period.last_day - period.first_day).days + 1 for period in periods]
        assert (len(lengths), min(lengths), max(lengths)) == (19, 26, 32)
        contract = Reading.objects.filter(kpi__polarity="LOWER")
        assert (contract.count(), contract.filter(verdict__gte=2).count()) == (48, 48)
        assert BandRevision.objects.filter(kpi__polarity="LOWER", agreed_at__isnull=False).count() == 48
        year = Reading.objects.filter(
            kpi__name="Southeastern Overall Period PPM", period_start__range=("2015-04-01", "2016-03-31")
        )
        assert (year.count(), year.filter(verdict__lt=3).count()) == (13, 13)
        assert Reading.objects.count() == 48 + 90 + 195
        assert set(Reading.objects.values_list("state", flat=True)) == {"CONFIRMED"}


def test_every_contract_reading_is_judged_by_the_benchmark_of_its_own_period(db, real_data):
    run(franchise.bring_in, real_data)
    published = {
        (row["kpi"], row["start"]): (Decimal(row["actual"]), Decimal(row["breach_above"]))
        for row in rows_of(real_data / "southeastern_franchise", "contract_benchmarks.csv")
    }
    with seen(franchise.PLAN):
        stored = {
            (reading.kpi.name, reading.period_start.isoformat()): (
                reading.value,
                reading.band_revision.tolerance,
            )
            for reading in Reading.objects.filter(kpi__polarity="LOWER").select_related(
                "kpi", "band_revision"
            )
        }
        assert stored == published
        signed = Agreement.objects.filter(kind="BAND_REVISION")
        assert {agreement.outcome for agreement in signed} == {"AGREED"}
        assert all(a.customer_signed_by_id != a.provider_signed_by_id for a in signed)


def test_the_incident_log_counts_each_incident_once_in_the_month_it_was_opened(db, real_data):
    run(incidents.bring_in, real_data)
    last: dict[str, dict[str, str]] = {}
    for row in rows_of(real_data / "incident_log", "incident_event_log_sample.csv"):
        last[row["number"]] = row
    assert len(last) == 890
    expected: dict[str, list[int]] = {}
    for row in last.values():
        tally = expected.setdefault(row["opened_at"][3:10], [0, 0])
        tally[0] += row["made_sla"] == "TRUE"
        tally[1] += 1
    with seen(incidents.PLAN):
        stored = {
            f"{r.period_start:%m-%Y}": [int(r.numerator), int(r.denominator)] for r in Reading.objects.all()
        }
        assert stored == expected
        assert Upload.objects.get().mapping["layout"] == "events"


def test_emergency_care_keeps_three_years_of_the_ten_largest_providers(db, real_data):
    said = run(attendances.bring_in, real_data)
    assert len(said) == 10
    rows = [
        row
        for row in rows_of(real_data / "ae_attendances", "ae_attendances.csv")
        if (row["org_code"], row["period"]) == ("R1H", "2017-01-01")
    ]
    every = sum(int(row["attendances"]) for row in rows)
    breached = sum(int(row["breaches"]) for row in rows)
    with seen(attendances.plan_of("R1H")):
        assert Reading.objects.filter(kpi__reference="AE").count() == 36
        reading = Reading.objects.get(kpi__reference="AE", period_start="2017-01-01")
        assert (reading.numerator, reading.denominator) == (every - breached, every)


def test_the_contracts_printed_gaps_are_explained_and_closed(db, real_data):
    run(induction.bring_in, real_data)
    printed = json.loads((real_data / induction.FILE).read_text(encoding="utf-8"))["kpis"]
    assert any("95.5" in explain(finding) for finding in induction.restate(printed[0]).findings)
    with seen(induction.PLAN):
        band = BandRevision.objects.select_related("agreement").get(kpi__reference="KPI 1")
        assert (band.floor, band.tolerance, band.target) == (75, 90, 96)
        assert "95.5 falls between" in band.agreement.note
        assert BandRevision.objects.filter(agreed_at__isnull=False).count() == 4


@pytest.fixture
def canada(db, real_data):
    """All departments, brought in; the rows of the table."""
    run(standards.bring_in, real_data)
    return rows_of(real_data / "service_standards_canada", "service_standards.csv")


def departments(rows):
    """Each department's plan with its rows."""
    by_key: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_key.setdefault(row["owner_org"], []).append(row)
    return [(standards.plan_of(key, its[0]["owner_org_title"]), its) for key, its in by_key.items()]


def test_all_2343_canadian_standards_are_taken_or_reported_row_by_row(canada):
    assert len(canada) == 2_343
    counted: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for plan, its in departments(canada):
        with seen(plan):
            sent = Upload.objects.get()
            assert sent.rows_good + sent.rows_bad == len(its)
            counted["good"] += sent.rows_good
            counted["bad"] += sent.rows_bad
            counted["readings"] += Reading.objects.count()
            counted["not applicable"] += Reading.objects.filter(is_not_applicable=True).count()
            counted["problems said"] += sum(said["is_problem"] for said in sent.report)
            kinds.update(said["text"] for said in sent.report)
    assert counted["good"] + counted["bad"] == 2_343
    assert counted["readings"] == counted["good"]
    assert counted["problems said"] == counted["bad"]
    assert kinds["The denominator is 0, the numerator is not."] == 3
    assert kinds["The numerator is larger than the denominator."] == 6
    # 282 rows say 0 of 0; one of them repeats a standard of a row above and is reported as that.
    assert kinds["Nothing to measure: 0 of 0."] == 281
    assert counted["bad"] < 30


def test_what_was_published_as_met_is_good_and_what_was_missed_is_not(canada):
    rounded: list[tuple[Decimal, Decimal]] = []
    judged = 0
    for plan, its in departments(canada):
        published = {row["service_standard_id"]: row for row in reversed(its)}
        with seen(plan):
            for reading in Reading.objects.filter(verdict__isnull=False).select_related("kpi"):
                row = published[reading.kpi.reference]
                met = {"Y": True, "N": False}.get(row["target_met"])
                judged += met is not None
                if met is not None and (reading.verdict == 3) != met:
                    rounded.append((round(reading.value, 2), Decimal(row["target"]) * 100))
    assert judged > 1_700
    # The publisher rounds first and compares then: 51,811 of 51,813 counts there as 100 %.
    assert len(rounded) == 6
    assert all(value == target for value, target in rounded)


def test_the_command_brings_everything_in_once(db, real_data):
    said = StringIO()
    call_command("import_real_data", folder=real_data, stdout=said)
    with scope.acting_as():
        people, organisations = Person.objects.count(), Organisation.objects.count()
    again = StringIO()
    call_command("import_real_data", folder=real_data, stdout=again)
    assert again.getvalue().count("here already") >= 14
    with scope.acting_as():
        assert (Person.objects.count(), Organisation.objects.count()) == (people, organisations)
        executive = Person.objects.get(email="executive.dft@real-data.example")
        others = Person.objects.filter(email__endswith="@real-data.example", is_executive=False)
        assert others.exists()
        assert not any(person.has_usable_password() for person in others)
    page = client_for(executive).get("/portfolio/")
    assert "Southeastern rail franchise" in page.text
    with seen(franchise.PLAN) as relationship:
        address = f"/relationships/{relationship.pk}/"
    page = client_for(executive).get(address)
    assert "FOI F0013528" in page.text


def test_a_folder_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("import_real_data", folder=tmp_path / "nowhere")


def test_parts_that_are_not_there_are_left_out_and_named(db, tmp_path):
    said = StringIO()
    call_command("import_real_data", folder=tmp_path, stdout=said)
    assert said.getvalue().count("not there, left out") == 8
