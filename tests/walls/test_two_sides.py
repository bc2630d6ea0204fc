"""Nobody writes in the name of the other side, and what both signed stays as it is, whoever asks."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kpis.models import BandRevision, Dispute
from portal.lib.refusals import sqlstate
from relationships import actions
from relationships.models import Agreement, Relationship, Side, TimelineEntry
from tests.cast import NOW, acting
from tests.walls.conftest import propose

pytestmark = pytest.mark.django_db


def refused(action, code):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        action()
    assert sqlstate(caught.value) == code


@pytest.fixture
def agreed(cast):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara)
        band = agreement.pk
    with acting(cast.jonas, cast.own):
        agreement = actions.sign_agreement(
            agreement_id=band, version=1, actor=cast.jonas, side=Side.PROVIDER, now=NOW
        )
    assert agreement.outcome == Agreement.Outcome.AGREED
    return agreement


def test_nobody_turns_the_other_sides_key(cast):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara, sign=False)
        rows = Agreement.objects.filter(pk=agreement.pk)
        for signer in (cast.amara, cast.jonas):
            refused(
                lambda signer=signer: rows.update(
                    provider_signed_by=signer, provider_signed_at=NOW, provider_signed_version=1
                ),
                "42501",
            )


def test_nobody_signs_for_a_colleague_of_the_other_organisation(cast):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara, sign=False)
        rows = Agreement.objects.filter(pk=agreement.pk)
        refused(
            lambda: rows.update(
                customer_signed_by=cast.jonas, customer_signed_at=NOW, customer_signed_version=1
            ),
            "42501",
        )


def test_nobody_proposes_disputes_or_speaks_as_the_other_side(cast, furnished):
    own, _foreign = furnished
    with acting(cast.amara, cast.own):
        refused(lambda: propose(cast.own, cast.amara, side=Side.PROVIDER), "42501")
        refused(lambda: Dispute.objects.filter(pk=own["dispute"].pk).update(side="PROVIDER"), "42501")
        refused(
            lambda: TimelineEntry.objects.create(
                relationship=cast.own, side="PROVIDER", actor=cast.amara, at=NOW, text="as them"
            ),
            "42501",
        )


def test_parties_do_not_change_by_an_update(cast):
    with acting(cast.amara, cast.own):
        refused(lambda: Relationship.objects.filter(pk=cast.own.pk).update(provider=cast.meridian), "42501")


@pytest.mark.parametrize(
    "change",
    [
        {"content": [], "version": 2},
        {"outcome": "OPEN", "settled_at": None},
        {"reason": "later thought"},
        {
            "customer_signed_by": None,
            "customer_signed_at": None,
            "customer_signed_version": None,
            "outcome": "OPEN",
        },
    ],
)
def test_what_both_signed_is_never_changed(cast, agreed, change):
    with acting(cast.amara, cast.own):
        refused(lambda: Agreement.objects.filter(pk=agreed.pk).update(**change), "23514")
        refused(lambda: Agreement.objects.filter(pk=agreed.pk)._raw_delete("default"), "23514")


def test_other_terms_need_another_version(cast):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara)
        refused(lambda: Agreement.objects.filter(pk=agreement.pk).update(content=[]), "23514")


def test_an_agreed_band_is_never_changed_and_an_unsigned_one_never_in_force(cast, furnished, agreed):
    own, _foreign = furnished
    with acting(cast.amara, cast.own):
        unsigned = BandRevision.objects.filter(pk=own["band"].pk)
        refused(lambda: unsigned.update(agreed_at=NOW), "23514")
        band = BandRevision.objects.create(
            relationship=cast.own, kpi=own["kpi"], agreement=agreed, effective_from="2026-02-01",
            floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80), created_at=NOW,
        )  # fmt: skip
        rows = BandRevision.objects.filter(pk=band.pk)
        assert rows.update(agreed_at=NOW) == 1
        refused(lambda: rows.update(target=Decimal(90)), "23514")
        refused(lambda: rows._raw_delete("default"), "23514")


HALF_STATES = [
    ({"outcome": "AGREED", "settled_at": NOW}, "agreement_agreed_iff_two_keys"),
    ({"customer_signed_at": None}, "agreement_customer_signs_this_version"),
    ({"customer_signed_version": 2}, "agreement_customer_signs_this_version"),
    ({"settled_at": NOW}, "agreement_settled_has_a_moment"),
    ({"outcome": "DECLINED"}, "agreement_settled_has_a_moment"),
]


@pytest.mark.parametrize(("change", "constraint"), HALF_STATES)
def test_the_database_refuses_half_states(cast, change, constraint):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Agreement.objects.filter(pk=agreement.pk).update(**change)


@pytest.mark.django_db(databases=["default", "batch"], transaction=True)
def test_one_person_cannot_hold_both_keys_even_where_no_wall_stands(cast):
    with acting(cast.amara, cast.own):
        agreement = propose(cast.own, cast.amara)
    rows = Agreement.objects.using("batch").filter(pk=agreement.pk)
    with pytest.raises(IntegrityError, match="agreement_two_different_people"):
        rows.update(
            provider_signed_by=cast.amara, provider_signed_at=NOW, provider_signed_version=1, outcome="AGREED",
            settled_at=NOW,
        )  # fmt: skip


def test_open_agreements_have_an_index_of_their_own(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'agreement_waiting'")
        ((definition,),) = cursor.fetchall()
    assert "(relationship_id, proposed_at) WHERE" in definition
    assert "'OPEN'" in definition
