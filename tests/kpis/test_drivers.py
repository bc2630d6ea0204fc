"""Drivers in the browser's eyes: reported like readings, and never judged, weighed or counted as KPIs."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Kpi, Reading, Rejudging, Upload
from kpis.tasks_flex import finish_rejudgings
from relationships.models import Side
from tests.cast import NOW, acting, client_for
from tests.furniture import JANUARY_2025, add_goal, add_kpi, agree_band, report
from tests.kpis.test_automatic import driver, surge_when
from tests.kpis.test_environments import asked
from tests.kpis.test_flexing import band, environment, shift, spell

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2025, 11, 1), date(2025, 12, 1)
CARD = {
    "name": "Calls received", "performed_by": "CUSTOMER", "unit": "calls", "decimals": "0", "entry": "VALUE",
    "ratio_factor": "100", "frequency": "MONTH", "starts_on": "2025-01-01", "due_days": "5",
}  # fmt: skip
OF_VERDICTS = (
    "No band yet",
    "Good",
    "Approaching",
    "Requires improvement",
    "Inadequate",
    "Weight",
    "Attainment",
)


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW + timedelta(hours=3), tick=False)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def main_of(response) -> str:
    return text(response).partition("<main")[2].partition("</main>")[0]


class TestCards:
    def test_a_member_adds_one_that_has_no_goal_no_weight_and_no_band(self, cast):
        answer = client_for(cast.priya).post(f"/relationships/{cast.own.pk}/drivers/new/", CARD)
        with acting(cast.priya, cast.own):
            made = Kpi.objects.get()
        assert answer.url == f"/kpis/{made.pk}/"
        assert (made.is_driver, made.goal_id, made.performed_by) == (True, None, "CUSTOMER")
        assert client_for(cast.amara).get(f"/kpis/{made.pk}/band-revisions/new/").status_code == 404

    @pytest.mark.parametrize(
        ("typed", "field"),
        [({"name": " "}, "name"), ({"starts_on": ""}, "starts_on"), ({"frequency": "CALENDAR"}, "calendar")],
    )
    def test_what_is_missing_is_named_at_its_field(self, cast, typed, field):
        answer = client_for(cast.priya).post(f"/relationships/{cast.own.pk}/drivers/new/", CARD | typed)
        assert list(answer.context["form"].errors) == [field]

    def test_a_reference_is_given_once_among_kpis_and_drivers(self, cast):
        add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
        answer = client_for(cast.priya).post(
            f"/relationships/{cast.own.pk}/drivers/new/", CARD | {"reference": "K1"}
        )
        assert list(answer.context["form"].errors) == ["reference"]

    def test_it_is_changed_on_a_card_of_its_own_and_both_people_see_both_words(self, cast):
        made = driver(cast)
        page = client_for(cast.priya).get(f"/kpis/{made.pk}/definition/")
        assert not {"goal", "polarity"} & set(page.context["form"].fields)
        card = CARD | {"performed_by": "PROVIDER", "version": "1"}
        first = client_for(cast.priya).post(f"/kpis/{made.pk}/definition/", card | {"name": "Contacts"})
        second = client_for(cast.lena).post(f"/kpis/{made.pk}/definition/", card | {"name": "Calls"})
        assert (first.status_code, second.status_code) == (302, 409)
        (difference,) = [one for one in second.context["differences"] if one.label == "Name"]
        assert (difference.theirs, difference.yours) == ("Contacts", "Calls")

    def test_executives_read_them_only(self, cast):
        driver(cast)
        client = client_for(cast.helen)
        assert "Add a driver" not in text(client.get(f"/relationships/{cast.own.pk}/drivers/"))
        assert client.get(f"/relationships/{cast.own.pk}/drivers/new/").status_code == 403


class TestPages:
    def test_an_empty_list_offers_the_first_step(self, cast):
        page = text(client_for(cast.priya).get(f"/relationships/{cast.own.pk}/drivers/"))
        assert "No driver yet" in page
        assert "Add the first driver" in page

    def test_list_and_page_show_values_and_what_they_move_and_no_verdict(self, cast):
        made = driver(cast)
        for day, value in ((NOVEMBER, 1000), (DECEMBER, 1180)):
            report(made, cast.lena, day, value)
        surge_when(cast, "calls_received > 1200")
        listed = main_of(client_for(cast.amara).get(f"/relationships/{cast.own.pk}/drivers/"))
        page = main_of(client_for(cast.amara).get(f"/kpis/{made.pk}/"))
        assert "18.0" in listed
        assert "calls_received" in listed
        for said in ("1,180", "18.0 % against Nov 2025", "Volume surge", "waits to be confirmed"):
            assert said in page, said
        reading = main_of(client_for(cast.amara).get(f"/kpis/{made.pk}/readings/2025-12-01/"))
        for shown in (listed, page, reading):
            assert [word for word in OF_VERDICTS if word in shown] == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, cast, count):
        for number in range(count):
            report(driver(cast, f"Driver {number}"), cast.lena, DECEMBER, 3)
        client = client_for(cast.amara)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/relationships/{cast.own.pk}/drivers/")
        assert asked(queries) <= 12


class TestReporting:
    def test_the_grid_shows_them_in_a_group_of_their_own_without_verdicts(self, cast):
        kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
        agree_band(kpi, cast.amara, cast.jonas)
        report(driver(cast), cast.lena, DECEMBER, 1180)
        page = client_for(cast.lena).get(f"/relationships/{cast.own.pk}/readings/")
        (section,) = page.context["grid"].sections
        assert [group.goal for group in section.groups] == [
            "Staff get back to work fast",
            "Drivers: context, never scored",
        ]
        cell = next(cell for cell in section.groups[1].lines[0].cells if cell and cell.text == "1,180")
        assert (cell.shape, cell.word) == ("context", "")

    def test_the_live_answer_to_what_is_typed_has_no_verdict(self, cast):
        made = driver(cast)
        answer = client_for(cast.lena).get(f"/kpis/{made.pk}/readings/2025-12-01/verdict/?value=1180")
        assert answer.status_code == 200
        assert "No band" not in answer.text
        wrong = client_for(cast.lena).get(f"/kpis/{made.pk}/readings/2025-12-01/verdict/?value=x")
        assert "is not a number" in wrong.text

    def test_an_upload_recognises_them_beside_kpis(self, cast):
        add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
        made = driver(cast)
        content = "KPI,Period,Value\nK1,2025-12,81\nCalls received,2025-12,1180\n"
        page = client_for(cast.lena).post(
            f"/relationships/{cast.own.pk}/uploads/",
            {"file": SimpleUploadedFile("december.csv", content.encode())},
            follow=True,
        )
        assert "Report 2 readings for Brightwater" in page.text
        assert "context" in page.text
        with acting(cast.lena, cast.own):
            upload = Upload.objects.get()
        client_for(cast.lena).post(f"/uploads/{upload.pk}/application/", {"rows": "all"})
        with acting(cast.lena, cast.own):
            found = Reading.objects.get(kpi=made)
        assert (found.value, found.verdict, found.attainment) == (1180, None, None)

    def test_what_one_owes_includes_them(self, cast):
        driver(cast)
        from portal.queries.due import due_readings

        with acting(cast.lena, cast.own):
            (owed,) = due_readings([cast.own.pk], cast.brightwater.pk, now=NOW)
        assert owed.late + owed.due > 0


def test_nothing_that_scores_counts_them(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    report(kpi, cast.lena, DECEMBER, 82)
    made = driver(cast, "Wholly unjudged")
    report(made, cast.lena, DECEMBER, 1180)
    client = client_for(cast.amara)
    for address in ("goals", "weights", "shared-value"):
        page = client.get(f"/relationships/{cast.own.pk}/{address}/")
        assert page.status_code == 200
        assert "Wholly unjudged" not in main_of(page), address
    assert client.get(f"/relationships/{cast.own.pk}/goals/").context["page"].kpi_count == 1
    overview = client.get(f"/relationships/{cast.own.pk}/").content.decode()
    assert overview.count('class="sparkline"') == 1
    with pytest.raises(actions.Refused), acting(cast.amara, cast.own):
        actions.propose_band(
            kpi=made, effective_from=JANUARY_2025, floor=1, tolerance=2, target=3, actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip


class TestJudgingAnew:
    @pytest.fixture
    def work(self, cast, monkeypatch) -> Rejudging:
        """Thirty days that a signed spell touches, with room for twelve at once."""
        from kpis.actions import rejudging

        daily = add_kpi(add_goal(cast.own, cast.amara), cast.amara, frequency="DAY")
        peak = environment(cast)
        band(cast, daily, [shift(peak)])
        rows = [
            {"kpi_id": daily.pk, "period_start": JANUARY_2025 + timedelta(days=day), "value": 75}
            for day in range(30)
        ]
        with acting(cast.lena, cast.own):
            actions.submit_readings_in_bulk(
                relationship=cast.own, rows=rows, actor=cast.lena, side=Side.PROVIDER, now=NOW, all_or_nothing=True
            )  # fmt: skip
        monkeypatch.setattr(rejudging, "AT_ONCE", 12)
        spell(cast, peak, JANUARY_2025, None)
        with acting(cast.amara, cast.own):
            return Rejudging.objects.get()

    def test_the_environment_says_so_and_a_page_shows_how_far_it_is(self, cast, work):
        from kpis.actions.rejudging import go_on_rejudging

        with acting(cast.amara, cast.own):
            go_on_rejudging(rejudging_id=work.pk, now=NOW)
            (peak,) = cast.own.environments.all()
        assert "12 of 30" in text(client_for(cast.amara).get(f"/environments/{peak.pk}/"))
        page = text(client_for(cast.helen).get(f"/rejudgings/{work.pk}/"))
        assert "12 of 30 readings looked at" in page
        assert 'hx-trigger="every 1s"' in page
        assert client_for(cast.outsider).get(f"/rejudgings/{work.pk}/").status_code == 404

    def test_when_it_is_done_the_bar_asks_no_more(self, cast, work):
        from kpis.actions.rejudging import go_on_rejudging

        with acting(cast.amara, cast.own):
            while go_on_rejudging(rejudging_id=work.pk, now=NOW):
                pass
        part = client_for(cast.amara).get(f"/rejudgings/{work.pk}/", headers={"HX-Request": "true"})
        assert part.status_code == 286
        assert "Done: 30 readings were looked at." in text(part)
        assert "hx-trigger" not in text(part)


@pytest.mark.django_db(databases=["default", "batch"], transaction=True)
def test_a_worker_killed_in_the_middle_loses_one_portion_at_most(cast, monkeypatch):
    from kpis.actions import rejudging

    work = TestJudgingAnew.work.__wrapped__(None, cast, monkeypatch)
    portions = []
    write = rejudging._write

    def killed(changes, now):
        write(changes, now)
        portions.append(len(changes))
        if len(portions) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rejudging, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            finish_rejudgings(now=NOW)
    with acting(cast.amara, cast.own):
        work.refresh_from_db()
        assert (work.periods_done, Reading.objects.filter(verdict=3).count()) == (12, 12)
    assert finish_rejudgings(now=NOW) == 1
    assert finish_rejudgings(now=NOW) == 0
    with acting(cast.amara, cast.own):
        work.refresh_from_db()
        assert (work.periods_done, work.finished_at) == (30, NOW)
        assert set(Reading.objects.values_list("verdict", "version")) == {(3, 2)}
