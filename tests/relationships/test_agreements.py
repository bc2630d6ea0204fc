"""Two keys: who may do what with a proposal, and who learns of it."""

from datetime import timedelta

import pytest

from accounts.models import Letter
from relationships import actions, queries, tasks
from relationships.access import look_up_viewer
from relationships.models import Agreement, Side, TimelineEntry
from tests.cast import NOW, acting, notices_of

TERMS = [{"label": "Target", "before": "80 %", "after": "85 %"}]
LATER = NOW + timedelta(hours=1)
CUSTOMER, PROVIDER = Side.CUSTOMER, Side.PROVIDER


def propose(cast, actor="amara", side=CUSTOMER, **more):
    person = cast.person(actor)
    with acting(person, cast.own):
        return actions.propose_agreement(
            relationship=cast.own, kind=Agreement.Kind.WEIGHTS, title="Weights", content=TERMS, actor=person,
            side=side, now=NOW, **more,
        )  # fmt: skip


def act(cast, verb, agreement, actor="jonas", side=PROVIDER, *, version=1, now=LATER, **more):
    person = cast.person(actor)
    with acting(person, cast.own):
        return verb(agreement_id=agreement.pk, version=version, actor=person, side=side, now=now, **more)


def notices(person):
    return [notice.text for notice in notices_of(person)]


def test_the_proposer_has_signed_and_the_other_side_is_told(cast):
    agreement = propose(cast)
    assert (agreement.customer_signed_by, agreement.customer_signed_version) == (cast.amara, 1)
    assert agreement.waits_for == [PROVIDER]
    assert notices(cast.jonas) == ["Amara Okafor proposed “Weights”"]
    assert notices(cast.lena) == notices(cast.amara) == []


def test_the_second_key_agrees_and_everybody_who_works_on_it_is_told(cast):
    agreement = act(cast, actions.sign_agreement, propose(cast))
    assert (agreement.outcome, agreement.settled_at, agreement.settled_by) == ("AGREED", LATER, cast.jonas)
    said = "Jonas Weber signed “Weights”; it is agreed"
    assert [notices(cast.person(who))[-1:] for who in ("amara", "ruth", "priya", "lena")] == [[said]] * 4
    assert said not in notices(cast.jonas)
    assert notices(cast.recipient) == notices(cast.outsider) == []


def test_signing_twice_changes_nothing(cast):
    agreement = propose(cast, sign=False)
    act(cast, actions.sign_agreement, agreement, "amara", CUSTOMER)
    again = act(cast, actions.sign_agreement, agreement, "ruth", CUSTOMER)
    assert (again.outcome, again.customer_signed_by) == ("OPEN", cast.amara)


def test_signing_a_version_that_moved_is_refused(cast):
    agreement = propose(cast)
    act(
        cast,
        actions.revise_agreement,
        agreement,
        "amara",
        CUSTOMER,
        title="Weights",
        content=[*TERMS, *TERMS],
    )
    with pytest.raises(actions.VersionHasMoved):
        act(cast, actions.sign_agreement, agreement)
    assert act(cast, actions.sign_agreement, agreement, version=2).outcome == "AGREED"


def test_a_revision_is_another_version_with_another_digest_on_which_only_the_reviser_signed(cast):
    agreement = propose(cast)
    revised = act(
        cast,
        actions.revise_agreement,
        agreement,
        "ruth",
        CUSTOMER,
        title="Weights",
        content=[],
        note="shorter",
    )
    assert (revised.version, revised.customer_signed_by, revised.customer_signed_version) == (2, cast.ruth, 2)
    assert revised.digest != agreement.digest
    assert notices(cast.jonas)[-1] == "Ruth Levine revised “Weights”"
    with acting(cast.amara, cast.own):
        assert queries.agreements.terms_of_version(revised, 1) == TERMS
        assert queries.agreements.terms_of_version(revised, 2) == []
        assert queries.agreements.terms_of_version(revised, 7) is None


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_declining_needs_a_reason(cast, reason):
    agreement = propose(cast)
    with pytest.raises(actions.ReasonNeeded):
        act(cast, actions.decline_agreement, agreement, reason=reason)


def test_the_proposer_learns_that_and_why_it_was_declined(cast):
    agreement = act(cast, actions.decline_agreement, propose(cast), reason=" Too early. ")
    assert (agreement.outcome, agreement.reason, agreement.settled_by) == (
        "DECLINED",
        "Too early.",
        cast.jonas,
    )
    assert notices(cast.amara) == ["Jonas Weber declined “Weights”"]


