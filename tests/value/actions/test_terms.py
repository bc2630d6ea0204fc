"""The terms of the score under two keys."""

from datetime import date
from decimal import Decimal

import pytest

from portal.signing import sign
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved
from relationships.models import Agreement, Side, TimelineEntry
from tests.cast import NOW, acting
from value import actions
from value.domain.terms import DEFAULT_TERMS, Terms
from value.queries.terms import arithmetic_of, terms_in_force

FROM = date(2026, 3, 1)
OTHER = Terms(weight_outcomes=2, alpha=Decimal("0.60"))


def propose(cast, who="amara", side=Side.CUSTOMER, terms=OTHER, day=FROM, **more):
    person = cast.person(who)
    with acting(person, cast.own):
        return actions.propose_terms(
            relationship=cast.own, effective_from=day, terms=terms, actor=person, side=side, now=NOW, **more
        )


def agree(cast, proposed, who="jonas", side=Side.PROVIDER, version=1):
    person = cast.person(who)
    with acting(person, cast.own):
        return sign(agreement_id=proposed.agreement_id, version=version, actor=person, side=side, now=NOW)


def in_force(cast, day=FROM):
    with acting(cast.amara, cast.own):
        found = terms_in_force([cast.own.pk], day).get(cast.own.pk)
        return None if found is None else arithmetic_of(found)


def test_nothing_changes_until_both_signed(cast):
    proposed = propose(cast)
    assert in_force(cast) is None
    agree(cast, proposed)
    assert in_force(cast) == OTHER
    assert in_force(cast, date(2026, 2, 28)) is None
    with acting(cast.amara, cast.own):
        said = TimelineEntry.objects.filter(relationship=cast.own).latest("pk")
    assert said.text == "The terms of the shared value are in force from 1 Mar 2026"


def test_the_agreement_names_every_term_before_and_after(cast):
    content = propose(cast).agreement.content
    assert content[0] == {"label": "In force from", "before": "", "after": "2026-03-01"}
    assert {"label": "Weight of outcomes", "before": "1", "after": "2"} in content
    assert {"label": "Provider's walk-away", "before": "0.20", "after": "0.20"} in content
    assert len(content) == 7


def test_coming_into_force_twice_is_once(cast):
    proposed = propose(cast)
    agreement = agree(cast, proposed)
    with acting(cast.amara, cast.own):
        entries = TimelineEntry.objects.filter(relationship=cast.own).count()
        actions.bring_terms_into_force(agreement=agreement, now=NOW)
        assert TimelineEntry.objects.filter(relationship=cast.own).count() == entries


def test_without_agreement_they_do_not_come_into_force(cast):
    proposed = propose(cast)
    with acting(cast.amara, cast.own):
        assert actions.bring_terms_into_force(agreement=proposed.agreement, now=NOW).agreed_at is None
    assert in_force(cast) is None


def test_what_is_in_force_already_is_no_proposal(cast):
    with pytest.raises(actions.TermsChangeNothing):
        propose(cast, terms=DEFAULT_TERMS)
    agree(cast, propose(cast))
    with pytest.raises(actions.TermsChangeNothing):
        propose(cast)


def test_the_last_agreed_of_one_day_counts(cast):
    agree(cast, propose(cast))
    agree(cast, propose(cast, terms=Terms(weight_outcomes=5)))
    assert in_force(cast) == Terms(weight_outcomes=5)


def test_the_other_side_counters(cast):
    first = propose(cast)
    second = propose(cast, "jonas", Side.PROVIDER, terms=Terms(weight_outcomes=3), counters=first.agreement)
    agree(cast, second, "amara", Side.CUSTOMER)
    assert in_force(cast) == Terms(weight_outcomes=3)
    with acting(cast.amara, cast.own):
        first.agreement.refresh_from_db()
    assert first.agreement.outcome == Agreement.Outcome.COUNTERED
    with pytest.raises(AgreementIsSettled):
        agree(cast, first)


def test_a_revision_needs_a_new_signature_of_the_new_version(cast):
    proposed = propose(cast)

    def revise(who, side, version):
        person = cast.person(who)
        with acting(person, cast.own):
            return actions.revise_terms(
                agreement=proposed.agreement, version=version, effective_from=FROM,
                terms=Terms(weight_received=4), actor=person, side=side, now=NOW,
            )  # fmt: skip

    with pytest.raises(NotYourSide):
        revise("jonas", Side.PROVIDER, 1)
    revise("amara", Side.CUSTOMER, 1)
    with pytest.raises(VersionHasMoved):
        revise("amara", Side.CUSTOMER, 1)
    with pytest.raises(VersionHasMoved):
        agree(cast, proposed)
    agree(cast, proposed, version=2)
    assert in_force(cast) == Terms(weight_received=4)
