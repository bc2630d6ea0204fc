"""The pages of two-key agreements: what each role sees, every refusal at its place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis import actions as kpi_actions
from relationships import actions
from relationships.models import Agreement, Side, StatementOfIntent
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band

TERMS = [{"label": "Target", "before": "80 %", "after": "85 %"}]


def propose(cast, actor="amara", side=Side.CUSTOMER, *, kind=Agreement.Kind.CONTRACT, title="Master", **more):
    person = cast.person(actor)
    with acting(person, cast.own):
        return actions.propose_agreement(
            relationship=cast.own,
            kind=kind,
            title=title,
            content=TERMS,
            actor=person,
            side=side,
            now=NOW,
            **more,
        )


def page(cast, agreement, who="jonas"):
    return client_for(cast.person(who)).get(reverse("agreement", args=[agreement.pk]))


def answer(cast, name, agreement, who="jonas", **data):
    url = reverse(name, args=[agreement.pk])
    return client_for(cast.person(who)).post(url, {"version": agreement.version, **data})


def fresh(cast, agreement):
    with acting(cast.amara, cast.own):
        agreement.refresh_from_db()
    return agreement


def statements(captured):
    return [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]


def test_the_list_shows_where_each_stands(cast):
    propose(cast, title="For Jonas")
    declined = propose(cast, title="Refused")
    answer(cast, "agreement_decline", declined, reason="No")
    body = client_for(cast.priya).get(reverse("agreements", args=[cast.own.pk])).content.decode()
    assert body.index("Refused") < body.index("For Jonas")
    assert "Waits for" in body and "Declined" in body


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["C", "B", "A"]),
        ({"state": "open"}, ["C", "A"]),
        ({"state": "settled"}, ["B"]),
        ({"kind": "STAGE"}, ["C"]),
        ({"waits_for": "CUSTOMER"}, ["C"]),
        ({"waits_for": "PROVIDER", "kind": "CONTRACT"}, ["A"]),
        ({"state": "<script>", "kind": "NONE", "waits_for": "x", "page": "-3"}, ["C", "B", "A"]),
    ],
)
def test_the_list_is_filtered(cast, query, titles):
    propose(cast, title="A")
    answer(cast, "agreement_signature", propose(cast, title="B"))
    propose(cast, "jonas", Side.PROVIDER, kind=Agreement.Kind.STAGE, title="C")
    response = client_for(cast.amara).get(reverse("agreements", args=[cast.own.pk]), query)
    assert [a.title for a in response.context["page"]] == titles


def test_the_list_says_what_will_be_here_and_when_nothing_matches(cast):
    url = reverse("agreements", args=[cast.own.pk])
    assert "Nothing has been proposed yet" in client_for(cast.amara).get(url).content.decode()
    propose(cast)
    assert "Nothing like that" in client_for(cast.amara).get(url, {"kind": "STAGE"}).content.decode()


def test_the_list_is_paged_and_costs_the_same_however_long(cast, django_assert_max_num_queries):
    from django.db import connection

    url, client = reverse("agreements", args=[cast.own.pk]), client_for(cast.amara)
    counts = []
    for amount in (1, 2, 30):
        for n in range(amount):
            propose(cast, title=f"Proposal {amount}.{n}")
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        counts.append(len(statements(captured)))
    assert counts[0] == counts[1] == counts[2] <= 12
    assert len(response.context["page"]) == 25
    assert response.context["page"].paginator.num_pages == 2


def test_the_page_names_terms_digest_version_and_keys(cast):
    agreement = propose(cast, note="Because the volumes fell.", expires_at=NOW + timedelta(days=4000))
    body = page(cast, agreement).content.decode()
    for text in ("80 %", "85 %", agreement.digest, "Signed by Amara Okafor", "Not signed yet", "Open until",
                 "Because the volumes fell.", "Sign for Brightwater", "Decline for Brightwater"):  # fmt: skip
        assert text in body
    assert "Withdraw" not in body
    own = page(cast, agreement, "ruth").content.decode()
    assert "Withdraw" in own
    assert "Sign for" not in own and "Decline" not in own


@pytest.mark.parametrize("who", ["priya", "helen", "lena", "customer_go_to"])
def test_others_read_and_are_told_who_signs(cast, who):
    body = page(cast, propose(cast), who).content.decode()
    assert "Relationship leads sign" in body
    for name in ("agreement_signature", "agreement_decline", "agreement_withdrawal"):
        assert reverse(name, args=[1])[-10:] not in body


@pytest.mark.parametrize("name", ["agreement_signature", "agreement_decline", "agreement_withdrawal"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("lena", 403), ("ingrid", 403), ("recipient", 403), ("outsider", 404), ("owen", 404), ("nobody", 404)],
)
def test_without_the_right_nothing_is_answered(cast, name, who, status):
    agreement = propose(cast)
    assert answer(cast, name, agreement, who, reason="x").status_code == status
    assert fresh(cast, agreement).is_open


def test_answers_are_posted(cast):
    agreement = propose(cast)
    for name in ("agreement_signature", "agreement_decline", "agreement_withdrawal"):
        assert client_for(cast.jonas).get(reverse(name, args=[agreement.pk])).status_code == 405


def test_signing_leads_back_to_the_agreement_and_says_what_happened(cast):
    first, second = propose(cast), propose(cast, sign=False)
    for agreement, said, outcome in (
        (first, "Signed for Brightwater. It is agreed.", "AGREED"),
        (second, "Signed for Brightwater. It waits for the other side now.", "OPEN"),
    ):
        url = reverse("agreement_signature", args=[agreement.pk])
        response = client_for(cast.jonas).post(url, {"version": 1}, follow=True)
        assert response.redirect_chain == [(reverse("agreement", args=[agreement.pk]), 302)]
        assert said in response.content.decode()
        assert fresh(cast, agreement).outcome == outcome


@pytest.mark.parametrize(
    ("wanted", "leads_to_it"),
    [("/", True), ("/?page=2#waiting", True), ("https://evil.example/", False), ("//evil.example", False),
     ("javascript:alert(1)", False), ("/\\evil.example", False)],
)  # fmt: skip
def test_after_signing_one_goes_on_within_the_portal_only(cast, wanted, leads_to_it):
    agreement = propose(cast)
    response = answer(cast, "agreement_signature", agreement, next=wanted)
    own = reverse("agreement", args=[agreement.pk])
    assert response.headers["Location"] == (wanted if leads_to_it else own)


def test_a_version_that_moved_is_shown_beside_the_one_that_was_seen(cast):
    agreement = propose(cast)
    with acting(cast.amara, cast.own):
        actions.revise_agreement(
            agreement_id=agreement.pk, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW, title="Master",
            content=[{"label": "Target", "before": "80 %", "after": "92 %"}],
        )  # fmt: skip
    response = answer(cast, "agreement_signature", agreement)
    assert response.status_code == 409
    (term,) = response.context["terms"]
    assert (term.before, term.seen, term.after, term.was_revised) == ("80 %", "85 %", "92 %", True)
    body = response.content.decode()
    assert "You saw version 1; this is version 2" in body
    assert 'name="version" value="2"' in body
    assert fresh(cast, agreement).waits_for == [Side.PROVIDER]


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "٢"])
def test_a_signature_names_a_version(cast, version):
    agreement = propose(cast)
    assert answer(cast, "agreement_signature", agreement, version=version).status_code == 409
    assert fresh(cast, agreement).is_open


def test_what_is_settled_says_so(cast):
    agreement = propose(cast)
    answer(cast, "agreement_withdrawal", agreement, "amara", reason="Later")
    for name, who in (
        ("agreement_signature", "jonas"),
        ("agreement_decline", "jonas"),
        ("agreement_withdrawal", "ruth"),
    ):
        response = answer(cast, name, agreement, who, reason="x")
        assert response.status_code == 409
        assert "This is already settled: Withdrawn." in response.content.decode()


def test_declining_without_a_reason_asks_for_it_at_its_field(cast):
    agreement = propose(cast)
    response = answer(cast, "agreement_decline", agreement, reason="  ")
    assert response.status_code == 422
    assert response.context["decline_form"].errors == {
        "reason": ["Say why, so that the other side can propose something better."]
    }
    assert fresh(cast, agreement).is_open


def test_a_reason_that_is_too_long_is_kept(cast):
    agreement = propose(cast)
    for name, who in (("agreement_decline", "jonas"), ("agreement_withdrawal", "amara")):
        response = answer(cast, name, agreement, who, reason="y" * 2001)
        assert response.status_code == 422
        assert "y" * 2001 in response.content.decode()


def test_a_reason_typed_for_a_version_that_moved_is_kept(cast):
    agreement = propose(cast)
    response = answer(cast, "agreement_decline", agreement, version=7, reason="Typed with care")
    assert response.status_code == 409
    assert "Typed with care" in response.content.decode()


def test_each_side_has_its_own_way_out(cast):
    agreement = propose(cast)
    assert answer(cast, "agreement_withdrawal", agreement, "jonas").status_code == 409
    assert answer(cast, "agreement_decline", agreement, "amara", reason="x").status_code == 409
    assert fresh(cast, agreement).is_open
    assert answer(cast, "agreement_decline", agreement, reason="Too early").status_code == 302
    body = page(cast, agreement, "amara").content.decode()
    assert "Too early" in body and "declined “Master”" in body


def test_after_its_time_a_proposal_cannot_be_answered(cast):
    agreement = propose(cast, expires_at=NOW + timedelta(seconds=1))
    body = page(cast, agreement).content.decode()
    assert "The time to sign has run out" in body
    assert "Sign for" not in body
    assert answer(cast, "agreement_signature", agreement).status_code == 409


def test_proposals_that_answer_one_another_are_linked(cast):
    first = propose(cast, title="First")
    second = propose(cast, "jonas", Side.PROVIDER, title="Second", counters=first)
    for agreement in (first, second):
        body = page(cast, agreement).content.decode()
        assert "First" in body and "Second" in body and "Countered" in body


def test_a_band_says_in_words_what_moves(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas, (60, 70, 80))
    with acting(cast.amara, cast.own):
        revision = kpi_actions.propose_band(
            kpi=kpi, effective_from=NOW.date(), floor=Decimal(50), tolerance=Decimal(70), target=Decimal(85),
            actor=cast.amara, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    response = page(cast, revision.agreement)
    said = [(move.label, move.before, move.after, move.is_stricter) for move in response.context["movements"]]
    assert said == [("Floor", "60 %", "50 %", False), ("Target", "80 %", "85 %", True)]
    assert "Target asks for more: from 80 % to 85 %" in response.content.decode()


def test_a_first_band_has_nothing_before(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara, polarity="LOWER")
    revision = agree_band(kpi, cast.amara, cast.jonas, (30, 20, 10))
    with acting(cast.amara, cast.own):
        agreement = revision.agreement
    response = page(cast, agreement)
    assert response.context["movements"] == []
    assert response.context["kpi"] == kpi


def test_a_statement_is_read_as_text(cast):
    with acting(cast.amara, cast.own):
        first = actions.propose_statement(
            relationship=cast.own,
            text="Why we work together <b>",
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    body = page(cast, first.agreement).content.decode()
    assert "Why we work together &lt;b&gt;" in body
    answer(cast, "agreement_signature", first.agreement)
    with acting(cast.amara, cast.own):
        assert StatementOfIntent.objects.get().agreement.outcome == "AGREED"


def test_one_agreement_costs_at_most_twelve_queries(cast):
    from django.db import connection

    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    revision = agree_band(kpi, cast.amara, cast.jonas)
    client = client_for(cast.helen)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("agreement", args=[revision.agreement_id]))
    assert len(statements(captured)) <= 12


def test_effects_cover_every_kind_that_needs_one(cast):
    from portal.signing import CONSEQUENCES, EFFECTS

    assert set(CONSEQUENCES) == set(Agreement.Kind)
    # These two take effect by being agreed: whoever asks looks at the agreement's outcome.
    assert set(Agreement.Kind) - set(EFFECTS) == {"STATEMENT_OF_INTENT", "CONTRACT"}
