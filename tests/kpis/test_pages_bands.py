"""Proposing bands and weights: the back-test, the contract's own table, counter-proposals, and two people at once."""

from datetime import date
from decimal import Decimal

import pytest

from kpis import actions
from kpis.forms.printed import UnreadableLine, read_lines
from kpis.models import BandRevision, Kpi
from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

TERMS = {"target": "85", "tolerance": "75", "floor": "65", "effective_from": "2026-04-01"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def at_the_storys_time(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def kpi(cast) -> Kpi:
    return add_kpi(add_goal(cast.own, cast.amara), cast.amara)


@pytest.fixture
def reported(cast, kpi) -> Kpi:
    """Judged by 60, 70, 80: good, approaching, requires improvement; December is missing."""
    agree_band(kpi, cast.amara, cast.jonas)
    for month, value in ((9, 82), (10, 76), (11, 64)):
        report(kpi, cast.lena, date(2025, month, 1), value)
    return kpi


def url_of(kpi: Kpi) -> str:
    return f"/kpis/{kpi.pk}/band-revisions/new/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_lead_proposes_and_the_other_side_has_to_sign(cast, kpi):
    answer = client_for(cast.amara).post(url_of(kpi), {**TERMS, "note": "Calls got harder"})
    with acting(cast.jonas):
        band = BandRevision.objects.select_related("agreement").get()
    assert answer.url == f"/agreements/{band.agreement_id}/"
    assert (band.floor, band.tolerance, band.target, band.agreed_at) == (65, 75, 85, None)
    assert (band.agreement.note, band.agreement.waits_for) == ("Calls got harder", [Side.PROVIDER])


def test_only_leads_propose(cast, kpi):
    for person, status in ((cast.priya, 403), (cast.helen, 403), (cast.outsider, 404)):
        client = client_for(person)
        assert client.get(url_of(kpi)).status_code == status
        assert client.post(url_of(kpi), TERMS).status_code == status
    with acting(cast.amara):
        assert BandRevision.objects.count() == 0


def test_the_form_starts_from_the_band_in_force_and_the_next_period(cast, kpi):
    first = client_for(cast.amara).get(url_of(kpi)).context["form"]
    assert first.initial == {"effective_from": kpi.starts_on}
    agree_band(kpi, cast.amara, cast.jonas, ("60", "70.5", "80"))
    form = client_for(cast.amara).get(url_of(kpi)).context["form"]
    assert form.initial == {
        "effective_from": date(2026, 4, 1),
        "floor": "60",
        "tolerance": "70.5",
        "target": "80",
    }


@pytest.mark.parametrize(
    ("polarity", "typed", "field"),
    [
        ("HIGHER", {"tolerance": "90"}, "target"),
        ("HIGHER", {"tolerance": "65"}, "tolerance"),
        ("LOWER", {}, "tolerance"),
        ("LOWER", {"floor": "90", "tolerance": "70"}, "target"),
        ("HIGHER", {"target": "NaN"}, "target"),
        ("HIGHER", {"target": "1e40"}, "target"),
        ("HIGHER", {"target": ""}, "target"),
        ("HIGHER", {"effective_from": ""}, "effective_from"),
        (
            "WITHIN_RANGE",
            {"upper_target": "90", "upper_tolerance": "90", "upper_floor": "99"},
            "upper_tolerance",
        ),
        (
            "WITHIN_RANGE",
            {"upper_target": "84", "upper_tolerance": "90", "upper_floor": "99"},
            "upper_target",
        ),
    ],
)
def test_what_is_out_of_order_is_said_at_its_field_and_kept(cast, polarity, typed, field):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity=polarity)
    answer = client_for(cast.amara).post(url_of(kpi), {**TERMS, **typed, "note": "kept words"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "kept words" in text(answer)
    with acting(cast.amara):
        assert BandRevision.objects.count() == 0


def test_a_range_may_be_a_single_best_value(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity="WITHIN_RANGE")
    upper = {"upper_target": "85", "upper_tolerance": "90", "upper_floor": "99"}
    assert client_for(cast.amara).post(url_of(kpi), {**TERMS, **upper}).status_code == 302


def test_the_back_test_counts_old_and_new_side_by_side(cast, reported):
    answer = client_for(cast.amara).get(url_of(reported), {**TERMS, "target": "77", "tolerance": "70"})
    backtest = answer.context["backtest"]
    assert [(row.point.label, row.before, row.after) for row in backtest.rows] == [
        ("Nov 2025", 1, 0), ("Oct 2025", 2, 2), ("Sep 2025", 3, 3),
    ]  # fmt: skip
    assert (backtest.better, backtest.worse, backtest.same, backtest.rejudged) == (0, 1, 2, 0)
    assert [(count.verdict, count.before, count.after) for count in backtest.counts] == [
        (3, 1, 1), (2, 1, 1), (1, 1, 0), (0, 0, 1),
    ]  # fmt: skip
    assert (
        "Of 3 periods with a value: <strong>0 better</strong>, <strong>1 worse</strong>, 2 the same."
        in text(answer)
    )
    with acting(cast.amara):
        assert Agreement.objects.filter(outcome="OPEN").count() == 0


def test_periods_that_would_be_judged_anew_are_announced(cast, reported):
    answer = client_for(cast.amara).get(url_of(reported), {**TERMS, "effective_from": "2025-10-01"})
    assert answer.context["backtest"].rejudged == 2
    assert "Signing it judges 2 readings anew" in text(answer)


def test_periods_of_a_band_agreed_for_later_are_not_judged_anew(cast, reported):
    agree_band(reported, cast.amara, cast.jonas, effective_from=date(2025, 11, 1))
    answer = client_for(cast.amara).get(url_of(reported), {**TERMS, "effective_from": "2025-10-01"})
    assert answer.context["backtest"].rejudged == 1


def test_periods_before_any_band_count_as_such(cast, kpi):
    report(kpi, cast.lena, date(2025, 9, 1), 82)
    backtest = client_for(cast.amara).get(url_of(kpi), TERMS).context["backtest"]
    assert [(count.verdict, count.before, count.after) for count in backtest.counts][-1] == (None, 1, 0)
    assert (backtest.better, backtest.worse, backtest.same) == (0, 0, 0)


def test_while_typing_only_the_comparison_is_sent(cast, reported):
    client = client_for(cast.amara)
    whole = text(client.get(url_of(reported), TERMS, **HTMX))
    assert whole.startswith('<section class="backtest" id="backtest"')
    half = text(client.get(url_of(reported), {**TERMS, "floor": ""}, **HTMX))
    assert "appears when all numbers are there and in order" in half
    assert "This field is required." in half


def test_a_kpi_without_readings_says_that_there_is_nothing_to_compare(cast, kpi):
    assert "nothing to compare" in text(client_for(cast.amara).get(url_of(kpi), TERMS))


# --- Counter-proposals and revisions -------------------------------------------------------------------------


@pytest.fixture
def theirs(cast, kpi) -> Agreement:
    with acting(cast.jonas, cast.own):
        band = actions.propose_band(
            kpi=kpi, effective_from=date(2026, 4, 1), floor=Decimal(50), tolerance=Decimal(60), target=Decimal(70),
            actor=cast.jonas, side=Side.PROVIDER, now=NOW,
        )  # fmt: skip
    return band.agreement


def test_a_counter_proposal_starts_from_theirs_and_takes_its_place(cast, kpi, theirs):
    client = client_for(cast.amara)
    form = client.get(url_of(kpi), {"counters": theirs.pk}).context["form"]
    assert (form.initial["target"], form.initial["answers_version"]) == ("70", 1)
    answer = client.post(f"{url_of(kpi)}?counters={theirs.pk}", {**TERMS, "answers_version": "1"})
    assert answer.status_code == 302
    with acting(cast.amara):
        theirs.refresh_from_db()
        assert (theirs.outcome, theirs.countered_by.band_revision.target) == ("COUNTERED", 85)


def test_ones_own_proposal_is_revised_as_a_new_version(cast, kpi, theirs):
    client = client_for(cast.jonas)
    answer = client.post(f"{url_of(kpi)}?revises={theirs.pk}", {**TERMS, "answers_version": "1"})
    assert answer.url == f"/agreements/{theirs.pk}/"
    with acting(cast.amara):
        theirs.refresh_from_db()
        assert (theirs.version, theirs.band_revision.target, theirs.outcome) == (2, 85, "OPEN")


def test_who_answers_what_has_moved_meanwhile_is_told_and_keeps_the_words(cast, kpi, theirs):
    revised = client_for(cast.jonas).post(
        f"{url_of(kpi)}?revises={theirs.pk}", {**TERMS, "answers_version": "1"}
    )
    late = client_for(cast.amara).post(
        f"{url_of(kpi)}?counters={theirs.pk}", {**TERMS, "answers_version": "1", "note": "kept words"}
    )
    assert (revised.status_code, late.status_code) == (302, 409)
    assert "It changed while you were writing" in text(late)
    assert "kept words" in text(late)
    with acting(cast.amara):
        assert Agreement.objects.filter(kind="BAND_REVISION").count() == 1


def test_what_is_settled_can_no_longer_be_answered(cast, kpi, theirs):
    client = client_for(cast.amara)
    client.post(f"{url_of(kpi)}?counters={theirs.pk}", {**TERMS, "answers_version": "1"})
    assert "already settled" in text(client.get(url_of(kpi), {"counters": theirs.pk}))
    again = client.post(f"{url_of(kpi)}?counters={theirs.pk}", {**TERMS, "answers_version": "1"})
    assert again.status_code == 409


@pytest.mark.parametrize("named", ["x", "0", "9" * 30, "999999"])
def test_an_agreement_that_is_not_about_this_band_is_not_found(cast, kpi, named):
    client = client_for(cast.amara)
    assert client.get(url_of(kpi), {"counters": named}).status_code == 404
    assert client.get(f"/relationships/{cast.own.pk}/weights/", {"counters": named}).status_code == 404


# --- The contract's own table -------------------------------------------------------------------------------

PRINTED = (
    "Good: 96 or more\nApproaching target: 90% to 95%\nRequires improvement: 80 - 89\nInadequate: below 80"
)


def test_gaps_in_a_printed_table_are_explained(cast, kpi):
    answer = client_for(cast.amara).get(url_of(kpi), {**TERMS, "printed": PRINTED})
    restated = answer.context["form"].restated
    assert (restated.floor, restated.tolerance, restated.target) == (80, 90, 96)
    page = text(answer)
    assert "95.5 falls between “Approaching target” and “Good”: it would have no verdict." in page
    assert "target 96.0, tolerance 90.0, floor 80.0" in page


@pytest.mark.parametrize(
    "printed", ["Good: plenty", "Fine: 96 or more", "Good: 96 or more\nGood: 90 to 95", "Good"]
)
def test_a_table_that_cannot_be_read_is_refused_at_its_field(cast, kpi, printed):
    answer = client_for(cast.amara).get(url_of(kpi), {**TERMS, "printed": printed})
    assert list(answer.context["form"].errors) == ["printed"]


@pytest.mark.parametrize(
    ("line", "low", "high", "includes"),
    [
        ("Good: 96 or more", 96, None, (True, True)),
        ("GOOD >= 96.5%", Decimal("96.5"), None, (True, True)),
        ("Good above 95", 95, None, (False, True)),
        ("Good: 1,200+", 1200, None, (True, True)),
        ("Approaching target: at least 90 and below 96", 90, 96, (True, False)),
        ("Approaching 90\u201395", 90, 95, (True, True)),
        ("Requires improvement: between 80 and 90", 80, 90, (True, True)),
        ("Requires improvement: more than 80, up to 90", 80, 90, (False, True)),
        ("Inadequate: less than 80", None, 80, (True, False)),
        ("Inadequate: \u22125 or less", None, -5, (True, True)),
    ],
)
def test_ways_in_which_contracts_print_a_row(line, low, high, includes):
    (row,) = read_lines(line)
    assert (row.low, row.high, (row.includes_low, row.includes_high)) == (low, high, includes)


def test_a_line_that_is_not_understood_is_named():
    with pytest.raises(UnreadableLine, match="“Good: about 90” is not understood"):
        read_lines("\nGood: about 90")


# --- Weights ------------------------------------------------------------------------------------------------


@pytest.fixture
def three(cast, kpi) -> list[Kpi]:
    return [kpi, *(add_kpi(kpi.goal, cast.amara, name) for name in ("Two", "Three"))]


def weights_of(kpis: list[Kpi], *weights: object) -> dict[str, object]:
    return {f"weight-{kpi.pk}": weight for kpi, weight in zip(kpis, weights, strict=True)}


def test_shares_are_shown_before_anybody_signs_and_sum_to_a_hundred(cast, three):
    url = f"/relationships/{cast.own.pk}/weights/"
    answer = client_for(cast.amara).get(url, weights_of(three, 2, 2, 3))
    assert [row.proposed for row in answer.context["rows"]] == [
        Decimal("28.6"),
        Decimal("28.6"),
        Decimal("42.8"),
    ]
    assert answer.context["proposed_total"] == 100
    fragment = text(client_for(cast.amara).get(url, weights_of(three, 2, 2, 3), **HTMX))
    assert fragment.startswith("The proposed shares add up to 100.0 %.")
    assert f'<span id="share-{three[2].pk}" hx-swap-oob="true">42.8</span>' in fragment
    missing = text(client_for(cast.amara).get(url, weights_of(three, 2, "", 3), **HTMX))
    assert missing.startswith("Shares appear when every KPI has a whole weight")


@pytest.mark.parametrize("weight", ["0", "1001", "1.5", "many", ""])
def test_a_weight_out_of_range_is_refused_at_its_field(cast, three, weight):
    url = f"/relationships/{cast.own.pk}/weights/"
    answer = client_for(cast.amara).post(url, weights_of(three, 1, weight, 3))
    assert list(answer.context["form"].errors) == [f"weight-{three[1].pk}"]


def test_weights_are_proposed_countered_and_revised(cast, three):
    url = f"/relationships/{cast.own.pk}/weights/"
    assert client_for(cast.amara).post(url, weights_of(three, 5, 3, 2)).status_code == 302
    with acting(cast.amara):
        first = Agreement.objects.get(kind="WEIGHTS")
    form = client_for(cast.jonas).get(url, {"counters": first.pk}).context["form"]
    assert form.initial == {**weights_of(three, "5", "3", "2"), "answers_version": 1}
    assert "has proposed other weights" in text(client_for(cast.jonas).get(url))
    answer = client_for(cast.jonas).post(
        url, {**weights_of(three, 4, 4, 2), "answers": first.pk, "answers_version": "1"}
    )
    with acting(cast.amara):
        second = Agreement.objects.get(kind="WEIGHTS", outcome="OPEN")
    assert (answer.url, second.counters_id) == (f"/agreements/{second.pk}/", first.pk)
    revised = {**weights_of(three, 4, 3, 3), "answers": second.pk, "answers_version": "1"}
    assert client_for(cast.jonas).post(url, revised).status_code == 302
    assert client_for(cast.jonas).post(url, revised).status_code == 409


def test_members_see_the_weights_and_propose_none(cast, three):
    url = f"/relationships/{cast.own.pk}/weights/"
    page = client_for(cast.priya).get(url)
    assert "33.4" in text(page)
    assert "Propose and sign" not in text(page)
    assert client_for(cast.priya).post(url, weights_of(three, 1, 1, 1)).status_code == 403


def test_without_kpis_there_is_nothing_to_weigh(cast):
    assert "No KPI to weigh yet" in text(client_for(cast.amara).get(f"/relationships/{cast.own.pk}/weights/"))
