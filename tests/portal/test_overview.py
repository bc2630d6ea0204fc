"""One relationship at a glance: what stands there, from nothing to a full life, and what it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.queries.overview import get_overview, stage_after
from portal.signing import sign
from portal.templatetags.shared_value import percent, signed
from relationships import actions
from relationships.access import load_relationship
from relationships.models import Side, Stage
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report
from value.models import Score

TERMS = {
    "weight_outcomes": 1, "weight_received": 1, "walkaway_customer": "0.20", "walkaway_provider": "0.20",
    "alpha": "0.50", "evidence_threshold": "0.60",
}  # fmt: skip


def parts(q, *, coverage=1.0, withheld=()):
    sides = {
        side: {
            "v": q, "g": q, "coverage": coverage,
            "dimensions": {name: {"q": q, "points": "1", "weight": "1", "periods": 1, "expected": 1}
                           for name in ("OUTCOMES", "RECEIVED")},
        }
        for side in ("CUSTOMER", "PROVIDER")
    }  # fmt: skip
    return {"terms": TERMS, "sides": sides, "withheld": list(withheld)}


def add_score(cast, as_of, value, q=0.8, **more):
    figures = (
        {"value_customer": value, "value_provider": value, "hidden_imbalance": 0} if value is not None else {}
    )
    with acting(cast.amara, cast.own):
        return Score.objects.create(
            relationship=cast.own, as_of=as_of, state="SCORED" if value is not None else "WITHHELD",
            shared_value=value, method_version="1", input_digest="0" * 64, computed_at=NOW,
            **{"parts": parts(q), **figures, **more},
        )  # fmt: skip


def look(cast, who="amara", now=NOW):
    with time_machine.travel(now, tick=False):
        return client_for(cast.person(who)).get(reverse("overview", args=[cast.own.pk]))


def overview_of(cast, now=NOW):
    with acting(cast.amara) as viewer:
        return get_overview(load_relationship(viewer, cast.own.pk), now=now)


def test_an_empty_relationship_offers_the_first_steps(cast):
    body = look(cast).content.decode()
    for said in ("No statement of intent yet", "Propose the first one", "No score yet", "No joint goal yet",
                 "Nothing waits for a signature", "Propose next stage"):  # fmt: skip
        assert said in body


def test_members_read_but_are_not_offered_what_they_may_not_do(cast):
    body = look(cast, "helen").content.decode()
    for said in ("Propose the first one", "Write down the first goal", "Propose next stage"):
        assert said not in body


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("recipient", 403), ("outsider", 404), ("owen", 404)]
)
def test_who_comes_in(cast, who, status):
    assert look(cast, who).status_code == status


def test_the_statement_in_force_is_the_one_signed_last(cast):
    for text in ("First words", "Better words", "Not signed yet"):
        with acting(cast.amara, cast.own):
            proposed = actions.propose_statement(
                relationship=cast.own, text=text, actor=cast.amara, side=Side.CUSTOMER, now=NOW
            )
        if text != "Not signed yet":
            with acting(cast.jonas, cast.own):
                sign(
                    agreement_id=proposed.agreement_id,
                    version=1,
                    actor=cast.jonas,
                    side=Side.PROVIDER,
                    now=NOW,
                )
    body = look(cast).content.decode()
    assert "Better words" in body and "Signed by Amara Okafor and Jonas Weber" in body
    assert "First words" not in body and "Not signed yet" not in body
    assert [agreement.title for agreement in overview_of(cast).open_agreements] == ["Statement of intent"]


def test_goals_show_owners_latest_verdict_and_what_is_late(cast):
    kpi = add_kpi(
        add_goal(cast.own, cast.amara), cast.amara, customer_owner=cast.priya, provider_owner=cast.lena,
        starts_on=date(2025, 9, 1),
    )  # fmt: skip
    add_goal(cast.own, cast.amara, "Nothing shows this one")
    agree_band(kpi, cast.amara, cast.jonas)
    report(kpi, cast.lena, date(2025, 12, 1), 91)
    report(kpi, cast.lena, date(2026, 1, 1), 65)
    found = overview_of(cast)
    (line,) = found.goals[0].lines
    assert (line.latest.label, line.latest.value, line.latest.verdict) == ("Jan 2026", Decimal(65), 1)
    assert [point.label for point in line.missing] == ["Sep 2025", "Oct 2025", "Nov 2025"]
    assert line.newest.status == "NOT_DUE"
    (late,) = found.late
    assert (late.side, late.oldest.label, found.late_count, found.kpi_count) == (
        Side.PROVIDER,
        "Sep 2025",
        3,
        1,
    )
    body = look(cast).content.decode()
    for said in ("Priya Nair", "Lena Fischer", "65.0 %", "Requires improvement", "Late from provider",
                 "Not confirmed yet", "No KPI shows this goal yet", "3 late"):  # fmt: skip
        assert said in body


def test_each_period_stands_over_the_band_that_judges_it(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, starts_on=date(2025, 10, 1))
    agree_band(kpi, cast.amara, cast.jonas, (60, 70, 80))
    agree_band(kpi, cast.amara, cast.jonas, (61, 71, 81), effective_from=date(2026, 1, 1))
    agree_band(kpi, cast.amara, cast.jonas, (62, 72, "82.123456"), effective_from=date(2026, 1, 1), now=NOW)
    (line,) = overview_of(cast).goals[0].lines
    targets = [point.band.target for point in line.series.points]
    assert targets == [80, 80, 80, Decimal("82.123456"), Decimal("82.123456")]


def test_the_score_is_one_figure_with_both_bars_and_why_it_moved(cast):
    add_score(cast, date(2026, 1, 1), Decimal(40), q=0.5)
    add_score(cast, date(2026, 2, 9), Decimal(50), q=0.6)
    add_score(cast, date(2026, 3, 9), Decimal(75), q=0.8)
    found = overview_of(cast).shared_value
    assert (found.score.as_of, found.moved.before.as_of, found.moved.change) == (
        date(2026, 3, 9), date(2026, 2, 9), Decimal(25),
    )  # fmt: skip
    assert sum(line.points for line in found.moved.lines) == Decimal(25)
    body = look(cast, "jonas").content.decode()
    for said in ("75.0", "Value to us", "Value to them", "+25.0", "Why it moved"):
        assert said in body
    assert body.count(f'href="{reverse("value:score", args=[cast.own.pk])}"') >= 4


def test_a_first_score_is_compared_with_nothing(cast):
    add_score(cast, date(2026, 3, 9), Decimal(75))
    assert overview_of(cast).shared_value.moved is None
    assert "There is no earlier score to compare with yet" in look(cast).content.decode()


def test_a_withheld_score_says_why_and_how_much_evidence_there_is(cast):
    cause = {"side": "CUSTOMER", "cause": "TOO_LITTLE_EVIDENCE"}
    add_score(cast, date(2026, 2, 1), Decimal(75))
    add_score(
        cast,
        date(2026, 3, 9),
        None,
        reason="Too little.",
        parts=parts(0.8, coverage=0.5999, withheld=[cause]),
    )
    body = look(cast).content.decode()
    assert "Withheld" in body and "59 %" in body
    assert "Customer: 59.9 % of the expected evidence is there, 60.0 % is agreed." in body
    assert "cannot be cut into points" in body


def test_a_score_from_elsewhere_without_parts_still_shows(cast):
    add_score(cast, date(2026, 3, 9), None, reason="Nothing is known.", parts={})
    assert "Nothing is known." in look(cast).content.decode()


def test_what_is_internal_to_the_other_side_does_not_appear(cast):
    with acting(cast.jonas, cast.own):
        actions.comment(
            relationship=cast.own,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=NOW,
            text="only for us",
            internal=True,
        )
    assert "only for us" in look(cast, "lena").content.decode()
    assert "only for us" not in look(cast, "amara").content.decode()


def test_it_costs_the_same_with_one_kpi_and_with_many(cast):
    goal = add_goal(cast.own, cast.amara)
    costs = []
    for amount in (1, 2, 5):
        for n in range(amount):
            kpi = add_kpi(goal, cast.amara, f"KPI {amount}.{n}")
            agree_band(kpi, cast.amara, cast.jonas)
            report(kpi, cast.lena, date(2026, 1, 1), 75)
            add_goal(cast.own, cast.amara, f"Goal {amount}.{n}")
        add_score(cast, NOW.date() - timedelta(days=amount), Decimal(50))
        for who in ("amara", "helen"):
            client = client_for(cast.person(who))
            with CaptureQueriesContext(connection) as captured, time_machine.travel(NOW, tick=False):
                assert client.get(reverse("overview", args=[cast.own.pk])).status_code == 200
            costs.append([q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]])
    assert len(costs[0]) == len(costs[-2]) <= 12
    assert len(costs[1]) == len(costs[-1]) <= 12


def test_after_exit_there_is_no_next_stage():
    assert stage_after(Stage.WORKING_TOGETHER) == Stage.VALUE_CREATION
    assert stage_after(Stage.EXIT) is None


def test_changes_and_shares_in_words():
    assert [signed(value) for value in (Decimal("1.25"), Decimal("-0.44"), Decimal("0.01"), None)] == [
        "+1.2", "−0.4", "±0.0", "–",
    ]  # fmt: skip
    assert [percent(share) for share in (None, 0.5999, 0.999999, 1.0)] == ["–", "59 %", "99 %", "100 %"]
