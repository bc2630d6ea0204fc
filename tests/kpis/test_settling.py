"""Confirming, disputing and resolving readings."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Notice
from governance.models import Clock
from kpis import actions
from kpis.models import Dispute, Reading
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


@pytest.fixture
def reading(cast, kpi):
    return report(kpi, cast.lena, JANUARY, 75)


def confirm(cast, readings, *, person=None, side=Side.CUSTOMER, now=LATER):
    person = person or cast.amara
    with acting(person, cast.own):
        return actions.confirm_readings(
            relationship=cast.own, readings=readings, actor=person, side=side, now=now
        )


def dispute(cast, reading, *, version=1, person=None, side=Side.CUSTOMER, reason="Ours says 71", claim=None):
    person = person or cast.priya
    with acting(person, cast.own):
        return actions.dispute_reading(
            reading=reading,
            version=version,
            reason=reason,
            claimed_value=claim,
            actor=person,
            side=side,
            now=LATER,
        )


def resolve(cast, opened, resolution, *, person, side, note="", now=LATER):
    with acting(person, cast.own):
        return actions.resolve_dispute(
            dispute=opened, resolution=resolution, note=note, actor=person, side=side, now=now
        )


def fresh(cast, reading):
    with acting(cast.lena, cast.own):
        return Reading.objects.get(pk=reading.pk)


def clock(cast, pk):
    with acting(cast.lena, cast.own):
        return Clock.objects.get(pk=pk)


def last_line(cast):
    with acting(cast.lena, cast.own):
        return TimelineEntry.objects.filter(relationship=cast.own).order_by("-pk").first().text


def test_confirming_settles_and_answers_the_clock(cast, reading):
    assert confirm(cast, {reading.pk: 1}) == 1
    settled = fresh(cast, reading)
    assert (settled.state, settled.settled_by_id, settled.settled_at) == ("CONFIRMED", cast.amara.pk, LATER)
    assert clock(cast, reading.clock_id).outcome == "ANSWERED"
    assert last_line(cast) == "confirmed “First-contact resolution” for Jan 2026"


def test_many_are_confirmed_with_one_line(cast, kpi, reading):
    other = report(kpi, cast.lena, FEBRUARY, 80)
    assert other.clock_id == reading.clock_id
    assert confirm(cast, {reading.pk: 1, other.pk: 1}) == 2
    assert last_line(cast) == "confirmed 2 readings"


def test_the_clock_runs_on_while_one_of_its_readings_waits(cast, kpi, reading):
    report(kpi, cast.lena, FEBRUARY, 80)
    confirm(cast, {reading.pk: 1})
    assert clock(cast, reading.clock_id).outcome == "RUNNING"


def test_an_answer_after_the_deadline_leaves_the_clock_run_out(cast, reading):
    confirm(cast, {reading.pk: 1}, now=NOW + timedelta(days=60))
    assert clock(cast, reading.clock_id).outcome == "DEEMED"


def test_pressing_the_button_twice_confirms_once(cast, reading):
    confirm(cast, {reading.pk: 1})
    assert confirm(cast, {reading.pk: 1}, now=LATER + timedelta(hours=1)) == 0
    assert fresh(cast, reading).settled_at == LATER


def test_all_or_none_are_confirmed(cast, kpi, reading):
    other = report(kpi, cast.lena, FEBRUARY, 80)
    with pytest.raises(actions.ReadingChangedMeanwhile) as caught:
        confirm(cast, {reading.pk: 1, other.pk: 9})
    assert caught.value.current.pk == other.pk
    assert fresh(cast, reading).state == "SUBMITTED"


def test_what_was_corrected_meanwhile_is_not_confirmed_unseen(cast, kpi, reading):
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=JANUARY, value=99, version=1, actor=cast.lena, side=Side.PROVIDER, now=LATER
        )
    with pytest.raises(actions.ReadingChangedMeanwhile):
        confirm(cast, {reading.pk: 1})


def test_a_side_settles_only_what_the_other_reported(cast, reading):
    with pytest.raises(actions.NotYourSideToSettle):
        confirm(cast, {reading.pk: 1}, person=cast.jonas, side=Side.PROVIDER)
    with pytest.raises(actions.NotYourSideToSettle):
        dispute(cast, reading, person=cast.jonas, side=Side.PROVIDER)


def test_a_reading_elsewhere_does_not_exist(cast, reading):
    with pytest.raises(actions.NotOfThisRelationship):
        confirm(cast, {reading.pk: 1, reading.pk + 1000: 1})


def test_what_is_settled_is_neither_confirmed_nor_disputed_again(cast, reading):
    dispute(cast, reading)
    with pytest.raises(actions.ReadingIsSettled, match="disputed"):
        confirm(cast, {reading.pk: 2})
    with pytest.raises(actions.ReadingIsSettled):
        dispute(cast, reading, version=2)


def test_a_dispute_names_its_reason_and_the_value_seen(cast, reading):
    opened = dispute(cast, reading, claim="71.25")
    assert (opened.side, opened.reason, opened.claimed_value) == (
        "CUSTOMER",
        "Ours says 71",
        Decimal("71.25"),
    )
    assert fresh(cast, reading).state == "DISPUTED"
    assert clock(cast, reading.clock_id).outcome == "ANSWERED"
    with acting(cast.lena):
        notice = Notice.objects.get(person=cast.lena, key=f"dispute:{opened.pk}")
    assert notice.text == "Priya Nair disputes “First-contact resolution” for Jan 2026"
    assert notice.url == f"/kpis/{reading.kpi_id}/readings/2026-01-01/"


def test_what_was_brought_in_by_nobody_can_be_disputed(cast, reading):
    """Readings that came with an import have no reporter who could get a notice."""
    with acting(cast.lena, cast.own):
        Reading.objects.filter(pk=reading.pk).update(submitted_by=None)
    assert dispute(cast, reading).resolution == ""


@pytest.mark.parametrize(
    ("reason", "claim", "field"),
    [("  ", None, "reason"), ("Why", "seventy", "claimed_value"), ("\x00", 1, "reason")],
)
def test_a_dispute_says_why_and_claims_a_number(cast, reading, reason, claim, field):
    with pytest.raises(actions.ReadingIncomplete) as caught:
        dispute(cast, reading, reason=reason, claim=claim)
    assert caught.value.field == field
    assert fresh(cast, reading).state == "SUBMITTED"


def test_a_dispute_about_an_older_version_is_told_what_stands(cast, reading):
    with pytest.raises(actions.ReadingChangedMeanwhile):
        dispute(cast, reading, version=7)


def test_upheld_the_reading_stands_confirmed(cast, reading):
    opened = dispute(cast, reading)
    ended = resolve(
        cast, opened, "UPHELD", person=cast.amara, side=Side.CUSTOMER, note="We had last week's export"
    )
    assert (ended.resolution, ended.resolved_by_id, ended.resolution_note) == (
        "UPHELD", cast.amara.pk, "We had last week's export",
    )  # fmt: skip
    assert (fresh(cast, reading).state, fresh(cast, reading).settled_by_id) == ("CONFIRMED", cast.amara.pk)
    assert last_line(cast) == "agreed that “First-contact resolution” for Jan 2026 stands as reported"


def test_withdrawn_the_reading_waits_again_under_a_new_clock(cast, reading):
    opened = dispute(cast, reading)
    resolve(cast, opened, "WITHDRAWN", person=cast.priya, side=Side.CUSTOMER)
    again = fresh(cast, reading)
    assert (again.state, clock(cast, again.clock_id).outcome) == ("SUBMITTED", "RUNNING")
    assert again.clock_id != reading.clock_id
    assert confirm(cast, {reading.pk: again.version}) == 1


def test_the_claim_can_be_taken_over_and_waits_to_be_confirmed(cast, reading):
    opened = dispute(cast, reading, claim=71)
    ended = resolve(cast, opened, "CORRECTED", person=cast.lena, side=Side.PROVIDER, note="You are right")
    corrected = fresh(cast, reading)
    assert (ended.resolution, corrected.value, corrected.state, corrected.verdict) == (
        "CORRECTED",
        71,
        "SUBMITTED",
        2,
    )


def test_taking_over_a_claim_that_is_the_value_reported_lets_it_wait_again(cast, reading):
    opened = dispute(cast, reading, claim=75)
    resolve(cast, opened, "CORRECTED", person=cast.lena, side=Side.PROVIDER)
    assert (fresh(cast, reading).state, fresh(cast, reading).value) == ("SUBMITTED", 75)


def test_each_side_has_its_own_way_to_end_a_dispute(cast, reading):
    opened = dispute(cast, reading, claim=71)
    for resolution in ("UPHELD", "WITHDRAWN"):
        with pytest.raises(actions.NotYourSideToSettle):
            resolve(cast, opened, resolution, person=cast.jonas, side=Side.PROVIDER)
    with pytest.raises(actions.NotYourSideToReport):
        resolve(cast, opened, "CORRECTED", person=cast.amara, side=Side.CUSTOMER)
    assert fresh(cast, reading).state == "DISPUTED"


def test_a_dispute_without_a_claim_cannot_be_taken_over(cast, reading):
    opened = dispute(cast, reading)
    with pytest.raises(actions.NothingToResolve, match="Correct the reading itself"):
        resolve(cast, opened, "CORRECTED", person=cast.lena, side=Side.PROVIDER)


def test_a_dispute_ends_once(cast, reading):
    opened = dispute(cast, reading)
    resolve(cast, opened, "UPHELD", person=cast.amara, side=Side.CUSTOMER)
    with pytest.raises(actions.NothingToResolve):
        resolve(cast, opened, "WITHDRAWN", person=cast.amara, side=Side.CUSTOMER)


def test_a_correction_by_reporting_ends_the_dispute(cast, kpi, reading):
    opened = dispute(cast, reading)
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=JANUARY, value=70, version=2, actor=cast.lena, side=Side.PROVIDER, now=LATER
        )
        assert Dispute.objects.get(pk=opened.pk).resolution == "CORRECTED"