REFUSED_TO_OWN_OR_OTHER = [
    (actions.decline_agreement, "ruth", CUSTOMER, {"reason": "No"}),
    (actions.withdraw_agreement, "jonas", PROVIDER, {}),
    (actions.revise_agreement, "jonas", PROVIDER, {"title": "T", "content": []}),
]


@pytest.mark.parametrize(("verb", "actor", "side", "more"), REFUSED_TO_OWN_OR_OTHER)
def test_each_verb_belongs_to_one_side(cast, verb, actor, side, more):
    agreement = propose(cast)
    with pytest.raises(actions.NotYourSide):
        act(cast, verb, agreement, actor, side, **more)


ANSWERS = [
    (actions.sign_agreement, "jonas", PROVIDER, {}),
    (actions.decline_agreement, "jonas", PROVIDER, {"reason": "No"}),
    (actions.withdraw_agreement, "amara", CUSTOMER, {}),
    (actions.revise_agreement, "amara", CUSTOMER, {"title": "T", "content": []}),
]


@pytest.mark.parametrize(("verb", "actor", "side", "more"), ANSWERS)
def test_what_is_settled_stays_settled(cast, verb, actor, side, more):
    agreement = propose(cast)
    act(cast, actions.withdraw_agreement, agreement, "amara", CUSTOMER, reason=" Found something better. ")
    with pytest.raises(actions.AgreementIsSettled):
        act(cast, verb, agreement, actor, side, **more)


@pytest.mark.parametrize(("verb", "actor", "side", "more"), ANSWERS)
def test_nothing_moves_after_the_time_ran_out(cast, verb, actor, side, more):
    agreement = propose(cast, expires_at=LATER)
    with pytest.raises(actions.AgreementIsSettled):
        act(cast, verb, agreement, actor, side, **more)


@pytest.mark.parametrize(("verb", "actor", "side", "more"), ANSWERS)
def test_every_answer_names_the_version_it_answers(cast, verb, actor, side, more):
    agreement = propose(cast)
    with pytest.raises(actions.VersionHasMoved):
        act(cast, verb, agreement, actor, side, version=2, **more)


def test_one_person_cannot_turn_both_keys(cast):
    agreement = propose(cast, sign=False)
    act(cast, actions.sign_agreement, agreement)
    with pytest.raises(actions.SignedByTheSamePerson):
        act(cast, actions.sign_agreement, agreement, "jonas", CUSTOMER)


def test_a_counter_proposal_settles_what_it_answers(cast):
    first = propose(cast)
    second = propose(cast, "jonas", PROVIDER, counters=first, note="Lower to begin with")
    third = propose(cast, "amara", CUSTOMER, counters=second)
    with acting(cast.amara, cast.own):
        first.refresh_from_db()
        second.refresh_from_db()
        chain = queries.counter_chain(second)
        alone = queries.counter_chain(propose(cast))
    assert (first.outcome, first.settled_by, first.reason) == ("COUNTERED", cast.jonas, "Lower to begin with")
    assert [link.pk for link in chain] == [first.pk, second.pk, third.pk]
    assert len(alone) == 1
    assert notices(cast.amara) == ["Jonas Weber answered with another proposal: “Weights”"]


def test_nobody_counters_their_own_proposal(cast):
    first = propose(cast)
    with pytest.raises(actions.NotYourSide):
        propose(cast, "ruth", CUSTOMER, counters=first)


def test_a_counter_proposal_is_of_the_same_kind(cast):
    first = propose(cast)
    with pytest.raises(actions.AnswersSomethingElse), acting(cast.jonas, cast.own):
        actions.propose_stage(
            relationship=cast.own, stage="8_EXIT", actor=cast.jonas, side=PROVIDER, now=LATER, counters=first
        )


def test_what_has_expired_cannot_be_countered(cast):
    first = propose(cast, expires_at=NOW)
    with pytest.raises(actions.AgreementIsSettled):
        propose(cast, "jonas", PROVIDER, counters=first)


