"""Statement of intent and life-cycle stage under two keys: proposed, answered, revised, in force."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal.signing import sign
from relationships import actions, queries
from relationships.models import Agreement, Side, Stage, StageChange, StatementOfIntent
from tests.cast import NOW, acting, client_for

WHY = "We run the desk together, so that people get back to work fast."


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def propose(cast, person=None, text=WHY, **more):
    person = person or cast.amara
    with acting(person, cast.own):
        return actions.propose_statement(
            relationship=cast.own, text=text, actor=person, side=cast.own.side_of(person.organisation_id),
            now=NOW, **more,
        ).agreement  # fmt: skip


def propose_stage(cast, person=None, stage=Stage.VALUE_CREATION, **more):
    person = person or cast.amara
    with acting(person, cast.own):
        return actions.propose_stage(
            relationship=cast.own, stage=stage, actor=person, side=cast.own.side_of(person.organisation_id),
            now=NOW, **more,
        ).agreement  # fmt: skip


def countersign(cast, agreement, person=None):
    person = person or cast.jonas
    with acting(person, cast.own):
        return sign(
            agreement_id=agreement.pk, version=agreement.version, actor=person,
            side=cast.own.side_of(person.organisation_id), now=NOW,
        )  # fmt: skip


def again(cast, agreement):
    with acting(cast.amara, cast.own):
        return Agreement.objects.get(pk=agreement.pk)


def statements(cast):
    return f"/relationships/{cast.own.pk}/statements/new/"


def stages(cast):
    return f"/relationships/{cast.own.pk}/stages/new/"


def test_a_statement_is_in_force_with_the_second_key(cast):
    agreement = propose(cast)
    with acting(cast.amara, cast.own):
        assert queries.statement_in_force(cast.own) is None
    countersign(cast, agreement)
    with acting(cast.amara, cast.own):
        assert queries.statement_in_force(cast.own).text == WHY
    with pytest.raises(actions.NothingChanges):
        propose(cast)
    later = propose(cast, cast.jonas, "Better words")
    assert later.content == [{"label": "Text", "before": WHY, "after": "Better words"}]


def test_the_stage_moves_with_the_second_key(cast):
    agreement = propose_stage(cast)
    with acting(cast.amara, cast.own):
        cast.own.refresh_from_db()
    assert cast.own.stage == Stage.WORKING_TOGETHER
    countersign(cast, agreement)
    with acting(cast.amara, cast.own):
        cast.own.refresh_from_db()
        version = cast.own.version
        actions.apply_stage(agreement=agreement, now=NOW)  # applying twice is applying once
        cast.own.refresh_from_db()
    assert (cast.own.stage, cast.own.version) == (Stage.VALUE_CREATION, version)
    with pytest.raises(actions.NothingChanges):
        propose_stage(cast)


def test_applying_what_is_no_agreed_stage_changes_nothing(cast):
    open_one = propose_stage(cast)
    statement = propose(cast)
    with acting(cast.amara, cast.own):
        for agreement in (open_one, statement):
            actions.apply_stage(agreement=agreement, now=NOW)
        cast.own.refresh_from_db()
    assert cast.own.stage == Stage.WORKING_TOGETHER


def test_revising_takes_the_row_along_and_the_other_key_back(cast):
    statement, stage = propose(cast), propose_stage(cast)
    with acting(cast.amara, cast.own):
        given = {"actor": cast.amara, "side": Side.CUSTOMER, "now": NOW, "version": 1}
        actions.revise_statement(agreement_id=statement.pk, text="Other words", note="Shorter", **given)
        actions.revise_stage(agreement_id=stage.pk, stage=Stage.STAYING_TOGETHER, **given)
        assert StatementOfIntent.objects.get(agreement=statement).text == "Other words"
        assert StageChange.objects.get(agreement=stage).stage == Stage.STAYING_TOGETHER
        revised = Agreement.objects.get(pk=statement.pk)
    assert (revised.version, revised.note, revised.content[0]["after"]) == (2, "Shorter", "Other words")
    assert again(cast, stage).title == "Stage: Staying together"
    countersign(cast, again(cast, stage))
    with acting(cast.amara, cast.own):
        cast.own.refresh_from_db()
    assert cast.own.stage == Stage.STAYING_TOGETHER


def test_what_revising_refuses(cast):
    statement, stage = propose(cast), propose_stage(cast)
    mine = {"actor": cast.amara, "side": Side.CUSTOMER, "now": NOW}
    theirs = {"actor": cast.jonas, "side": Side.PROVIDER, "now": NOW}
    with acting(cast.amara, cast.own):
        with pytest.raises(actions.VersionHasMoved):
            actions.revise_statement(agreement_id=statement.pk, version=9, text="x", **mine)
        with pytest.raises(actions.NothingChanges):
            actions.revise_stage(agreement_id=stage.pk, version=1, stage=cast.own.stage, **mine)
    with acting(cast.jonas, cast.own), pytest.raises(actions.NotYourSide):
        actions.revise_statement(agreement_id=statement.pk, version=1, text="x", **theirs)
    countersign(cast, statement)
    with acting(cast.amara, cast.own), pytest.raises(actions.AgreementIsSettled):
        actions.revise_statement(agreement_id=statement.pk, version=1, text="x", **mine)
    second = propose(cast, text="Second")
    with acting(cast.amara, cast.own), pytest.raises(actions.NothingChanges):
        actions.revise_statement(agreement_id=second.pk, version=1, text=WHY, **mine)


def test_agreed_words_stay_as_they_are_even_for_sql(cast):
    agreement = propose(cast)
    countersign(cast, agreement)
    with acting(cast.amara, cast.own), pytest.raises(IntegrityError), transaction.atomic():
        StatementOfIntent.objects.filter(agreement=agreement).update(text="forged")


def test_proposing_by_the_form(cast):
    client = client_for(cast.amara)
    assert "sign for Northwind" in client.get(statements(cast)).content.decode()
    answer = client.post(statements(cast), {"text": WHY, "note": "Let us begin", "expires_on": "2026-03-20"})
    with acting(cast.amara, cast.own):
        agreement = Agreement.objects.get(kind="STATEMENT_OF_INTENT")
    assert answer.url == f"/agreements/{agreement.pk}/"
    assert (agreement.note, agreement.is_signed_by("CUSTOMER")) == ("Let us begin", True)
    assert agreement.expires_at.isoformat() == "2026-03-20T23:59:00+00:00"
    countersign(cast, agreement)
    page = client.get(statements(cast)).content.decode()
    assert "In force" in page
    refused = client.post(statements(cast), {"text": WHY, "note": "kept note"}).content.decode()
    assert "This is the statement that is in force" in refused
    assert "kept note" in refused


def test_the_form_offers_the_next_stage(cast):
    page = client_for(cast.amara).get(stages(cast)).content.decode()
    assert '<option value="6_VALUE_CREATION" selected>' in page
    assert 'aria-current="step"' in page
    refused = client_for(cast.amara).post(stages(cast), {"stage": "5_WORKING_TOGETHER"}).content.decode()
    assert "The relationship is in this stage" in refused
    assert (
        "Select a valid choice" in client_for(cast.amara).post(stages(cast), {"stage": "9"}).content.decode()
    )
    with acting(cast.amara, cast.own):
        type(cast.own).objects.filter(pk=cast.own.pk).update(stage=Stage.EXIT)
    assert '<option value="8_EXIT" selected>' in client_for(cast.amara).get(stages(cast)).content.decode()


@pytest.mark.parametrize("day", ["2026-03-10", "2020-01-01", "soon"])
def test_the_other_side_gets_at_least_a_day(cast, day):
    answer = client_for(cast.amara).post(statements(cast), {"text": "kept words", "expires_on": day})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "at least until tomorrow" in page or "Enter a valid date" in page
    assert "kept words" in page


def test_answering_with_another_proposal(cast):
    theirs = propose(cast, cast.jonas, note="From our side")
    client = client_for(cast.amara)
    address = f"{statements(cast)}?counters={theirs.pk}"
    page = client.get(address).content.decode()
    assert "What the other side proposes" in page
    assert "From our side" in page
    answer = client.post(address, {"text": "Our words", "version": "1"})
    with acting(cast.amara, cast.own):
        mine = Agreement.objects.get(counters=theirs)
    assert answer.url == f"/agreements/{mine.pk}/"
    assert again(cast, theirs).outcome == "COUNTERED"
    said = client.get(address, follow=True).content.decode()
    assert "can no longer be answered that way" in said


def test_answering_a_stage_with_another(cast):
    theirs = propose_stage(cast, cast.jonas)
    address = f"{stages(cast)}?counters={theirs.pk}"
    client = client_for(cast.amara)
    assert "The other side proposes “Value creation”" in client.get(address).content.decode()
    client.post(address, {"stage": "7_STAYING_TOGETHER", "version": "1"})
    assert again(cast, theirs).outcome == "COUNTERED"


def test_revising_by_the_form(cast):
    mine = propose(cast, note="First")
    address = f"{statements(cast)}?revises={mine.pk}"
    client = client_for(cast.amara)
    page = client.get(address).content.decode()
    assert WHY in page
    assert "First" in page
    assert "Please answer by" not in page
    assert client.post(address, {"text": "Second words", "version": "1"}).url == f"/agreements/{mine.pk}/"
    assert again(cast, mine).version == 2
    stage = propose_stage(cast)
    client.post(f"{stages(cast)}?revises={stage.pk}", {"stage": "8_EXIT", "version": "1"})
    assert again(cast, stage).title == "Stage: Exit strategy"


def test_what_changed_meanwhile_is_said_and_nothing_is_lost(cast):
    mine = propose(cast)
    address = f"{statements(cast)}?revises={mine.pk}"
    amara, ruth = client_for(cast.amara), client_for(cast.ruth)
    ruth.post(address, {"text": "Ruth's words", "version": "1"})
    answer = amara.post(address, {"text": "Amara's words", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It changed while you were typing" in page
    assert "Amara&#x27;s words" in page
    assert 'name="version" value="2"' in page
    theirs = propose(cast, cast.jonas, "Their words")
    counter = f"{statements(cast)}?counters={theirs.pk}"
    with acting(cast.jonas, cast.own):
        actions.withdraw_agreement(
            agreement_id=theirs.pk, version=1, actor=cast.jonas, side=Side.PROVIDER, now=NOW
        )
    answer = amara.post(counter, {"text": "Answer kept", "version": "1"})
    assert answer.status_code == 409
    assert "Answer kept" in answer.content.decode()
    assert amara.post(counter, {"text": "x", "version": "nonsense"}).status_code == 409


def test_a_basis_of_another_kind_side_or_relationship(cast):
    stage, statement = propose_stage(cast), propose(cast)
    with acting(cast.outsider, cast.foreign):
        foreign = actions.propose_statement(
            relationship=cast.foreign, text="Theirs", actor=cast.outsider, side=Side.CUSTOMER, now=NOW
        ).agreement
    client = client_for(cast.amara)
    for query in (f"counters={stage.pk}", f"revises={foreign.pk}", "counters=x", "revises=-1", "counters=²"):
        assert client.get(f"{statements(cast)}?{query}").status_code == 404
    assert client.get(f"{statements(cast)}?counters={statement.pk}").url == f"/agreements/{statement.pk}/"
    jonas = client_for(cast.jonas)
    assert jonas.get(f"{statements(cast)}?revises={statement.pk}").url == f"/agreements/{statement.pk}/"
    assert (
        jonas.post(f"{statements(cast)}?revises={statement.pk}", {"text": "x", "version": "1"}).status_code
        == 409
    )


def test_only_leads_propose(cast):
    for person, status in (
        (cast.jonas, 200), (cast.priya, 403), (cast.helen, 403), (cast.recipient, 403), (cast.outsider, 404),
    ):  # fmt: skip
        for address in (statements(cast), stages(cast)):
            assert client_for(person).get(address).status_code == status


def test_an_expired_proposal_is_not_answered(cast):
    theirs = propose(cast, cast.jonas, expires_at=NOW + timedelta(days=1))
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        answer = client_for(cast.amara).post(
            f"{statements(cast)}?counters={theirs.pk}", {"text": "Too late", "version": "1"}
        )
    assert answer.status_code == 409
    assert "Too late" in answer.content.decode()
