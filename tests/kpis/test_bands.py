"""Bands and weights under two keys."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpis import actions
from kpis.models import BandRevision, Kpi, Reading, ReadingPast
from kpis.queries.bands import band_in_force, bands_in_force, pick
from portal.signing import sign
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved, decline_agreement
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band, report

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
D = Decimal


@pytest.fixture
def kpi(cast):
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


def propose(
    cast, kpi, thresholds=(60, 70, 80), *, person=None, side=Side.CUSTOMER, effective_from=JANUARY, **more
):
    person = person or cast.amara
    floor, tolerance, target = map(D, thresholds)
    with acting(person, cast.own):
        return actions.propose_band(
            kpi=kpi, effective_from=effective_from, floor=floor, tolerance=tolerance, target=target, actor=person,
            side=side, now=NOW, **more,
        )  # fmt: skip


def signed(cast, agreement, *, version=1, person=None, side=Side.PROVIDER):
    person = person or cast.jonas
    with acting(person, cast.own):
        return sign(agreement_id=agreement.pk, version=version, actor=person, side=side, now=NOW)


def verdicts(cast):
    with acting(cast.lena, cast.own):
        return {r.period_start: (r.verdict, r.band_revision_id) for r in Reading.objects.all()}


def test_a_proposal_judges_nothing_until_both_signed(cast, kpi):
    report(kpi, cast.lena, JANUARY, 75)
    proposed = propose(cast, kpi)
    assert verdicts(cast) == {JANUARY: (None, None)}
    signed(cast, proposed.agreement)
    assert verdicts(cast) == {JANUARY: (2, proposed.pk)}


def test_a_new_band_touches_exactly_its_span(cast, kpi):
    months = [date(2025, 11, 1), date(2025, 12, 1), JANUARY, FEBRUARY]
    first = agree_band(kpi, cast.amara, cast.jonas)
    last = agree_band(kpi, cast.amara, cast.jonas, (61, 71, 81), effective_from=FEBRUARY)
    for month in months:
        report(kpi, cast.lena, month, 75)
    middle = agree_band(kpi, cast.amara, cast.jonas, (74, 76, 78), effective_from=date(2025, 12, 1))
    assert verdicts(cast) == {
        months[0]: (2, first.pk),
        months[1]: (1, middle.pk),
        months[2]: (1, middle.pk),
        months[3]: (2, last.pk),
    }
    with acting(cast.lena, cast.own):
        assert sorted(ReadingPast.objects.values_list("period_start", flat=True)) == months[1:3]
        line = TimelineEntry.objects.order_by("-pk").first().text
        assert line.endswith("is in force from 1 Dec 2025; readings judged by it: 2")


def test_a_band_that_judges_nothing_yet_does_not_count_to_nought(cast, kpi):
    agree_band(kpi, cast.amara, cast.jonas)
    with acting(cast.lena, cast.own):
        said = TimelineEntry.objects.filter(text__startswith="The band of").order_by("-pk").first().text
    assert "in force from" in said and "judged" not in said


def test_not_applicable_stays_without_a_verdict(cast, kpi):
    with acting(cast.lena, cast.own):
        actions.submit_reading(
            kpi=kpi, period_start=JANUARY, is_not_applicable=True, version=None, actor=cast.lena,
            side=Side.PROVIDER, now=NOW,
        )  # fmt: skip
    agree_band(kpi, cast.amara, cast.jonas)
    assert verdicts(cast) == {JANUARY: (None, None)}


def test_of_two_bands_from_one_day_the_last_agreed_judges(cast, kpi):
    agree_band(kpi, cast.amara, cast.jonas)
    second = agree_band(kpi, cast.amara, cast.jonas, (50, 60, 70), now=NOW)
    with acting(cast.amara, cast.own):
        assert band_in_force(kpi, JANUARY).pk == second.pk
        assert [band.pk for band in bands_in_force([kpi.pk])[kpi.pk]] == [second.pk]
        assert pick([second], date(2024, 1, 1)) is None
        assert band_in_force(kpi, date(2024, 1, 1)) is None
    report(kpi, cast.lena, JANUARY, 75)
    assert verdicts(cast) == {JANUARY: (3, second.pk)}


def test_coming_into_force_twice_is_once(cast, kpi):
    band = agree_band(kpi, cast.amara, cast.jonas)
    with acting(cast.amara, cast.own):
        again = actions.bring_band_into_force(agreement=band.agreement, now=NOW)
        assert again.agreed_at == band.agreed_at


def test_a_declined_band_never_judges(cast, kpi):
    proposed = propose(cast, kpi)
    with acting(cast.jonas, cast.own):
        declined = decline_agreement(
            agreement_id=proposed.agreement_id,
            version=1,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=NOW,
            reason="No",
        )
        assert actions.bring_band_into_force(agreement=declined, now=NOW).agreed_at is None


def test_the_terms_that_are_signed_show_before_and_after(cast, kpi):
    agree_band(kpi, cast.amara, cast.jonas)
    proposed = propose(cast, kpi, (60, "72.5", 80))
    rows = {row["label"]: (row["before"], row["after"]) for row in proposed.agreement.content}
    (warning,) = (rows.pop(label) for label in list(rows) if label == "Warning")
    assert warning[1].startswith("Everything that changes asks more of Brightwater")
    assert rows == {
        "KPI": ("First-contact resolution", "First-contact resolution"),
        "In force from": ("2025-01-01", "2026-01-01"),
        "Floor": ("60 %", "60 %"),
        "Tolerance": ("70 %", "72.5 %"),
        "Target": ("80 %", "80 %"),
    }


def test_a_counter_proposal_settles_what_it_answers(cast, kpi):
    proposed = propose(cast, kpi)
    counter = propose(
        cast, kpi, (55, 65, 75), person=cast.jonas, side=Side.PROVIDER, counters=proposed.agreement
    )
    with acting(cast.amara, cast.own):
        proposed.agreement.refresh_from_db()
        assert proposed.agreement.outcome == "COUNTERED"
    signed(cast, counter.agreement, person=cast.amara, side=Side.CUSTOMER)
    with acting(cast.amara, cast.own):
        assert band_in_force(kpi, JANUARY).target == 75


def revise(cast, proposed, *, version=1, person=None, side=Side.CUSTOMER, target="85"):
    person = person or cast.ruth
    with acting(person, cast.own):
        return actions.revise_band(
            agreement=proposed.agreement, version=version, effective_from=FEBRUARY, floor=D(65), tolerance=D(75),
            target=D(target), actor=person, side=side, now=NOW + timedelta(hours=1), note="Better so",
        )  # fmt: skip


def test_ones_own_proposal_gets_other_terms_and_another_version(cast, kpi):
    proposed = propose(cast, kpi)
    revised = revise(cast, proposed)
    assert revised.pk == proposed.pk
    assert (revised.agreement.version, revised.agreement.customer_signed_by_id) == (2, cast.ruth.pk)
    with pytest.raises(VersionHasMoved):
        signed(cast, proposed.agreement, version=1)
    signed(cast, proposed.agreement, version=2)
    with acting(cast.amara, cast.own):
        band = BandRevision.objects.get(pk=proposed.pk)
        assert (band.target, band.effective_from, band.agreed_at) == (85, FEBRUARY, NOW)
        assert {row["label"]: row["after"] for row in band.agreement.content}["Target"] == "85 %"


def test_what_may_not_be_revised(cast, kpi):
    proposed = propose(cast, kpi)
    with pytest.raises(NotYourSide):
        revise(cast, proposed, person=cast.jonas, side=Side.PROVIDER)
    with pytest.raises(VersionHasMoved):
        revise(cast, proposed, version=3)
    with pytest.raises(actions.BandOutOfOrder):
        revise(cast, proposed, target="70")
    signed(cast, proposed.agreement)
    with pytest.raises(AgreementIsSettled):
        revise(cast, proposed)


DISORDERED = [
    ("HIGHER", (80, 70, 60), None),
    ("HIGHER", (60, 60, 80), None),
    ("LOWER", (5, 7, 9), None),
    ("HIGHER", (60, 70, 80), (90, 95, 99)),
    ("LOWER", (9, 7, 5), (4, 3, 2)),
    ("WITHIN_RANGE", (60, 70, 80), None),
    ("WITHIN_RANGE", (60, 70, 80), (79, 95, 99)),
    ("WITHIN_RANGE", (60, 70, 80), (90, 90, 99)),
]


@pytest.mark.parametrize(("polarity", "lower", "upper"), DISORDERED)
def test_thresholds_run_from_bad_to_good(cast, polarity, lower, upper):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity=polarity)
    names = ("upper_target", "upper_tolerance", "upper_floor")
    more = dict(zip(names, map(D, upper), strict=True)) if upper else {}
    with pytest.raises(actions.BandOutOfOrder):
        propose(cast, kpi, lower, **more)


def test_a_range_has_six_thresholds(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity="WITHIN_RANGE", unit="°C")
    band = agree_band(kpi, cast.amara, cast.jonas, (16, 18, 20, 24, 26, 28))
    report(kpi, cast.lena, JANUARY, 27)
    assert verdicts(cast) == {JANUARY: (1, band.pk)}


def weigh(cast, weights, **more):
    with acting(cast.amara, cast.own):
        return actions.propose_weights(
            relationship=cast.own, weights=weights, actor=cast.amara, side=Side.CUSTOMER, now=NOW, **more
        )


def weights(cast):
    with acting(cast.amara, cast.own):
        return dict(Kpi.objects.values_list("pk", "weight"))


def test_weights_move_when_both_signed(cast, kpi):
    other = add_kpi(kpi.goal, cast.amara, name="Other")
    proposed = weigh(cast, {kpi.pk: 3, other.pk: 1})
    assert weights(cast) == {kpi.pk: 1, other.pk: 1}
    late = add_kpi(kpi.goal, cast.amara, name="Added since")
    signed(cast, proposed)
    assert weights(cast) == {kpi.pk: 3, other.pk: 1, late.pk: 1}
    with acting(cast.amara, cast.own):
        versions = dict(Kpi.objects.values_list("pk", "version"))
    assert versions == {kpi.pk: 2, other.pk: 1, late.pk: 1}


def test_unsigned_weights_have_no_effect(cast, kpi):
    proposed = weigh(cast, {kpi.pk: 3})
    with acting(cast.amara, cast.own):
        actions.put_weights_in_force(agreement=proposed, now=NOW)
    assert weights(cast) == {kpi.pk: 1}


def test_ones_own_weights_are_revised(cast, kpi):
    proposed = weigh(cast, {kpi.pk: 3})
    with acting(cast.ruth, cast.own):
        revised = actions.revise_weights(
            agreement=proposed, version=1, weights={kpi.pk: 5}, actor=cast.ruth, side=Side.CUSTOMER, now=NOW
        )
        assert revised.content[0]["after"] == "5"
        with pytest.raises(actions.WeightsIncomplete):
            actions.revise_weights(
                agreement=proposed, version=2, weights={}, actor=cast.ruth, side=Side.CUSTOMER, now=NOW
            )
    signed(cast, proposed, version=2)
    assert weights(cast) == {kpi.pk: 5}


@pytest.mark.parametrize("wrong", [{}, {0: 1}, {"kpi": 0}, {"kpi": 1001}, {"kpi": 1, 0: 1}])
def test_weights_name_every_kpi_within_bounds(cast, kpi, wrong):
    with pytest.raises(actions.WeightsIncomplete):
        weigh(cast, {kpi.pk if key == "kpi" else key: weight for key, weight in wrong.items()})
