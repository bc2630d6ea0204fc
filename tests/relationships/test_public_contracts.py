"""Taking over relationships from public data: for one's own organisation by upload, for the operator by command."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Person
from portal.lib import scope
from relationships import actions, queries, shelf
from relationships.models import Contract, ContractDocument, Relationship, Role, Seat, Side
from relationships.ocds import parse_package
from relationships.ocds.references import LONGEST, register_reference
from tests.cast import NOW, acting, client_for
from tests.relationships.test_ocds import REAL_DATA, award, package, real, release

ADDRESS = "/relationships/import/"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def upload(content: bytes, name: str = "package.json") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, "application/json")}


def rich() -> bytes:
    contract = {
        "id": "C1", "awardID": "1", "title": "Desk", "value": {"amount": 1000, "currency": "GBP"},
        "documents": [{"id": "d", "url": "https://a.example/1", "title": "Notice"}],
        "amendments": [{"id": "A1", "date": "2025-05-01", "description": "Longer hours"}],
    }  # fmt: skip
    bought = release(contracts=[contract], planning={})
    sold = release(
        ocid="ocds-2", buyer={"name": "Elsewhere"}, awards=[award(suppliers=[{"name": "NORTHWIND"}])]
    )
    foreign = release(ocid="ocds-3", buyer={"name": "Elsewhere"})
    unawarded = release(ocid="ocds-4", awards=[])
    return package(bought, sold, foreign, unawarded, release(ocid=None))


def deal_of(content: bytes):
    process = parse_package(content)[0]
    return {"process": process, "deal": process.deals[0]}


def as_operator(**more):
    with scope.acting_as():
        return actions.import_public_deal(now=NOW, **more)


@pytest.fixture
def operator(db):
    return Person.objects.create_user("op@portal.example", full_name="Operator", joined_at=NOW)


def digest_in(page: str) -> str:
    return page.split('name="package" value="')[1][:64]


# --- One's own organisation -----------------------------------------------------------------------------------


def test_a_preview_founds_nothing_and_says_everything(cast):
    client = client_for(cast.amara)
    assert "Contracts that Northwind has published or won" in client.get(ADDRESS).content.decode()
    page = client.post(ADDRESS, upload(rich())).content.decode()
    assert "5 contracting processes were read" in page
    assert page.count('name="take"') == 2
    assert "The section “planning” has no place here" in page
    assert "Your organisation is no party: Elsewhere buys from Brightwater." in page
    assert "Nobody has been awarded a contract yet." in page
    assert "It has no ocid" in page
    with acting(cast.amara):
        assert Relationship.objects.exclude(pk=cast.own.pk).count() == 0


def test_confirming_takes_over_what_is_ticked_for_the_own_side_alone(cast):
    client = client_for(cast.amara)
    page = client.post(ADDRESS, upload(rich())).content.decode()
    mine = f"ocds-1@{cast.northwind.pk}"
    answer = client.post(
        ADDRESS, {"package": digest_in(page), "take": [mine, "ocds-3", "forged"]}, follow=True
    )
    shown = answer.content.decode()
    assert "1 relationship is here now." in shown
    assert "Service desk (Brightwater)" in shown
    with acting(cast.amara):
        made = Relationship.objects.get(reference=mine)
        assert (made.customer, made.provider, made.accepted_at) == (cast.northwind, None, None)
        seat = Seat.objects.get(relationship=made)
        assert (seat.person, seat.role) == (cast.amara, Role.LEAD)
        contracts = {c.kind: c for c in Contract.objects.filter(relationship=made)}
        assert contracts["AMENDMENT"].parent == contracts["MASTER"]
        assert contracts["AMENDMENT"].title == "Longer hours"
        assert ContractDocument.objects.get(contract=contracts["MASTER"]).url == "https://a.example/1"
    assert client.get(f"/relationships/{made.pk}/contracts/").status_code == 200
    assert client_for(cast.jonas).get(f"/relationships/{made.pk}/contracts/").status_code == 404
    assert (
        client_for(cast.ruth).get(f"{ADDRESS}?made={made.pk}").content.decode().count("Service desk (") == 0
    )


def test_a_second_import_finds_everything_here(cast):
    client = client_for(cast.amara)
    taken = [f"ocds-1@{cast.northwind.pk}", f"ocds-2@{cast.northwind.pk}"]
    for _ in range(2):
        page = client.post(ADDRESS, upload(rich())).content.decode()
        if "Take over what is ticked" in page:
            client.post(ADDRESS, {"package": digest_in(page), "take": taken})
    assert "Nothing to take over" in page
    assert "Here already" in page
    with acting(cast.amara):
        sides = Relationship.objects.filter(reference__in=taken).order_by("reference")
        assert [r.side_of(cast.northwind.pk) for r in sides] == [Side.CUSTOMER, Side.PROVIDER]


def test_confirming_twice_or_something_else_makes_nothing(cast):
    client = client_for(cast.amara)
    digest = digest_in(client.post(ADDRESS, upload(rich())).content.decode())
    nothing = client.post(ADDRESS, {"package": digest}, follow=True).content.decode()
    assert "Nothing was chosen that is not here already" in nothing
    take = {"take": f"ocds-1@{cast.northwind.pk}"}
    for wrong in ("f" * 64, "../../etc/passwd", ""):
        said = client.post(ADDRESS, {"package": wrong, **take}, follow=True).content.decode()
        assert "The package is no longer here" in said
    # Somebody else's package is not mine to confirm.
    other = client_for(cast.ruth).post(ADDRESS, {"package": digest, **take}, follow=True).content.decode()
    assert "The package is no longer here" in other
    assert client.post(ADDRESS, {"package": digest, **take}).status_code == 302
    again = client.post(ADDRESS, {"package": digest, **take}, follow=True).content.decode()
    assert "The package is no longer here" in again


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "no JSON"),
        (b'{"a": 1}', "neither a release package"),
        (b"", "The file is empty"),
        (b"[" * 600_000, "too many parts"),
        (b'{"releases":' + b"[" * 900 + b"]" * 900 + b"}", "nested too deeply"),
        (b" " * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
    ids=["cut off", "other", "empty", "parts", "deep", "huge"],
)
def test_hostile_files_are_answered_at_the_field(cast, content, said):
    answer = client_for(cast.amara).post(ADDRESS, upload(content))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_nothing_chosen_is_said(cast):
    assert "This field is required" in client_for(cast.amara).post(ADDRESS).content.decode()


def test_who_may_import(cast):
    assert client_for(cast.nobody).get(ADDRESS).status_code == 404
    assert client_for().get(ADDRESS).status_code == 302
    assert client_for(cast.owen).get(ADDRESS).status_code == 200


def test_only_a_party_takes_over_and_only_once(cast):
    given = deal_of(package(release()))
    with acting(cast.outsider), pytest.raises(actions.NotAParty):
        actions.import_own_deal(actor=cast.outsider, now=NOW, **given)
    with acting(cast.nobody), pytest.raises(actions.NotAParty):
        actions.import_own_deal(actor=cast.nobody, now=NOW, **given)
    with acting(cast.amara), pytest.raises(actions.NotAParty):
        actions.import_own_deal(actor=cast.amara, now=NOW, **deal_of(package(release(ocid=None))))
    with acting(cast.amara):
        actions.import_own_deal(actor=cast.amara, now=NOW, **given)
    with acting(cast.ruth), pytest.raises(actions.IsHereAlready):
        actions.import_own_deal(actor=cast.ruth, now=NOW, **given)


def test_both_parties_may_take_the_same_process_over_each_for_itself(cast):
    given = deal_of(package(release()))
    with acting(cast.amara):
        bought = actions.import_own_deal(actor=cast.amara, now=NOW, **given)
    with acting(cast.jonas):
        sold = actions.import_own_deal(actor=cast.jonas, now=NOW, **given)
    assert (bought.provider, sold.customer) == (None, None)
    assert bought.reference != sold.reference
    assert sold.name == "Service desk (Northwind)"


def test_what_the_operator_took_over_is_here_for_its_parties(cast, operator):
    Organisation.objects.filter(pk=cast.northwind.pk).update(reference="GB-1")
    cast.northwind.refresh_from_db()
    given = deal_of(package(release()))
    made = as_operator(operator=operator, **given)
    with acting(cast.amara):
        plan = queries.plan_import([given["process"]], cast.northwind)
        assert [one.known for one in plan.known] == [made]
        with pytest.raises(actions.IsHereAlready):
            actions.import_own_deal(actor=cast.amara, now=NOW, **given)


def test_a_colleague_who_is_faster_takes_nothing_away(cast, monkeypatch):
    client = client_for(cast.amara)
    digest = digest_in(client.post(ADDRESS, upload(rich())).content.decode())
    plan = queries.plan_import

    def planned_before_the_colleague(processes, own, may_change):
        found = plan(processes, own, may_change)
        with acting(cast.ruth):
            actions.import_own_deal(actor=cast.ruth, now=NOW, **deal_of(rich()))
        with scope.acting_as(
            person_id=cast.amara.pk, organisation_id=own.pk, relationship_ids=(cast.own.pk,)
        ):
            pass
        return found

    monkeypatch.setattr(queries, "plan_import", planned_before_the_colleague)
    take = [f"ocds-1@{cast.northwind.pk}", f"ocds-2@{cast.northwind.pk}"]
    said = client.post(ADDRESS, {"package": digest, "take": take}, follow=True).content.decode()
    assert "1 relationship is here now." in said


def test_planning_asks_one_question_however_long_the_package(cast):
    with acting(cast.amara):
        for count in (1, 30):
            processes = parse_package(package(*(release(ocid=f"ocds-{n}") for n in range(count))))
            with CaptureQueriesContext(connection) as asked:
                plan = queries.plan_import(processes, cast.northwind)
            assert (len(asked), len(plan.new)) == (1, count)


def test_the_shelf_keeps_one_package_per_person(cast):
    first, second = shelf.put(cast.amara, b"one"), shelf.put(cast.amara, b"two")
    assert shelf.get(cast.amara, first) is None
    assert shelf.get(cast.amara, second) == b"two"
    assert shelf.get(cast.ruth, second) is None
    shelf.clear(cast.amara)
    assert shelf.get(cast.amara, second) is None


def test_several_contracts_of_one_award_stand_under_it(cast):
    orders = [{"id": "a", "awardID": "1", "title": "First"}, {"id": "b", "awardID": "1", "title": "Second"}]
    with acting(cast.amara):
        made = actions.import_own_deal(
            actor=cast.amara, now=NOW, **deal_of(package(release(contracts=orders)))
        )
        tree = queries.contract_tree(made, on=NOW.date())
    assert [(branch.depth, branch.contract.title) for branch in tree] == [
        (0, "Service desk"), (1, "First"), (1, "Second"),
    ]  # fmt: skip


# --- The operator ---------------------------------------------------------------------------------------------


def test_the_operator_names_both_as_the_register_does(operator):
    provenance = actions.Provenance("OGL v3.0", is_invented=True)
    made = as_operator(operator=operator, provenance=provenance, **deal_of(rich()))
    assert (made.customer.name, made.customer.reference) == ("Northwind", "GB-1")
    assert (made.provider.name, made.provider.reference) == ("Brightwater", "GB-COH-1")
    assert (made.accepted_by, made.attribution, made.stage) == (operator, "OGL v3.0", "5_WORKING_TOGETHER")
    assert made.is_invented
    assert made.customer.is_invented
    with scope.acting_as(organisation_id=made.customer_id, relationship_ids=[made.pk]):
        assert Contract.objects.filter(relationship=made).count() == 2
        assert not Seat.objects.filter(relationship=made).exists()
    with pytest.raises(actions.IsHereAlready):
        as_operator(operator=operator, **deal_of(rich()))


def test_organisations_are_found_again_by_identifier_or_name_but_never_guessed(cast, operator):
    """An organisation that registered itself is not a register's organisation of the same name."""
    first = as_operator(operator=operator, **deal_of(package(release())))
    assert first.customer != cast.northwind
    renamed = package(release(ocid="ocds-2", buyer={"id": "GB-1", "name": "Northwind Group"}))
    assert as_operator(operator=operator, **deal_of(renamed)).customer == first.customer
    unnumbered = package(release(ocid="ocds-3", buyer={"name": "NORTHWIND"}))
    assert as_operator(operator=operator, **deal_of(unnumbered)).customer == first.customer
    new = package(release(ocid="ocds-4", buyer={"name": "Brand New"}))
    made = as_operator(operator=operator, **deal_of(new))
    assert made.customer.reference == "name:brand new"
    sells = package(release(ocid="ocds-5", awards=[award(suppliers=[{"id": "GB-1", "name": "Northwind"}])],
                            buyer={"name": "Brand New"}))  # fmt: skip
    assert as_operator(operator=operator, **deal_of(sells)).provider == first.customer
    first.customer.refresh_from_db()
    assert first.customer.is_provider


