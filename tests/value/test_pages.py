"""The page that explains the score, and the one that shows how far the computation is."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relationships.models import Agreement
from tests.cast import NOW, acting, client_for
from tests.value import story
from value import queries
from value.models import Score, ScoreRun, ScoreTerms

FEBRUARY = date(2026, 2, 9)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(cast, who="amara", **query):
    return client_for(cast.person(who)).get(reverse("value:score", args=[cast.own.pk]), query)


@pytest.fixture
def told(cast):
    found = story.tell(cast)
    story.score(cast, FEBRUARY, story.AS_OF)
    return found


def stored(cast, as_of=story.AS_OF):
    with acting(cast.amara, cast.own):
        return Score.objects.get(relationship=cast.own, as_of=as_of)


def test_every_number_of_the_formula_is_shown_to_the_digit(cast, told):
    score = stored(cast)
    text = text_of(page(cast))
    assert f"{score.shared_value:.4f}" in text
    for side in ("CUSTOMER", "PROVIDER"):
        part = score.parts["sides"][side]
        assert f"= {part['v']:.6f}" in text
        assert f"= {part['g']:.6f}" in text
        for dimension in part["dimensions"].values():
            ratio = f"{int(dimension['points']):,} ÷ ({int(dimension['weight']):,} × 1,000,000)"
            assert f"{ratio} = {dimension['q']:.6f}" in text
            assert f"{dimension['periods']} of {dimension['expected']}" in text
    assert score.input_digest in text
    assert "These are the defaults" in text


def test_each_side_reads_its_own_value_as_value_to_us(cast, told):
    assert "Value to us Northwind" in re.sub(r"Customer ", "", text_of(page(cast, "amara")))
    assert "Value to us Brightwater" in re.sub(r"Provider ", "", text_of(page(cast, "jonas")))


def test_the_lines_of_why_it_moved_add_up_to_the_change(cast, told):
    with acting(cast.amara, cast.own):
        moved = queries.movement(cast.own)
    assert (moved.before.as_of, moved.after.as_of) == (FEBRUARY, story.AS_OF)
    assert moved.change == moved.after.shared_value - moved.before.shared_value != 0
    assert sum(line.points for line in moved.lines) == moved.change
    text = text_of(page(cast))
    assert f"{moved.change:+.4f}".replace("-", "−") in text
    # Attainment in per cent, in words; "q" is explained where the formula needs it.
    for word in ("Attainment before %", "Attainment after %", "the formula below calls it q"):
        assert word in text
    assert "q before" not in text
    for line in moved.lines:
        if line.before is not None:
            assert f"{100 * line.before:.2f} {100 * line.after:.2f}" in text


def test_the_two_dates_can_be_chosen(cast, told):
    story.score(cast, date(2026, 1, 9))
    text = text_of(page(cast, on="2026-02-20", before="2026-01-09"))
    assert "There is no score of 20 Feb 2026; this is the newest before it." in text
    assert re.search(r"9 Jan 2026 : [\d.]+ → 9 Feb 2026", text)
    assert "No score that old" in text_of(page(cast, on="2020-01-01"))
    assert "That is not a date" in text_of(page(cast, on="yesterday"))


def test_agreed_terms_are_a_line_of_their_own_and_say_who_signed(cast, told):
    with acting(cast.amara, cast.own):
        agreement = Agreement.objects.create(
            relationship=cast.own, kind="SCORE_TERMS", title="Terms from March", digest="0" * 64,
            proposed_by_side="CUSTOMER", proposed_by=cast.amara, proposed_at=NOW, customer_signed_by=cast.amara,
            customer_signed_at=NOW, customer_signed_version=1,
        )  # fmt: skip
        ScoreTerms.objects.create(
            relationship=cast.own, agreement=agreement, effective_from=story.AS_OF, weight_outcomes=3
        )
    from portal.signing import sign

    with acting(cast.jonas, cast.own):
        sign(agreement_id=agreement.pk, version=1, actor=cast.jonas, side="PROVIDER", now=NOW)
    story.score(cast)
    text = text_of(page(cast))
    assert "Other terms agreed" in text
    assert "Signed by Amara Okafor and Jonas Weber." in text
    with acting(cast.amara, cast.own):
        moved = queries.movement(cast.own)
    assert sum(line.points for line in moved.lines) == moved.change


def test_a_withheld_score_says_why(cast, told):
    for name in ("Approvals given in time", "Test users made available"):
        for day in story.monthly(date(2025, 2, 1), date(2026, 2, 1)):
            story.dispute(cast, told.kpis[name], day)
    story.score(cast)
    text = text_of(page(cast))
    assert "The score is withheld" in text
    assert "Provider: 50.0 % of the expected evidence is there, 60.0 % is agreed." in text
    assert "cannot be cut into points" in text
    with acting(cast.amara, cast.own):
        standing = queries.standing_of(cast.own)
        assert (standing.shared_value, standing.state) == (None, "WITHHELD")
        assert standing.month_ago == queries.score_of(cast.own, FEBRUARY).shared_value


def test_readings_that_changed_since_are_said_to_have(cast, told):
    assert "Readings have changed" not in text_of(page(cast))
    story.dispute(cast, told.kpis["First-contact resolution"], date(2026, 1, 1))
    assert "Readings have changed" in text_of(page(cast))


def test_before_the_first_score_the_page_says_what_it_needs(cast):
    assert "No score yet" in text_of(page(cast))
    with acting(cast.amara, cast.own):
        assert queries.movement(cast.own) is None
        assert queries.standing_of(cast.own) is None
        assert queries.history_of(cast.own, story.AS_OF) is None


def test_a_line_is_broken_where_the_score_was_withheld(cast, told):
    with acting(cast.amara, cast.own):
        Score.objects.create(
            relationship=cast.own, as_of=date(2026, 2, 20), state="WITHHELD", reason="x", method_version="1",
            parts={}, input_digest="0" * 64, computed_at=NOW,
        )  # fmt: skip
        history = queries.history_of(cast.own, story.AS_OF)
    assert [line.path.count("M") for line in history.lines] == [2, 2, 2]
    assert [row[0] for row in history.rows] == [story.AS_OF, date(2026, 2, 20)]


@pytest.mark.parametrize("scores", [2, 20])
def test_the_page_asks_no_more_for_more(cast, told, scores):
    story.score(cast, *(story.AS_OF - timedelta(days=n) for n in range(1, scores)))
    client = client_for(cast.amara)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("value:score", args=[cast.own.pk]))
    asked = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"] and "set_config" not in q["sql"]]
    assert len(asked) <= 12, "\n".join(asked)


def test_runs_show_progress_to_administrators_alone(cast):
    ScoreRun.objects.create(as_of=FEBRUARY, started_at=NOW, total=10, done=4)
    ScoreRun.objects.create(
        as_of=FEBRUARY,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=2.5),
        total=3,
        done=3,
        error="7: x\n",
    )
    url = reverse("value:runs")
    response = client_for(cast.owen).get(url)
    assert "4 of 10" in response.content.decode()
    assert "Some could not be scored" in text_of(response)
    assert 'hx-trigger="every 3s"' in response.content.decode()
    assert "<html" not in client_for(cast.owen).get(url, headers={"HX-Request": "true"}).content.decode()
    assert client_for(cast.amara).get(url).status_code == 403


def test_a_finished_list_of_runs_does_not_ask_again(cast):
    assert "No run yet" in text_of(client_for(cast.owen).get(reverse("value:runs")))
    ScoreRun.objects.create(as_of=FEBRUARY, started_at=NOW, finished_at=NOW, total=0)
    assert "every 3s" not in client_for(cast.owen).get(reverse("value:runs")).content.decode()
