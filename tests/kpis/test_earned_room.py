"""From six answers to a wider tolerance: a pulse that closes by itself, and what the next quarter makes of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from kpis import tasks_room
from kpis.actions.earned_room import close_due_pulse
from kpis.models import Reading
from portal.lib import scope
from relationships import actions
from relationships.models import Pulse, Side
from relationships.queries.pulses import earned_room
from tests.cast import acting, client_for
from tests.kpis.rooms import kpi_with_room, report_months

pytestmark = pytest.mark.django_db
everything = pytest.mark.django_db(transaction=True, databases=["default", "batch"])
OPENED = datetime(2025, 12, 1, 9, tzinfo=UTC)
CLOSES = datetime(2025, 12, 20, 23, 59, tzinfo=UTC)
SAID = {"amara": 7, "ruth": 6, "priya": 5, "jonas": 4, "lena": 4, "provider_go_to": 4}  # 6.0 and 4.0 of 7
DECEMBER, JANUARY, FEBRUARY = date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)


def side_of(key):
    return Side.PROVIDER if key in ("jonas", "lena", "provider_go_to") else Side.CUSTOMER


@pytest.fixture
def pulse(cast):
    with acting(cast.amara, cast.own):
        made = actions.open_pulse(
            relationship=cast.own, closes_at=CLOSES, actor=cast.amara, side=Side.CUSTOMER, now=OPENED
        )
    for key, trust in SAID.items():
        with acting(cast.person(key), cast.own):
            actions.answer_pulse(
                pulse_id=made.pk, trust=trust, actor=cast.person(key), side=side_of(key), now=OPENED
            )
    return made


def standing(cast, kpi, day):
    with acting(cast.amara, cast.own):
        return Reading.objects.select_related("flexing").get(kpi=kpi, period_start=day)


def close(cast, pulse, now):
    with scope.acting_as(relationship_ids=(cast.own.pk,)):
        return close_due_pulse(pulse_id=pulse.pk, now=now)


def test_the_next_quarter_is_judged_with_the_wider_tolerance_and_no_other(cast, pulse):
    kpi = kpi_with_room(cast, None, max_earned="0.4")
    closed = close(cast, pulse, CLOSES)
    assert (closed.customer_trust, closed.provider_trust) == (Decimal("0.833333"), Decimal("0.5"))
    report_months(cast, kpi, [69, 69], months=(DECEMBER, JANUARY), now=datetime(2026, 2, 3, tzinfo=UTC))
    before, after = standing(cast, kpi, DECEMBER), standing(cast, kpi, JANUARY)
    assert (before.flexing, before.verdict) == (None, 1)
    # 80 + (70 - 80) × (1 + 0.4 × 0.5) = 68
    assert (after.flexing.tolerance, after.flexing.trust, after.flexing.pulse_id) == (
        68,
        Decimal("0.5"),
        pulse.pk,
    )
    assert (after.verdict, after.flexing.unflexed_verdict) == (2, 1)


def test_noticed_only_after_the_quarter_has_turned_readings_say_what_they_would_have_said(cast, pulse):
    kpi = kpi_with_room(cast, None, max_earned="0.4")
    late = datetime(2026, 2, 5, tzinfo=UTC)
    report_months(cast, kpi, [69, 69], months=(DECEMBER, JANUARY), now=late)
    assert standing(cast, kpi, JANUARY).flexing is None
    closed = close(cast, pulse, late)
    assert closed.closed_at == CLOSES
    assert standing(cast, kpi, DECEMBER).flexing is None
    assert standing(cast, kpi, JANUARY).flexing.tolerance == 68


def test_closing_twice_is_closing_once(cast, pulse):
    assert close(cast, pulse, CLOSES) is not None
    assert close(cast, pulse, CLOSES) is None


@everything
def test_the_task_closes_what_is_due_and_nothing_else(cast, pulse):
    with time_machine.travel(CLOSES - timedelta(seconds=1), tick=False):
        assert tasks_room.close_pulses() == 0
    with time_machine.travel(CLOSES, tick=False):
        assert tasks_room.close_pulses() == 1
        assert tasks_room.close_pulses() == 0
    with acting(cast.amara, cast.own):
        assert Pulse.objects.get().closed_at == CLOSES


def test_the_page_says_which_kpis_and_from_when(cast, pulse):
    kpi_with_room(cast, None, max_earned="0.4")
    close(cast, pulse, CLOSES)
    with time_machine.travel(CLOSES, tick=False):
        page = client_for(cast.priya).get(f"/pulses/{pulse.pk}/").content.decode()
    assert "Mutual trust is 0.50" in page
    assert "from 1 January 2026" in page
    assert "First-contact resolution" in page
    assert "20.0 %" in page  # 0.4 × 0.5


def test_only_the_band_in_force_then_counts(cast):
    kpi = kpi_with_room(cast, None, max_earned="0.4")
    with acting(cast.amara, cast.own):
        assert [line.kpi_id for line in earned_room(cast.own, Decimal("0.5"), JANUARY)] == [kpi.pk]
        assert earned_room(cast.own, Decimal("0.5"), date(2024, 12, 31)) == []


def test_home_asks_whoever_has_not_answered(cast, pulse):
    def asked(key):
        with time_machine.travel(OPENED + timedelta(hours=1), tick=False):
            return [line.kind for line in client_for(cast.person(key)).get("/").context["together"]]

    assert asked("customer_go_to") == ["pulse"]
    assert asked("amara") == asked("helen") == []
