"""Scores are stored once per relationship and date, and are the same digits on whatever path they came."""

import random
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from kpis.models import Reading
from relationships.models import Agreement, Relationship
from tests.value.random_rows import furnish, relationships
from value import actions, tasks
from value.domain.evidence import Evidence, sum_up
from value.domain.nights import last_ended_night
from value.domain.score import parts_of, score
from value.domain.terms import DEFAULT_TERMS, Terms
from value.models import Score, ScoreChunk, ScoreRun, ScoreTerms, Standing

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "batch"])

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
AS_OF = date(2026, 3, 9)
DIGITS = (
    "relationship_id", "as_of", "state", "reason", "shared_value", "value_customer", "value_provider",
    "hidden_imbalance", "method_version", "parts", "input_digest",
)  # fmt: skip


@pytest.fixture
def invented(cast):
    chance = random.Random(20)
    return {r.pk: furnish(cast, r, chance, kpis=9) for r in relationships(cast, 7)}


def stored(as_of=AS_OF):
    rows = Score.objects.using("batch").filter(as_of=as_of).order_by("relationship_id")
    return list(rows.values_list(*DIGITS))


def agree_terms(relationship_id, person, *, effective_from=AS_OF, agreed=True, **terms):
    agreement = Agreement.objects.using("batch").create(
        relationship_id=relationship_id, kind="SCORE_TERMS", title="Terms", digest="0" * 64,
        proposed_by_side="CUSTOMER", proposed_by=person, proposed_at=NOW,
    )  # fmt: skip
    return ScoreTerms.objects.using("batch").create(
        relationship_id=relationship_id, agreement=agreement, effective_from=effective_from,
        agreed_at=NOW if agreed else None, **terms,
    )  # fmt: skip


def test_what_is_stored_is_what_the_plain_arithmetic_says(invented):
    assert actions.score_relationships(list(invented), as_of=AS_OF, now=NOW) == len(invented)
    for row in Score.objects.using("batch").filter(as_of=AS_OF):
        periods = [period for kpi in invented[row.relationship_id] for period in kpi.periods(AS_OF)]
        evidence = sum_up(periods, AS_OF)
        result = score(evidence)
        assert row.shared_value == result.shared_value
        assert (row.value_customer, row.value_provider) == (result.value_customer, result.value_provider)
        assert row.hidden_imbalance == result.hidden_imbalance
        assert row.input_digest == result.input_digest
        assert row.parts == {**parts_of(result, evidence, DEFAULT_TERMS), "agreement": None}
        assert (row.state == "WITHHELD") == bool(row.reason) == (row.shared_value is None)
    assert Score.objects.using("batch").filter(state="SCORED").exists()


def test_the_terms_in_force_on_the_date_count(cast, invented):
    one, other, third = list(invented)[:3]
    agreed = agree_terms(one, cast.amara, weight_outcomes=3, evidence_threshold=Decimal("0.10"))
    agree_terms(other, cast.amara, effective_from=AS_OF + timedelta(days=1), alpha=Decimal("0.30"))
    agree_terms(third, cast.amara, agreed=False, alpha=Decimal("0.30"))
    actions.score_relationships(list(invented), as_of=AS_OF, now=NOW)
    parts = dict(Score.objects.using("batch").values_list("relationship_id", "parts"))
    assert parts[one]["terms"] == Terms(weight_outcomes=3, evidence_threshold=Decimal("0.10")).as_text()
    assert parts[one]["agreement"] == agreed.agreement_id
    assert parts[other]["terms"] == parts[third]["terms"] == DEFAULT_TERMS.as_text()


def test_the_same_digits_on_every_path(invented):
    ids = list(invented)
    actions.score_relationships(ids, as_of=AS_OF, now=NOW)
    at_once = stored()
    assert len(at_once) == len(ids)

    def again(*arguments):
        Score.objects.using("batch").all().delete()
        Standing.objects.using("batch").all().delete()
        call_command("recompute_scores", "--as-of", AS_OF.isoformat(), *arguments, stdout=StringIO())

    again()
    assert stored() == at_once
    again("--changed")
    assert stored() == at_once
    for pk in ids:
        call_command(
            "recompute_scores", "--as-of", AS_OF.isoformat(), "--relationship", str(pk),
            stdout=StringIO(),
        )  # fmt: skip
    assert stored() == at_once


