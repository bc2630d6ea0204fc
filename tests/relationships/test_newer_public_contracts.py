"""A second import of newer releases: what is new is taken over, what was agreed stays, the same twice changes nothing."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from portal.lib import scope
from portal.signing import sign
from relationships import actions, queries, shelf
from relationships.actions.public_contracts.writing import write_contract
from relationships.models import (
    Agreement,
    AuditEntry,
    Contract,
    ContractDocument,
    Relationship,
    Side,
    TimelineEntry,
)
from relationships.ocds import parse_package
from tests.cast import NOW, acting, client_for
from tests.relationships.test_ocds import award, package, real, release
from tests.relationships.test_public_contracts import ADDRESS, deal_of, digest_in, upload

LATER = NOW + timedelta(days=30)
SUMMARY = (
    "Newer public contracting data taken over; contracts changed: 1, new contracts: 0, new amendments: 1,"
    " new documents: 1"
)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def contract(**more):
    return {
        "id": "C1", "awardID": "1", "title": "Desk", "value": {"amount": 1000, "currency": "GBP"},
        "period": {"startDate": "2025-01-01", "endDate": "2026-12-31"},
        "documents": [{"id": "d", "url": "https://a.example/1", "title": "Notice"}],
        "amendments": [{"id": "A1", "date": "2025-05-01", "description": "Longer hours"}], **more,
    }  # fmt: skip


def first():
    return package(release(contracts=[contract()]))


def newer(**more):
    return package(
        release(
            date="2026-01-01T00:00:00Z",
            contracts=[
                contract(
                    value={"amount": 1500, "currency": "GBP"},
                    period={"startDate": "2025-01-01", "endDate": "2027-12-31"},
                    documents=[{"id": "d", "url": "https://a.example/1"}, {"id": "e", "url": "https://a.example/2"}],
                    amendments=[
                        {"id": "A1", "date": "2025-05-01", "description": "Longer hours"},
                        {"id": "A2", "date": "2025-12-01", "description": "A year more"},
                    ],
                    **more,
                )
            ],
        )
    )  # fmt: skip


def found(cast, content=None, person=None):
    with acting(person or cast.amara):
        return actions.import_own_deal(actor=person or cast.amara, now=NOW, **deal_of(content or first()))


def update(cast, relationship, content, *, now=LATER, person=None):
    actor = person or cast.amara
    deal = parse_package(content)[0].deals[0]
    with acting(actor, relationship):
        return actions.update_from_register(
            relationship=relationship, deal=deal, actor=actor, side=Side.CUSTOMER, now=now
        )


def state(cast, relationship):
    """Everything that a second import might touch."""
    with acting(cast.amara, relationship):
        return (
            list(Contract.objects.filter(relationship=relationship).order_by("pk").values()),
            list(ContractDocument.objects.filter(relationship=relationship).order_by("pk").values()),
            TimelineEntry.objects.filter(relationship=relationship).count(),
            AuditEntry.objects.filter(relationship_id=relationship.pk).count(),
        )


def desk(cast, relationship, **asked):
    with acting(cast.amara, relationship):
        return Contract.objects.get(relationship=relationship, **(asked or {"kind": "MASTER"}))


# --- What is new comes in ------------------------------------------------------------------------------------


def test_value_days_documents_and_amendments_are_brought_up_to_date(cast):
    made = found(cast)
    done = update(cast, made, newer())
    assert [(one.name, one.before_text, one.after_text) for one in done.changes] == [
        ("value", "1,000.00 GBP", "1,500.00 GBP"),
        ("ends_on", "2026-12-31", "2027-12-31"),
    ]
    now = desk(cast, made)
    assert (now.value, now.ends_on, now.version) == (Decimal("1500.00"), date(2027, 12, 31), 2)
    with acting(cast.amara, made):
        titles = Contract.objects.filter(parent=now).order_by("pk").values_list("title", flat=True)
        assert list(titles) == ["Longer hours", "A year more"]
        urls = ContractDocument.objects.filter(contract=now).order_by("pk").values_list("url", flat=True)
        assert list(urls) == ["https://a.example/1", "https://a.example/2"]
        said = TimelineEntry.objects.filter(relationship=made, at=LATER).order_by("pk")
        assert [(line.text, line.actor, line.about) for line in said] == [
            ("changed “Desk”", cast.amara, f"contract:{now.pk}"),
            ("added “https://a.example/2”", cast.amara, f"contract:{now.pk}"),
            ("wrote down “A year more”", cast.amara, f"contract:{desk(cast, made, reference='A2').pk}"),
            (SUMMARY, cast.amara, ""),
        ]


def test_the_same_twice_changes_nothing_and_says_nothing(cast):
    made = found(cast)
    before = state(cast, made)
    assert update(cast, made, first()).is_nothing
    assert state(cast, made) == before
    update(cast, made, newer())
    after = state(cast, made)
    assert after != before
    assert update(cast, made, newer()).is_nothing
    assert state(cast, made) == after


def test_silence_takes_nothing_away(cast):
    made = found(cast)
    bare = package(release(contracts=[{"id": "C1", "awardID": "1"}]))
    assert update(cast, made, bare).is_nothing
    assert desk(cast, made).value == 1000


def test_an_older_release_does_not_turn_the_clock_back(cast):
    made = found(cast)
    update(cast, made, newer())
    done = update(cast, made, first())
    assert done.is_nothing
    assert {(one.name, str(one.kept)) for one in done.kept} == {
        ("value", "it said this before and was changed since"),
        ("ends_on", "it said this before and was changed since"),
    }
    assert desk(cast, made).value == 1500


def test_what_was_corrected_by_hand_is_not_undone_by_the_same_file(cast):
    made = found(cast)
    terms = actions.ContractTerms(title="Our desk", reference="C1", value=Decimal(1200))
    with acting(cast.amara, made):
        actions.change_contract(
            contract=desk(cast, made), version=1, terms=terms, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        )
    done = update(cast, made, first())
    assert done.is_nothing
    assert ("value", Decimal("1200.00"), Decimal("1000.00")) in [
        (k.name, k.before, k.after) for k in done.kept
    ]
    assert desk(cast, made).title == "Our desk"
    # The register says something it never said: that counts, and the title stays ours.
    assert not update(cast, made, newer()).is_nothing
    assert (desk(cast, made).value, desk(cast, made).title) == (1500, "Our desk")


# --- What both sides have signed stays ----------------------------------------------------------------------


def agree_on_contract(cast, relationship):
    with acting(cast.amara, relationship):
        agreement = actions.propose_agreement(
            relationship=relationship, kind=Agreement.Kind.CONTRACT, title="Desk", now=NOW,
            content=[{"label": "Value", "before": "", "after": "1,000.00 GBP"}], actor=cast.amara, side=Side.CUSTOMER,
        )  # fmt: skip
    with acting(cast.jonas, relationship):
        sign(
            agreement_id=agreement.pk,
            version=1,
            actor=cast.jonas,
            side=Side.PROVIDER,
            now=NOW + timedelta(days=1),
        )


def in_own(cast):
    """A contract of the relationship that both organisations are in, as an import would have written it down."""
    Organisation.objects.filter(pk=cast.northwind.pk).update(reference="GB-1")
    with scope.acting_as(organisation_id=cast.northwind.pk, relationship_ids=[cast.own.pk]):
        Relationship.objects.filter(pk=cast.own.pk).update(reference="ocds-1")
        for one in parse_package(first())[0].deals[0].contracts:
            write_contract(cast.own, one, "MASTER", None, None, NOW)
        cast.own.refresh_from_db()
    return cast.own


def test_what_both_sides_signed_is_reported_instead(cast):
    own = in_own(cast)
    agree_on_contract(cast, own)
    done = update(cast, own, newer())
    assert not done.changes
    assert [(one.name, str(one.kept)) for one in done.kept] == [
        ("value", "both sides have signed what is written down"),
        ("ends_on", "both sides have signed what is written down"),
    ]
    now = desk(cast, own, reference="C1")
    assert (now.value, now.version) == (1000, 1)
    # What stands beside the terms comes in.
    assert (done.new_amendments, done.new_documents) == (1, 1)
    assert update(cast, own, newer()).is_nothing


def test_a_proposal_that_waits_or_was_declined_holds_nothing_up(cast):
    own = in_own(cast)
    with acting(cast.amara, own):
        agreement = actions.propose_agreement(
            relationship=own, kind=Agreement.Kind.CONTRACT, title="Desk", content=[], actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    with acting(cast.jonas, own):
        actions.decline_agreement(
            agreement_id=agreement.pk, version=1, actor=cast.jonas, side=Side.PROVIDER, now=NOW, reason="No"
        )
    assert update(cast, own, newer()).changed == 1


# --- Trees that grow -------------------------------------------------------------------------------------------


def test_an_award_becomes_its_contract(cast):
    made = found(cast, package(release()))
    assert desk(cast, made).reference == "1"
    done = update(cast, made, first())
    now = desk(cast, made)
    assert (now.reference, now.value) == ("C1", 1000)
    assert (done.new_contracts, done.new_amendments) == (0, 1)
    # The award alone is known under its own number still.
    before = state(cast, made)
    assert update(cast, made, package(release())).is_nothing
    assert state(cast, made) == before


def test_new_work_orders_stand_under_their_award(cast):
    orders = [{"id": "a", "awardID": "1", "title": "First"}, {"id": "b", "awardID": "1", "title": "Second"}]
    made = found(cast, package(release(contracts=orders)))
    more = [
        *orders,
        {"id": "c", "awardID": "1", "title": "Third", "amendments": [{"id": "x", "description": "More"}]},
    ]
    done = update(cast, made, package(release(contracts=more)))
    assert done.new_contracts == 1
    with acting(cast.amara, made):
        tree = queries.contract_tree(made, on=NOW.date())
    assert [(branch.depth, branch.contract.title) for branch in tree] == [
        (0, "Service desk"), (1, "First"), (1, "Second"), (1, "Third"), (2, "More"),
    ]  # fmt: skip


def test_a_second_contract_of_an_award_stands_beside_the_first(cast):
    made = found(cast)
    second = {"id": "C2", "awardID": "1", "title": "Phones"}
    done = update(cast, made, package(release(contracts=[contract(), second])))
    assert done.new_contracts == 1
    with acting(cast.amara, made):
        tops = Contract.objects.filter(relationship=made, kind="MASTER").order_by("pk")
        assert [top.title for top in tops] == ["Desk", "Phones"]
    before = state(cast, made)
    assert update(cast, made, package(release(contracts=[contract(), second]))).is_nothing
    assert state(cast, made) == before


def test_a_second_award_is_a_master_agreement_of_its_own(cast):
    made = found(cast)
    twice = package(release(awards=[award(), award(id="2", title="Phones")], contracts=[contract()]))
    assert update(cast, made, twice).new_contracts == 1
    assert desk(cast, made, reference="2").kind == "MASTER"
    assert update(cast, made, twice).is_nothing


def test_days_that_do_not_go_together_stay_as_they_are(cast):
    made = found(cast)
    late = package(release(contracts=[contract(period={"startDate": "2028-01-01"})]))
    done = update(cast, made, late)
    assert [(one.name, str(one.kept)) for one in done.kept] == [
        ("starts_on", "it would end before it starts")
    ]
    assert done.is_nothing


def test_an_amendment_without_a_number_is_known_by_its_day_and_words(cast):
    unnumbered = {"date": "2025-05-01", "rationale": "Demand grew"}
    made = found(cast, package(release(contracts=[contract(amendments=[unnumbered])])))
    again = contract(amendments=[{"date": "2024-01-01", "rationale": "Earlier"}, unnumbered])
    assert update(cast, made, package(release(contracts=[again]))).new_amendments == 1


# --- Which relationship it is -----------------------------------------------------------------------------------


def test_another_supplier_of_the_same_process_is_not_mistaken_for_the_first(cast):
    made = found(cast)
    others = package(release(awards=[award(id="2", suppliers=[{"id": "GB-COH-2", "name": "Rival"}])]))
    process = parse_package(others)[0]
    with acting(cast.amara, made):
        plan = queries.plan_import([process], cast.northwind, {made.pk})
        assert [(one.reference, one.known) for one in plan.new] == [
            (f"ocds-1/GB-COH-2@{cast.northwind.pk}", None)
        ]
        second = actions.import_own_deal(actor=cast.amara, now=NOW, **deal_of(others))
        again = queries.plan_import([process], cast.northwind, {made.pk})
        assert [one.known for one in again.known] == [second]
        # The first is found again in whatever order the package names the two.
        both = package(
            release(awards=[award(id="2", suppliers=[{"id": "GB-COH-2", "name": "Rival"}]), award()])
        )
        found_again = queries.plan_import(parse_package(both), cast.northwind, {made.pk, second.pk})
    assert not found_again.new
    assert {one.known: one.deal.supplier.name for one in (*found_again.updates, *found_again.known)} == {
        made: "Brightwater",
        second: "Rival",
    }


def test_a_supplier_who_was_renamed_is_known_by_the_contract(cast):
    made = found(cast)
    renamed = package(
        release(awards=[award(suppliers=[{"name": "Brightwater Holdings"}])], contracts=[contract()])
    )
    with acting(cast.amara, made):
        plan = queries.plan_import(parse_package(renamed), cast.northwind, {made.pk})
    assert [one.known for one in plan.known] == [made]


def test_a_release_that_names_nobody_reaches_the_contract_that_is_here(cast):
    made = found(cast)
    amended = {"ocid": "ocds-1", "date": "2026-02-01", "contracts": [
        {"id": "C1", "amendments": [{"id": "A9", "description": "Price index"}]}]}  # fmt: skip
    elsewhere = {**amended, "ocid": "ocds-7"}
    with acting(cast.amara, made):
        plan = queries.plan_import(parse_package(package(amended, elsewhere)), cast.northwind, {made.pk})
    assert [(one.known, one.comparison.new_amendments) for one in plan.updates] == [(made, 1)]
    assert not plan.remarks
    assert [remark.ocid for remark in plan.left_out] == ["ocds-7"]


def test_planning_asks_as_much_for_many_as_for_one(cast):
    asked = []
    for many in (range(1), range(6)):
        for number in many:
            try:
                with acting(cast.amara):
                    actions.import_own_deal(
                        actor=cast.amara,
                        now=NOW,
                        **deal_of(package(release(ocid=f"ocds-{number}", contracts=[contract()]))),
                    )
            except actions.IsHereAlready:
                continue
        content = package(*(release(ocid=f"ocds-{number}", contracts=[contract()]) for number in many))
        with acting(cast.amara), CaptureQueriesContext(connection) as counted:
            ids = set(Relationship.objects.values_list("pk", flat=True))
            plan = queries.plan_import(parse_package(content), cast.northwind, ids)
        assert len(plan.known) == len(many)
        asked.append(len(counted))
    assert asked[0] == asked[1] <= 8


# --- In the browser ------------------------------------------------------------------------------------------


def test_a_person_sees_what_changes_before_it_does(cast):
    made = found(cast)
    client = client_for(cast.amara)
    before = state(cast, made)
    page = client.post(ADDRESS, upload(newer())).content.decode()
    assert state(cast, made) == before
    for said in (
        "What will be brought up to date",
        "1,000.00",
        "1,500.00",
        "One new amendment",
        "One new document",
    ):
        assert said in page
    answer = client.post(ADDRESS, {"package": digest_in(page), "update": [made.pk]}, follow=True)
    said = answer.content.decode()
    assert "1 relationship is up to date now." in said
    assert "Brought up to date" in said
    assert desk(cast, made).value == 1500
    again = client.post(ADDRESS, upload(newer())).content.decode()
    assert "What will be brought up to date" not in again
    assert "Here already, unchanged" in again


def test_what_stays_is_said_with_the_reason(cast):
    own = in_own(cast)
    agree_on_contract(cast, own)
    page = client_for(cast.amara).post(ADDRESS, upload(newer())).content.decode()
    assert "Different, and left as it is" in page
    assert "both sides have signed what is written down" in page


def test_who_may_not_change_contracts_updates_none(cast):
    own = in_own(cast)
    before = state(cast, own)
    client = client_for(cast.helen)  # an executive reads
    page = client.post(ADDRESS, upload(newer())).content.decode()
    assert "What will be brought up to date" not in page
    assert "your role does not include changing contracts" in page
    digest = shelf.put(cast.helen, newer())
    client.post(ADDRESS, {"package": digest, "update": [own.pk]})
    assert state(cast, own) == before


def test_somebody_elses_relationship_is_out_of_reach(cast):
    own = in_own(cast)
    before = state(cast, own)
    client = client_for(cast.outsider)
    page = client.post(ADDRESS, upload(newer())).content.decode()
    assert own.name not in page
    client.post(ADDRESS, {"package": shelf.put(cast.outsider, newer()), "update": [own.pk]})
    assert state(cast, own) == before


# --- The operator ----------------------------------------------------------------------------------------------


def run(**options) -> str:
    out = StringIO()
    call_command("import_ocds", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def imported(db, tmp_path):
    (tmp_path / "first.json").write_bytes(first())
    (tmp_path / "newer.json").write_bytes(newer())
    run(file=[tmp_path / "first.json"])
    return tmp_path / "newer.json"


def test_the_command_updates_and_is_safe_to_repeat(imported):
    said = run(file=[imported])
    assert "ocds-1: updated (1 changed, 1 amendments, 1 documents)" in said
    assert "1 processes read: 0 relationships made, 1 updated, 0 unchanged, 1 remarks." in said
    assert "0 relationships made, 0 updated, 1 unchanged, 0 remarks." in run(file=[imported])
    customer = Organisation.objects.get(reference="GB-1")
    with scope.acting_as(organisation_id=customer.pk):
        made = Relationship.objects.get(reference="ocds-1")
    with scope.acting_as(organisation_id=customer.pk, relationship_ids=[made.pk]):
        assert Contract.objects.get(relationship=made, kind="MASTER").value == 1500
        line = TimelineEntry.objects.filter(relationship=made).first()
        assert (line.actor, line.side) == (None, "")
        assert line.text.startswith("Newer public contracting data taken over")


def test_the_command_leaves_what_somebody_wrote_by_hand(cast, imported):
    customer = Organisation.objects.get(reference="GB-1")
    with scope.acting_as(organisation_id=customer.pk):
        made = Relationship.objects.get(reference="ocds-1")
    with scope.acting_as(person_id=cast.amara.pk, organisation_id=customer.pk, relationship_ids=[made.pk]):
        old = Contract.objects.get(relationship=made, kind="MASTER")
        actions.change_contract(
            contract=old, version=1, actor=cast.amara, side=Side.CUSTOMER, now=NOW,
            terms=actions.ContractTerms(
                title=old.title, reference="C1", value=Decimal(1200), starts_on=old.starts_on, ends_on=old.ends_on
            ),
        )  # fmt: skip
    said = run(file=[imported])
    assert (
        "“Desk”, Value: 1,200.00 GBP stays (somebody wrote it by hand); the register says 1,500.00 GBP."
        in said
    )
    with scope.acting_as(organisation_id=customer.pk, relationship_ids=[made.pk]):
        now = Contract.objects.get(relationship=made, kind="MASTER")
        assert (now.value, now.ends_on) == (1200, date(2027, 12, 31))


def test_a_real_award_is_corrected_by_its_later_release(db, tmp_path):
    whole = json.loads(real("contracts_finder_ocds", "release_package.json"))
    by_process: dict[str, list] = {}
    for one in whole["releases"]:
        by_process.setdefault(one["ocid"], []).append(one)
    (twice,) = [
        sorted(several, key=lambda one: one["date"]) for several in by_process.values() if len(several) > 1
    ]
    for number, one in enumerate(twice):
        (tmp_path / f"{number}.json").write_text(json.dumps({"releases": [one]}))
    assert "1 relationships made" in run(file=[tmp_path / "0.json"], quiet=True)
    run(file=[tmp_path / "1.json"], quiet=True)
    for _ in range(2):
        assert "0 relationships made, 0 updated, 1 unchanged" in run(
            file=[tmp_path / "0.json", tmp_path / "1.json"], quiet=True
        )
    customer = Organisation.objects.get(name="Ofcom")
    with scope.acting_as(organisation_id=customer.pk):
        assert Relationship.objects.get().customer == customer


@pytest.mark.django_db(databases=["default", "batch"], transaction=True)
def test_the_command_reaches_contracts_whose_newer_release_names_nobody(imported, tmp_path):
    amended = {"ocid": "ocds-1", "date": "2026-02-01", "contracts": [
        {"id": "C1", "value": {"amount": 1700, "currency": "GBP"}, "amendments": [{"id": "A9", "description": "Index"}]}
    ]}  # fmt: skip
    unknown = {**amended, "ocid": "ocds-8"}
    (tmp_path / "amended.json").write_bytes(package(amended, unknown))
    said = run(file=[tmp_path / "amended.json"])
    assert "ocds-1: updated (1 changed, 1 amendments)" in said
    assert "ocds-1: It names no buyer" not in said
    assert "ocds-8: It names no buyer" in said
    assert "0 relationships made, 1 updated, 0 unchanged" in said
    assert "0 relationships made, 0 updated, 1 unchanged" in run(file=[tmp_path / "amended.json"])