def test_expiry_settles_and_tells_both(cast):
    due, open_still = propose(cast, expires_at=LATER), propose(cast, expires_at=LATER + timedelta(days=1))
    with acting(cast.amara, cast.own):
        assert actions.expire_agreements(now=LATER) == 1
        assert actions.expire_agreements(now=LATER) == 0
        due.refresh_from_db()
        open_still.refresh_from_db()
        line = TimelineEntry.objects.filter(about=f"agreement:{due.pk}").first()
    assert (due.outcome, due.settled_by, open_still.outcome) == ("EXPIRED", None, "OPEN")
    assert line.text == "“Weights” expired"
    assert notices(cast.amara)[-1] == notices(cast.jonas)[-1] == "“Weights” expired"


def test_a_waiting_proposal_is_written_about_once_per_version_and_lead(cast):
    agreement = propose(cast)
    with acting(cast.amara, cast.own):
        for _again in range(2):
            actions.write_letters_of_waiting(now=LATER)
    letter = Letter.objects.get()
    assert (letter.to, letter.key) == (
        cast.jonas.email,
        f"agreement:{agreement.pk}:waiting:1:{cast.jonas.pk}",
    )
    assert "Amara Okafor proposes “Weights” in “Northwind service desk”" in letter.body
    assert f"http://localhost:8000/agreements/{agreement.pk}/" in letter.body.splitlines()
    act(cast, actions.revise_agreement, agreement, "amara", CUSTOMER, title="Weights", content=[])
    with acting(cast.amara, cast.own):
        actions.write_letters_of_waiting(now=LATER)
    assert Letter.objects.count() == 2


def test_nobody_is_written_to_about_what_is_settled_or_has_waited_long(cast):
    act(cast, actions.sign_agreement, propose(cast))
    with acting(cast.amara, cast.own):
        assert actions.write_letters_of_waiting(now=LATER) == 0
    propose(cast)
    with acting(cast.amara, cast.own):
        assert actions.write_letters_of_waiting(now=NOW + timedelta(days=3)) == 0


@pytest.mark.django_db(databases=["default", "batch"], transaction=True)
def test_the_tasks_find_their_relationships_themselves(cast, time_machine):
    time_machine.move_to(LATER, tick=False)
    propose(cast)
    propose(cast, expires_at=LATER)
    assert tasks.write_letters() == 2
    assert tasks.expire_due_agreements() == 1
    assert tasks.write_letters() == 1
    assert Letter.objects.count() == 2


def test_what_waits_is_split_by_whose_key_is_missing(cast):
    for_jonas, for_amara = propose(cast), propose(cast, "jonas", PROVIDER)
    for_both = propose(cast, sign=False)
    act(cast, actions.decline_agreement, propose(cast), reason="No")
    seen = {}
    for person in (cast.amara, cast.jonas, cast.helen, cast.recipient, cast.outsider):
        with acting(person):
            waiting = queries.waiting_agreements(look_up_viewer(person))
            seen[person] = ([a.pk for a in waiting.for_you], [a.pk for a in waiting.for_them])
    assert seen[cast.amara] == seen[cast.helen] == ([for_amara.pk, for_both.pk], [for_jonas.pk])
    assert seen[cast.jonas] == ([for_jonas.pk, for_both.pk], [for_amara.pk])
    assert seen[cast.recipient] == seen[cast.outsider] == ([], [])


def test_a_long_list_of_theirs_hides_nothing_of_yours(cast):
    for _each in range(3):
        propose(cast)
    mine = propose(cast, "jonas", PROVIDER)
    with acting(cast.amara):
        waiting = queries.waiting_agreements(look_up_viewer(cast.amara), most=2)
        one = queries.waiting_agreements(look_up_viewer(cast.amara), relationship_id=cast.own.pk, most=2)
    assert [a.pk for a in waiting.for_you] == [a.pk for a in one.for_you] == [mine.pk]
    assert (len(waiting.for_them), waiting.for_them_count, waiting.for_you_count) == (2, 3, 1)


def test_what_waits_is_one_query_on_the_index_of_open_agreements(cast, django_assert_num_queries):
    propose(cast)
    for person in (cast.amara, cast.helen):
        with acting(person) as viewer:
            with django_assert_num_queries(1):
                waiting = queries.waiting_agreements(viewer)
                assert [a.relationship.customer.name for a in waiting.for_them] == ["Northwind"]
            plan = plan_of(queries.agreements.open_and_readable(viewer, None))
        # On a handful of rows several indexes cost the same; what matters is that none of them is the whole table.
        assert "Index" in plan
        assert "Seq Scan on relationships_agreement" not in plan


def plan_of(rows):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = on")
    return plan
