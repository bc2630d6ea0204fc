"""The tree of contracts: who may write it, what is refused, and two people who change it at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from relationships import actions, queries
from relationships.actions import ContractTerms
from relationships.models import Contract, ContractDocument, Side, TimelineEntry
from tests.cast import NOW, acting, client_for

PDF = b"%PDF-1.7\n%%EOF\n"
TODAY = NOW.date()
FORM = {
    "title": "Master agreement",
    "reference": "MA-1",
    "value": "12400000.50",
    "currency": "gbp",
    "signed_on": "2023-11-20",
    "starts_on": "2024-01-01",
    "ends_on": "2026-12-31",
    "notice_by_on": "2026-04-09",
    "accountable": "",
    "accountable_name": "",
    "notes": "",
}


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def write(cast, kind="MASTER", parent=None, **terms):
    with acting(cast.amara, cast.own):
        return actions.add_contract(
            relationship=cast.own,
            kind=kind,
            parent=parent,
            terms=ContractTerms(**{"title": f"A {kind}", **terms}),
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )


def tree(cast):
    with acting(cast.amara, cast.own):
        return queries.contract_tree(cast.own, on=TODAY)


def test_the_tree_reads_parents_before_children(cast):
    second = write(cast, title="Second", starts_on=date(2025, 1, 1))
    first = write(cast, title="First", starts_on=date(2024, 1, 1))
    order = write(cast, "WORK_ORDER", first, title="Order")
    write(cast, "AMENDMENT", order, title="Amendment of the order")
    write(cast, "AMENDMENT", second, title="Amendment of the second")
    assert [(branch.depth, branch.contract.title) for branch in tree(cast)] == [
        (0, "First"),
        (1, "Order"),
        (2, "Amendment of the order"),
        (0, "Second"),
        (1, "Amendment of the second"),
    ]
    assert [contract.title for contract in tree(cast)[2].ancestors] == ["First", "Order"]


@pytest.mark.parametrize(
    ("days", "near", "passed"),
    [(-1, False, True), (0, True, False), (90, True, False), (91, False, False), (None, False, False)],
)
def test_notice_is_near_for_ninety_days(cast, days, near, passed):
    write(cast, notice_by_on=None if days is None else TODAY + timedelta(days=days))
    (branch,) = tree(cast)
    assert (branch.notice_is_near, branch.notice_has_passed) == (near, passed)


def test_only_fitting_parents(cast):
    master = write(cast)
    order = write(cast, "WORK_ORDER", master)
    amendment = write(cast, "AMENDMENT", order)
    for kind, parent in (
        ("MASTER", master),
        ("WORK_ORDER", None),
        ("WORK_ORDER", order),
        ("AMENDMENT", None),
        ("AMENDMENT", amendment),
    ):
        with pytest.raises(actions.ParentDoesNotFit):
            write(cast, kind, parent)


def test_a_contract_of_another_relationship_is_no_parent(cast):
    with acting(cast.outsider, cast.foreign):
        foreign = Contract.objects.create(
            relationship=cast.foreign, kind="MASTER", title="Theirs", created_at=NOW
        )
    with pytest.raises(actions.ParentDoesNotFit):
        write(cast, "WORK_ORDER", foreign)


def test_the_accountable_person_sits_on_the_customers_side(cast):
    assert write(cast, accountable=cast.priya).accountable == cast.priya
    for person in (cast.jonas, cast.owen, cast.outsider):
        with pytest.raises(actions.NotAccountable):
            write(cast, accountable=person)


def test_somebody_stays_accountable_when_their_seat_ends(cast):
    contract = write(cast, accountable=cast.priya)
    with acting(cast.amara, cast.own):
        actions.end_seat(seat=cast.seats["priya"], actor=cast.amara, side=Side.CUSTOMER, now=NOW)
    client = client_for(cast.amara)
    page = client.get(f"/contracts/{contract.pk}/terms/").content.decode()
    assert "Priya Nair" in page
    answer = client.post(
        f"/contracts/{contract.pk}/terms/", {**FORM, "accountable": cast.priya.pk, "version": 1}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "MASTER", "parent": "self"},
        {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)},
        {"value": Decimal(-1)},
    ],
)
def test_the_database_refuses_what_makes_no_contract(cast, wrong):
    master = write(cast)
    fields = {"kind": "MASTER", "title": "x", "created_at": NOW, "relationship": cast.own, **wrong}
    if fields.get("parent") == "self":
        fields["parent"] = master
    with acting(cast.amara, cast.own), pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(**fields)


def test_writing_down_by_the_form(cast):
    client = client_for(cast.lena)
    new = f"/relationships/{cast.own.pk}/contracts/new/"
    answer = client.post(new, {**FORM, "accountable_name": "The board"})
    with acting(cast.lena, cast.own):
        master = Contract.objects.get(title="Master agreement")
        event = TimelineEntry.objects.get(about=f"contract:{master.pk}")
    assert answer.url == f"/contracts/{master.pk}/"
    assert (master.value, master.currency, master.created_by) == (Decimal("12400000.50"), "GBP", cast.lena)
    assert (event.text, event.side) == ("wrote down “Master agreement”", "PROVIDER")
    answer = client.post(f"{new}?kind=AMENDMENT&under={master.pk}", {**FORM, "title": "Amendment 1"})
    page = client.get(answer.url).content.decode()
    assert f'href="/contracts/{master.pk}/"' in page
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/relationships/{cast.own.pk}/contracts/").content.decode()
    assert "12,400,000.50" in page
    assert "in 30 days" in page
    assert "The board" in page
    assert "Nobody named yet" in page
    assert "One contract names nobody" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_on": "2023-01-01"}, "cannot end before it starts"),
        ({"notice_by_on": "2027-06-01"}, "Notice has to be given before the contract ends"),
        ({"value": "-5"}, "greater than or equal to 0"),
        ({"value": "NaN"}, "Enter a number"),
        ({"currency": "pounds"}, "at most 3 characters"),
        ({"title": ""}, "This field is required"),
        ({"accountable": "999999"}, "Select a valid choice"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_kept(cast, typed, said):
    answer = client_for(cast.amara).post(
        f"/relationships/{cast.own.pk}/contracts/new/", {**FORM, "notes": "kept words", **typed}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "kept words" in page


@pytest.mark.parametrize("query", ["?kind=NONSENSE", "?kind=WORK_ORDER", "?kind=MASTER&under={foreign}"])
def test_a_form_for_nonsense_is_not_there(cast, query):
    with acting(cast.outsider, cast.foreign):
        foreign = Contract.objects.create(
            relationship=cast.foreign, kind="MASTER", title="Theirs", created_at=NOW
        )
    address = f"/relationships/{cast.own.pk}/contracts/new/{query.format(foreign=foreign.pk)}"
    assert client_for(cast.amara).get(address).status_code == 404


def test_two_people_who_change_at_once_both_see_both_values(cast):
    contract = write(cast, title="Old title", value=Decimal(100))
    address = f"/contracts/{contract.pk}/terms/"
    mine, theirs = client_for(cast.amara), client_for(cast.jonas)
    assert 'name="version" value="1"' in mine.get(address).content.decode()
    theirs.post(address, {**FORM, "title": "Their title", "value": "200", "version": "1"})
    answer = mine.post(address, {**FORM, "title": "My title", "value": "300", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Their title" in page
    assert 'value="My title"' in page
    assert "<td>200.00</td><td>300</td>" in page
    assert 'name="version" value="2"' in page
    assert mine.post(address, {**FORM, "title": "My title", "version": "2"}).status_code == 302
    with acting(cast.amara, cast.own):
        contract.refresh_from_db()
    assert (contract.title, contract.version) == ("My title", 3)


def test_a_change_without_a_version_changes_nothing(cast):
    contract = write(cast, title="Old title")
    answer = client_for(cast.amara).post(f"/contracts/{contract.pk}/terms/", {**FORM, "title": "New"})
    assert answer.status_code == 409


def test_documents_are_taken_by_content_and_handed_out_as_attachments(cast):
    contract = write(cast)
    client = client_for(cast.amara)
    address = f"/contracts/{contract.pk}/documents/"
    file = SimpleUploadedFile("../../evil.html", PDF, "text/html")
    assert client.post(address, {"name": "Signed <copy>", "file": file}).status_code == 302
    with acting(cast.amara, cast.own):
        document = ContractDocument.objects.get(contract=contract)
    assert (document.content_type, document.size) == ("application/pdf", len(PDF))
    assert document.file.name.endswith(f"{document.sha256}.pdf")
    answer = client_for(cast.jonas).get(f"/contract-documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="signed-copy.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client_for(cast.outsider).get(f"/contract-documents/{document.pk}/").status_code == 404


def test_a_document_by_address_is_a_link_and_no_file(cast):
    contract = write(cast)
    client = client_for(cast.priya)
    address = f"/contracts/{contract.pk}/documents/"
    client.post(address, {"name": "Notice", "url": "https://example.org/notice"})
    page = client.get(f"/contracts/{contract.pk}/").content.decode()
    assert 'href="https://example.org/notice" rel="noopener noreferrer nofollow"' in page
    with acting(cast.priya, cast.own):
        document = ContractDocument.objects.get(contract=contract)
    assert client.get(f"/contract-documents/{document.pk}/").status_code == 404


def test_a_document_whose_file_is_gone_is_not_there(cast):
    contract = write(cast)
    with acting(cast.amara, cast.own):
        document = ContractDocument.objects.create(
            relationship=cast.own, contract=contract, name="Lost", added_at=NOW, content_type="text/plain",
            file=ContentFile(b"x", name="x.txt"),
        )  # fmt: skip
    document.file.storage.delete(document.file.name)
    assert client_for(cast.amara).get(f"/contract-documents/{document.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give either an address or a file"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"url": "https://a.example", "file": PDF}, "Give either an address or a file"),
        ({"file": b"<svg onload=alert(1)>"}, "This kind of file is not taken"),
        ({"file": b""}, "The submitted file is empty"),
        ({"name": "", "url": "https://a.example"}, "This field is required"),
    ],
)
def test_refused_documents(cast, given, said):
    contract = write(cast)
    data = {"name": "Doc", **given}
    if "file" in data:
        data["file"] = SimpleUploadedFile("a.pdf", data["file"])
    answer = client_for(cast.amara).post(f"/contracts/{contract.pk}/documents/", data)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    with acting(cast.amara, cast.own):
        assert not ContractDocument.objects.filter(contract=contract).exists()


def test_who_may_write_contracts_down(cast):
    contract = write(cast)
    addresses = [
        f"/relationships/{cast.own.pk}/contracts/new/",
        f"/contracts/{contract.pk}/terms/",
        f"/contracts/{contract.pk}/documents/",
    ]
    for person, status in (
        (cast.priya, 200),
        (cast.lena, 200),
        (cast.helen, 403),
        (cast.customer_go_to, 403),
        (cast.outsider, 404),
        (cast.nobody, 404),
    ):
        assert [client_for(person).get(address).status_code for address in addresses] == [status] * 3
    page = client_for(cast.helen).get(f"/contracts/{contract.pk}/").content.decode()
    assert "Add a document" not in page


def test_an_empty_list_offers_the_first_step_to_those_who_may_take_it(cast):
    address = f"/relationships/{cast.own.pk}/contracts/"
    assert "Write down the master agreement" in client_for(cast.amara).get(address).content.decode()
    assert "Write down the master agreement" not in client_for(cast.helen).get(address).content.decode()


def test_more_contracts_cost_no_more_queries(cast):
    master = write(cast)
    client = client_for(cast.amara)
    pages = [f"/relationships/{cast.own.pk}/contracts/", f"/contracts/{master.pk}/"]
    client.get(pages[0])
    with CaptureQueriesContext(connection) as few:
        for page in pages:
            client.get(page)
    for _ in range(3):
        order = write(cast, "WORK_ORDER", master, accountable=cast.priya)
        with acting(cast.amara, cast.own):
            actions.link_document(
                contract=order,
                name="d",
                url="https://a.example",
                actor=cast.amara,
                side=Side.CUSTOMER,
                now=NOW,
            )
    with CaptureQueriesContext(connection) as many:
        for page in pages:
            client.get(page)
    assert len(many) == len(few)


def test_somebody_who_lost_their_seat_meanwhile_is_not_accountable(cast, monkeypatch):
    """The form still offered them; the action looks again."""
    contract = write(cast)
    offered = queries.customer_people

    def offered_before_the_seat_ended(relationship):
        return (offered(relationship) | Person.objects.filter(pk=cast.owen.pk)).distinct()

    monkeypatch.setattr(queries, "customer_people", offered_before_the_seat_ended)
    client = client_for(cast.amara)
    for address in (f"/contracts/{contract.pk}/terms/", f"/relationships/{cast.own.pk}/contracts/new/"):
        answer = client.post(address, {**FORM, "accountable": cast.owen.pk, "version": 1})
        assert answer.status_code == 200
        assert "Choose somebody with a seat on the customer&#x27;s side" in answer.content.decode()


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_numbers_that_no_row_has(cast, number):
    client = client_for(cast.amara)
    for address in ("/contracts/{}/", "/contract-documents/{}/", "/seats/{}/", "/relationships/{}/people/"):
        assert client.get(address.format(number)).status_code == 404
    new = f"/relationships/{cast.own.pk}/contracts/new/"
    assert client.get(f"{new}?kind=AMENDMENT&under={number}").status_code == 404


@pytest.mark.parametrize("under", ["9" * 5000, "٣", "99999999999999999999"])
def test_a_parent_that_cannot_be_is_none(cast, under):
    address = f"/relationships/{cast.own.pk}/contracts/new/"
    assert client_for(cast.amara).get(address, {"kind": "WORK_ORDER", "under": under}).status_code == 404