def test_what_the_operator_cannot_take_over(operator):
    alone = package(release(awards=[award(suppliers=[{"id": "GB-1", "name": "Northwind"}])]))
    with pytest.raises(actions.SameOrganisationTwice):
        as_operator(operator=operator, **deal_of(alone))
    assert not Organisation.objects.filter(reference="GB-1").exists()
    for incomplete in (release(buyer={}), release(ocid="")):
        with pytest.raises(actions.NotAParty):
            as_operator(operator=operator, **deal_of(package(incomplete)))


def test_a_race_for_one_reference_has_one_winner(operator):
    given = deal_of(package(release()))
    made = as_operator(operator=operator, **given)
    moved = deal_of(package(release(buyer={"id": "GB-9", "name": "Somebody else"})))
    with pytest.raises(actions.IsHereAlready):  # its reference is taken where this buyer cannot see it
        as_operator(operator=operator, **moved)
    assert made.reference == "ocds-1"


def test_references_of_several_suppliers_differ_and_fit():
    process = parse_package(
        package(release(awards=[award(suppliers=[{"name": "One"}, {"name": "T" * 200}])]))
    )[0]
    first, second = (register_reference(process, deal) for deal in process.deals)
    assert first == "ocds-1"
    assert second.startswith("ocds-1/TTT")
    assert len(second) == LONGEST


