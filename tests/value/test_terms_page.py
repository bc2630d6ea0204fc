"""Proposing terms in the browser: new, countering, revising; nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from relationships.models import Agreement, Side
from tests.cast import NOW, acting, client_for
from tests.value.actions.test_terms import propose
from value.actions import revise_terms
from value.domain.terms import Terms
from value.models import ScoreTerms

GIVEN = {
    "effective_from": "2026-04-01", "weight_outcomes": "2", "weight_received": "1", "walkaway_customer": "0.20",
    "walkaway_provider": "0.25", "alpha": "0.50", "evidence_threshold": "0.60", "note": "Outcomes first",
}  # fmt: skip


def send(cast, who="amara", query="", **changed):
    url = reverse("value:terms_new", args=[cast.own.pk]) + query
    return client_for(cast.person(who)).post(url, {**GIVEN, **changed})


def proposals(cast):
    with acting(cast.amara, cast.own):
        return list(ScoreTerms.objects.select_related("agreement").order_by("pk"))


def test_proposing(cast):
    response = send(cast)
    (made,) = proposals(cast)
    assert response.headers["Location"] == reverse("agreement", args=[made.agreement_id])
    assert (made.effective_from, made.weight_outcomes, made.agreement.note) == (
        date(2026, 4, 1),
        2,
        "Outcomes first",
    )
    assert made.agreement.customer_signed_by_id == cast.amara.pk


def test_the_form_starts_from_what_is_in_force(cast):
    body = client_for(cast.amara).get(reverse("value:terms_new", args=[cast.own.pk])).content.decode()
    assert 'name="alpha" value="0.50"' in body
    assert "Propose for Northwind" in body


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"weight_outcomes": "0", "weight_received": "0"},
            "At least one of the two weights must be above 0.",
        ),
        ({"alpha": "1"}, "less than or equal to 0.99"),
        ({"alpha": "0"}, "greater than or equal to 0.01"),
        ({"walkaway_customer": "1.00"}, "less than or equal to 0.99"),
        ({"evidence_threshold": "0.601"}, "no more than 2 decimal places"),
        ({"alpha": "NaN"}, "Enter a number."),
        ({"effective_from": "soon"}, "Enter a valid date."),
        ({"weight_outcomes": "1", "walkaway_provider": "0.20"}, "These are the terms that are in force"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(cast, changed, said):
    response = send(cast, **changed)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert "Outcomes first" in response.content.decode()
    assert proposals(cast) == []


def test_countering_settles_the_other_sides_proposal(cast):
    theirs = propose(cast, "jonas", Side.PROVIDER, terms=Terms(weight_received=7))
    query = f"?counters={theirs.agreement_id}"
    shown = (
        client_for(cast.amara).get(reverse("value:terms_new", args=[cast.own.pk]) + query).content.decode()
    )
    assert 'name="weight_received" value="7"' in shown and "Counter-propose" in shown
    send(cast, query=query, version="1")
    theirs, ours = proposals(cast)
    assert theirs.agreement.outcome == Agreement.Outcome.COUNTERED
    assert ours.agreement.counters_id == theirs.agreement_id


def test_revising_ones_own(cast):
    own = propose(cast)
    send(cast, query=f"?revises={own.agreement_id}", version="1", weight_outcomes="9")
    (revised,) = proposals(cast)
    assert (revised.weight_outcomes, revised.agreement.version) == (9, 2)


def test_two_who_revise_at_once_both_learn_of_it(cast):
    own = propose(cast)
    with acting(cast.ruth, cast.own):
        revise_terms(
            agreement=own.agreement, version=1, effective_from=own.effective_from, terms=Terms(weight_outcomes=8),
            actor=cast.ruth, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    response = send(cast, query=f"?revises={own.agreement_id}", version="1", weight_outcomes="9")
    assert response.status_code == 409
    body = response.content.decode()
    assert "It changed while you were typing" in body
    assert 'name="weight_outcomes" value="9"' in body
    assert '<input type="hidden" name="version" value="2">' in body


@pytest.mark.parametrize("query", ["?counters=x", "?counters=999999999", "?revises=99999999999999999999"])
def test_a_basis_that_is_none_is_not_found(cast, query):
    assert send(cast, query=query).status_code == 404


def test_ones_own_cannot_be_countered_nor_the_others_revised(cast):
    own = propose(cast)
    assert send(cast, query=f"?counters={own.agreement_id}").status_code == 404
    assert send(cast, "jonas", query=f"?revises={own.agreement_id}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("priya", 403), ("recipient", 403), ("outsider", 404)])
def test_only_leads_propose(cast, who, status):
    assert send(cast, who).status_code == status
