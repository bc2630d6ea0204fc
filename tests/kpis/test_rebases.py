"""A rebase under two keys: signals start anew where both sides agree that the process changed."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Rebase
from kpis.queries.rebases import get_preview, periods_with_values
from kpis.queries.signals import charts_of
from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import agree
from tests.kpis.rooms import kpi_with_room, report_months

pytestmark = pytest.mark.django_db
BEFORE, AFTER = [70, 71, 70, 71, 70, 71], [90, 91, 90, 91, 90, 91]
CHANGED = date(2025, 9, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast):
    kpi = kpi_with_room(cast, None)
    report_months(cast, kpi, BEFORE + AFTER)
    return kpi


def propose(cast, kpi, day=CHANGED, reason="A new telephone system"):
    with acting(cast.amara, cast.own):
        return actions.propose_rebase(
            kpi=kpi, from_period=day, reason=reason, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )


def mean(cast, kpi):
    with acting(cast.amara, cast.own):
        return float(charts_of([kpi], on=NOW.date())[kpi.pk].limits.mean)


def test_signals_start_there_with_the_second_key_and_not_before(cast, kpi):
    assert mean(cast, kpi) == 80.5
    rebase = propose(cast, kpi)
    assert mean(cast, kpi) == 80.5
    agree(rebase.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    assert mean(cast, kpi) == 90.5
    with acting(cast.amara, cast.own):
        rebase.refresh_from_db()
    assert rebase.agreed_at == NOW


def test_what_both_signed_stays(cast, kpi):
    rebase = propose(cast, kpi)
    agree(rebase.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    with acting(cast.amara, cast.own), pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Rebase.objects.filter(pk=rebase.pk).update(from_period=date(2025, 3, 1))
    with acting(cast.amara, cast.own):
        agreement = Agreement.objects.get(pk=rebase.agreement_id)
        again = actions.bring_rebase_into_force(agreement=agreement, now=NOW.replace(year=2027))
    assert again.agreed_at == NOW


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        (CHANGED, "  ", "reason"),
        (date(2025, 9, 2), "x", "from_period"),
        (date(2024, 12, 1), "x", "from_period"),
        (date(2026, 4, 1), "x", "from_period"),
    ],
)
def test_what_cannot_be_is_named(cast, kpi, day, reason, field):
    with pytest.raises(actions.RebaseRefused) as refused:
        propose(cast, kpi, day, reason)
    assert refused.value.field == field


def test_never_back_behind_the_last_one(cast, kpi):
    agree(propose(cast, kpi).agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    with pytest.raises(actions.RebaseRefused, match="1 Sep 2025"):
        propose(cast, kpi, date(2025, 6, 1))


def test_the_preview_is_what_will_be(cast, kpi):
    with acting(cast.amara, cast.own):
        preview = get_preview(kpi, CHANGED, on=NOW.date())
        assert [period.first for period in periods_with_values(kpi, on=NOW.date())][:2] == [
            date(2025, 3, 1),
            date(2025, 4, 1),
        ]
    assert (preview.before.mean, preview.after.mean) == ("80.50", "90.50")
    assert (preview.after.points, preview.after.is_provisional) == (6, True)
    assert preview.after.says == "meets the target consistently"
    agree(propose(cast, kpi).agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    with acting(cast.amara, cast.own):
        assert get_preview(kpi, CHANGED, on=NOW.date()).before == preview.after


def test_fewer_than_six_values_say_so(cast, kpi):
    with acting(cast.amara, cast.own):
        after = get_preview(kpi, date(2026, 1, 1), on=NOW.date()).after
    assert (after.is_there, after.says) == (False, "fewer than 6 values: no limits yet")


class TestPage:
    def test_looking_then_proposing(self, cast, kpi):
        url = f"/kpis/{kpi.pk}/rebases/new/"
        client = client_for(cast.amara)
        assert "Choose a period, and see here" in client.get(url).content.decode()
        seen = client.get(url, {"from_period": "2025-09-01", "reason": "kept words"}).content.decode()
        assert "87.84 – 93.16" in seen
        assert "kept words" in seen
        part = client.get(url, {"from_period": "2025-09-01"}, headers={"HX-Request": "true"}).content.decode()
        assert part.startswith("<section") and "87.84" in part
        response = client.post(url, {"from_period": "2025-09-01", "reason": "A new telephone system"})
        with acting(cast.amara, cast.own):
            rebase = Rebase.objects.select_related("agreement").get()
        assert response.url == f"/agreements/{rebase.agreement_id}/"
        rows = {row["label"]: (row["before"], row["after"]) for row in rebase.agreement.content}
        assert (
            rows["Usual range"] == ("71.72 – 89.28", "87.84 – 93.16")
            or rows["Usual range"][1] == "87.84 – 93.16"
        )
        assert client_for(cast.jonas).get(response.url).status_code == 200

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"reason": "kept words"}, "Choose the first period after the change."),
            ({"reason": "kept words", "from_period": "2031-01-01"}, "not one of the available choices"),
            ({"from_period": "2025-09-01", "reason": ""}, "required"),
        ],
    )
    def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(self, cast, kpi, given, said):
        page = client_for(cast.amara).post(f"/kpis/{kpi.pk}/rebases/new/", given).content.decode()
        assert said in page
        assert given["reason"] in page

    def test_refused_by_the_action_it_is_said_at_the_field(self, cast, kpi):
        agree(propose(cast, kpi).agreement_id, cast.jonas, cast.own, Side.PROVIDER)
        page = client_for(cast.amara).post(
            f"/kpis/{kpi.pk}/rebases/new/", {"from_period": "2025-06-01", "reason": "kept words"}
        )
        assert "The limits start on 1 Sep 2025 already" in page.content.decode()

    def test_leads_only(self, cast, kpi):
        url = f"/kpis/{kpi.pk}/rebases/new/"
        assert [
            client_for(cast.person(key)).get(url).status_code for key in ("priya", "helen", "outsider")
        ] == [
            403,
            403,
            404,
        ]

    def test_questions(self, cast, kpi):
        client = client_for(cast.amara)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/kpis/{kpi.pk}/rebases/new/?from_period=2025-09-01")
        assert len(asked) <= 12

    def test_without_values_it_says_so(self, cast):
        empty = kpi_with_room(cast, None)
        page = client_for(cast.amara).get(f"/kpis/{empty.pk}/rebases/new/").content.decode()
        assert "No period has a value yet" in page