def run(**options: Any) -> str:
    out = StringIO()
    call_command("import_ocds", stdout=out, **options)
    return out.getvalue()


def test_the_command_reports_and_is_safe_to_repeat(db, tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(rich())
    first = run(file=[file], attribution="Somebody, some licence")
    assert "5 processes read: 3 relationships made, 0 updated, 0 unchanged" in first
    assert "ocds-4: No supplier has been awarded" in first
    assert "(no ocid)" in first
    assert "5 processes read: 0 relationships made, 0 updated, 3 unchanged" in run(
        folder=[tmp_path], quiet=True
    )
    register = Person.objects.get(email="public.register@import.invalid")
    assert not register.is_active


def test_the_attribution_comes_from_the_package_when_none_is_given(db, tmp_path):
    whole = json.loads(package(release()))
    whole |= {"publisher": {"name": "Register"}, "license": "https://licence.example/"}
    (tmp_path / "a.json").write_text(json.dumps(whole))
    (tmp_path / "b.json").write_text(json.dumps(whole | {"publisher": "nonsense", "license": None}))
    run(folder=[tmp_path], as_invented=True)
    customer = Organisation.objects.get(reference="GB-1")
    with scope.acting_as(organisation_id=customer.pk):
        made = Relationship.objects.get(reference="ocds-1")
        assert made.attribution == "Register, https://licence.example/"


def test_the_command_refuses_clearly(db, tmp_path):
    with pytest.raises(CommandError, match="Name a --file"):
        run()
    with pytest.raises(CommandError, match="No such file"):
        run(file=[tmp_path / "absent.json"])
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(CommandError, match="no JSON"):
        run(folder=[tmp_path])


def test_all_real_contracts_come_in(db):
    real("contracts_finder_ocds", "release_package.json")
    said = run(folder=[REAL_DATA / "contracts_finder_ocds"], quiet=True)
    assert "47 processes read: 47 relationships made, 0 updated, 0 unchanged, 0 remarks." in said
    said = run(folder=[Path(REAL_DATA / "contracts_finder_ocds")], quiet=True)
    assert "47 processes read: 0 relationships made, 0 updated, 47 unchanged, 0 remarks." in said
    university = Organisation.objects.get(name="University Of Worcester")
    with scope.acting_as(organisation_id=university.pk):
        bought = Relationship.objects.filter(customer=university)
        assert bought.count() == 2
        assert all("open-government-licence" in relationship.attribution for relationship in bought)


def test_real_samples_come_in_as_invented(db):
    real("ocds_sample", "ppp_full_release_package.json")
    said = run(folder=[REAL_DATA / "ocds_sample"], as_invented=True)
    assert "2 processes read: 2 relationships made" in said
    assert Organisation.objects.get(name="Telecoms Promoter").is_invented


def test_somebody_of_a_real_buyer_imports_their_own(cast):
    content = real("contracts_finder_ocds", "release_package.json")
    Organisation.objects.filter(pk=cast.northwind.pk).update(name="University of Worcester")
    client = client_for(cast.amara)
    page = client.post(ADDRESS, upload(content)).content.decode()
    assert page.count('name="take"') == 2
    assert "45 processes, each with the reason" in page