def test_two_workers_share_a_run_and_give_the_same_digits(invented):
    actions.score_relationships(list(invented), as_of=AS_OF, now=NOW)
    alone = stored()
    Score.objects.using("batch").all().delete()
    run = actions.start_run(list(invented), as_of=AS_OF, now=NOW, chunk=1)

    def work():
        actions.work_on(run.pk, clock=lambda: NOW)
        connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert stored() == alone
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (run.total, NOW)


def test_a_standing_is_the_latest_score_beside_that_of_a_month_before(invented):
    ids = list(invented)
    for as_of in (date(2026, 3, 9), date(2026, 2, 9), date(2026, 2, 20)):
        actions.score_relationships(ids, as_of=as_of, now=NOW)
    for standing in Standing.objects.using("batch").all():
        latest = Score.objects.using("batch").get(relationship=standing.relationship_id, as_of=AS_OF)
        before = Score.objects.using("batch").get(
            relationship=standing.relationship_id, as_of=date(2026, 2, 9)
        )
        assert (standing.as_of, standing.shared_value) == (AS_OF, latest.shared_value)
        assert standing.month_ago == before.shared_value


def test_scoring_an_earlier_date_does_not_hide_a_change(invented):
    ids = list(invented)
    actions.score_relationships(ids, as_of=AS_OF, now=NOW)
    Relationship.objects.using("batch").filter(pk=ids[0]).update(changed_at=NOW)
    actions.score_relationships(ids, as_of=date(2026, 2, 9), now=NOW)
    assert [pk for pk, _zone in tasks.changed_relationships()] == [ids[0]]


def test_a_change_is_scored_once_and_only_what_changed(invented, time_machine_at):
    ids = list(invented)
    actions.score_relationships(ids, as_of=AS_OF, now=NOW)
    time_machine_at(NOW)
    assert tasks.score_changed() == 0
    reading = next(r for k in invented[ids[2]] for r in k.readings.values() if r.attainment)
    Reading.objects.using("batch").filter(pk=reading.pk).update(attainment=0)
    # A clock that lags behind the last score must not hide the change.
    Relationship.objects.using("batch").filter(pk=ids[2]).update(changed_at=NOW - timedelta(days=1))
    assert tasks.score_changed() == 1
    assert tasks.score_changed() == 0
    assert Score.objects.using("batch").filter(as_of=NOW.date()).get().relationship_id == ids[2]


def test_one_relationship_can_be_scored_at_once(invented, time_machine_at):
    time_machine_at(NOW)
    pk = next(iter(invented))
    assert tasks.score_relationship(pk) == 1
    assert tasks.score_relationship(pk) == 0


def test_what_is_not_accepted_by_both_is_passed_over(cast, invented):
    Relationship.objects.using("batch").all().update(accepted_at=None, accepted_by=None)
    assert actions.score_relationships(list(invented), as_of=AS_OF, now=NOW) == 0
    assert stored() == []


def test_a_broken_relationship_is_named_and_the_others_are_scored(invented, monkeypatch, capsys):
    from value.actions import scoring

    poisoned = list(invented)[3]
    real = scoring.evidence_of

    def poison(ids, *rest, **more):
        if poisoned in ids:
            raise ValueError("cannot be read")
        return real(ids, *rest, **more)

    monkeypatch.setattr(scoring, "evidence_of", poison)
    with pytest.raises(CommandError, match=f"{poisoned}: ValueError: cannot be read"):
        call_command("recompute_scores", "--as-of", AS_OF.isoformat())
    assert {row[0] for row in stored()} == set(invented) - {poisoned}
    run = ScoreRun.objects.using("batch").get()
    assert run.done == run.total == len(invented)
    assert "100 %" in capsys.readouterr().out


def test_an_interrupted_run_goes_on_where_it_stopped(invented, capsys):
    run = actions.start_run(list(invented), as_of=AS_OF, now=NOW, chunk=2)
    first = ScoreChunk.objects.using("batch").earliest("pk")
    actions.score_relationships(first.relationship_ids, as_of=AS_OF, now=NOW, computed_since=NOW)
    call_command("recompute_scores", "--run", str(run.pk))
    assert len(stored()) == len(invented)
    with pytest.raises(CommandError, match="no run"):
        call_command("recompute_scores", "--run", "4711")
    assert Evidence() == sum_up([], AS_OF)


def test_without_a_date_the_night_that_ended_last_is_scored(invented):
    with time_machine.travel(NOW, tick=False):
        call_command("recompute_scores")
    assert {score.as_of for score in Score.objects.using("batch").all()} == {last_ended_night(NOW, "UTC")}
