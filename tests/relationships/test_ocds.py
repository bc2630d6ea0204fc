"""Reading packages of public contracts, also hostile ones."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships.ocds import NotOcds, parse_package, parse_packages
from relationships.ocds.contracts import MOST_OF_A_KIND, MOST_REMARKS
from relationships.ocds.deals import MOST_PAIRS
from relationships.ocds.merge import compile_releases, text_of
from relationships.ocds.model import Party, Process
from relationships.ocds.parse import MOST_BYTES, MOST_PARTS, MOST_PROCESSES
from relationships.ocds.parties import is_same_party, plain

REAL_DATA = Path(
    os.environ.get("REAL_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)


def real(*parts: str) -> bytes:
    path = REAL_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real data are absent: {'/'.join(parts)}")
    return path.read_bytes()


def package(*releases: dict[str, Any]) -> bytes:
    return json.dumps({"releases": releases}).encode()


def award(**more: Any) -> dict[str, Any]:
    return {"id": "1", "suppliers": [{"id": "GB-COH-1", "name": "Brightwater"}], **more}


def release(**more: Any) -> dict[str, Any]:
    return {
        "ocid": "ocds-1", "date": "2025-01-01T00:00:00Z", "buyer": {"id": "GB-1", "name": "Northwind"},
        "tender": {"title": "Service desk", "description": "IT service desk"}, "awards": [award()], **more,
    }  # fmt: skip


def only(content: bytes) -> Process:
    (process,) = parse_package(content)
    return process


def remarks(process: Process) -> list[str]:
    return [remark.text for remark in process.remarks]


def test_48_real_releases_are_47_processes_with_one_deal_each():
    processes = parse_package(real("contracts_finder_ocds", "release_package.json"))
    assert len(processes) == 47
    assert [len(process.deals) for process in processes] == [1] * 47
    assert all(process.buyer and not process.remarks for process in processes)
    contracts = [contract for process in processes for contract in process.deals[0].contracts]
    assert len(contracts) == 47
    assert all(contract.value is not None and contract.starts_on for contract in contracts)


def test_the_correction_of_a_real_award_wins():
    (ofcom,) = [
        process
        for process in parse_package(real("contracts_finder_ocds", "release_package.json"))
        if process.buyer and process.buyer.name == "Ofcom"
    ]
    assert ofcom.title == "ROSA devices for Telecoms Security Act"


def test_staged_releases_of_one_process_become_one_contract_with_amendments():
    files = sorted((REAL_DATA / "ocds_sample").glob("ocds-213czf-000-00001*.json"))
    if not files:
        pytest.skip("real data are absent: ocds_sample")
    (process,) = parse_packages([file.read_bytes() for file in files])
    (deal,) = process.deals
    (contract,) = deal.contracts
    assert process.buyer == Party("London Borough of Barnet", "GB-LAC-E09000003")
    assert deal.supplier.name == "AnyCorp Cycle Provision"
    assert contract.value == Decimal(11_000_000)
    assert any("planning" in text for text in remarks(process))


def test_a_real_partnership_package_reports_what_has_no_place():
    process = only(real("ocds_sample", "ppp_full_release_package.json"))
    assert [deal.supplier.name for deal in process.deals] == ["Mega Consortium"]
    assert any("riskAllocation" in text for text in remarks(process))
    assert (
        remarks(process)[-1] == "Award 1.0 names no supplier."
    )  # a slip of the source, reported and passed over


def test_everything_of_a_contract_is_read():
    process = only(
        package(
            release(
                awards=[award(documents=[{"id": "d1", "url": "https://a.example/1", "title": "Award notice"}])],
                contracts=[
                    {
                        "id": "C1", "awardID": "1", "title": "Desk", "description": "Two lines\nof notes",
                        "value": {"amount": 1234.567, "currency": "eur"}, "dateSigned": "2024-12-24T23:59:00+02:00",
                        "period": {"startDate": "2025-01-01", "endDate": "2026-12-31T00:00:00Z"},
                        "documents": [{"id": "d2", "title": "Nowhere"}, {"id": "d1", "url": "https://a.example/1"}],
                        "amendments": [{"id": "A1", "date": "2025-05-01", "description": "Longer hours"}, {"id": "A2"}],
                    }
                ],
            )
        )
    )  # fmt: skip
    (contract,) = process.deals[0].contracts
    assert (contract.reference, contract.title, contract.value) == ("C1", "Desk", Decimal("1234.57"))
    assert (contract.currency, contract.signed_on) == ("EUR", date(2024, 12, 24))
    assert (contract.starts_on, contract.ends_on) == (date(2025, 1, 1), date(2026, 12, 31))
    assert [(document.name, document.url) for document in contract.documents] == [
        ("Award notice", "https://a.example/1")
    ]
    assert [amendment.title for amendment in contract.amendments] == ["Longer hours", "Amendment 2: Desk"]
    assert remarks(process) == ["Document d2 has no web address and was left out."]


def test_several_contracts_under_one_award_become_work_orders():
    process = only(
        package(
            release(
                awards=[award(title="Framework")],
                contracts=[{"id": "a", "awardID": "1"}, {"id": "b", "awardID": "1", "title": "B"}],
            )
        )
    )
    (top,) = process.deals[0].contracts
    assert top.title == "Framework"
    assert [order.title for order in top.work_orders] == ["Service desk", "B"]


def test_one_deal_for_each_supplier_and_none_for_what_was_not_awarded():
    process = only(
        package(
            release(
                awards=[
                    award(suppliers=[{"name": "One"}, {"name": "Two"}, "nonsense", {"id": "nameless"}]),
                    award(id="2", status="cancelled"),
                    award(id="3", suppliers=[]),
                ],
            )
        )
    )
    assert [deal.supplier.name for deal in process.deals] == ["One", "Two"]
    assert remarks(process) == ["Award 2 is cancelled and was left out.", "Award 3 names no supplier."]


def test_suppliers_and_buyers_are_also_found_among_the_parties():
    parties = [
        {"name": "Bought by", "roles": ["procuringEntity"]},
        {"identifier": {"legalName": "Sold by"}, "roles": "supplier"},
        {"name": "Confused", "roles": 5},
    ]
    given_release = release(buyer={}, parties=parties, awards=[{"id": "1"}])
    process = only(package(given_release))
    assert process.buyer == Party("Bought by")
    assert [deal.supplier.name for deal in process.deals] == ["Sold by"]
    nobody = only(package(release(buyer=None, parties=[{"name": "X", "roles": ["tenderer"]}])))
    assert nobody.buyer is None
    assert "It names no buyer." in remarks(nobody)


def test_records_compiled_or_by_their_releases():
    compiled = json.dumps({"records": [{"ocid": "ocds-1", "compiledRelease": release()}]}).encode()
    staged = json.dumps(
        {"records": [{"ocid": "ocds-1", "releases": [release(awards=[]), release(date="2025-02-01")]}]}
    ).encode()
    assert only(compiled).deals == only(staged).deals
    assert len(parse_packages([compiled, staged])) == 1


def test_releases_without_an_ocid_are_never_mixed():
    first, second = parse_package(package(release(ocid=None), release(ocid=None, buyer={"name": "Other"})))
    assert (first.buyer, second.buyer) == (Party("Northwind", "GB-1"), Party("Other"))
    assert "It has no ocid, so that a second import could not recognise it." in remarks(first)


def test_a_package_of_too_many_processes_is_refused():
    with pytest.raises(NotOcds, match="too many parts"):
        parse_package(package(*({"ocid": f"ocds-{n}"} for n in range(MOST_PROCESSES + 1))))


def test_a_supplier_named_twice_has_the_contract_once():
    supplier = {"id": "GB-COH-1", "name": "Brightwater"}
    (deal,) = only(package(release(awards=[award(suppliers=[supplier, supplier])]))).deals
    assert len(deal.contracts) == 1


def test_lists_without_end_are_cut_and_said_so():
    documents = [{"id": n, "url": f"https://a.example/{n}"} for n in range(MOST_OF_A_KIND + 1)]
    process = only(package(release(awards=[award(documents=documents)])))
    assert len(process.deals[0].contracts[0].documents) == MOST_OF_A_KIND
    assert remarks(process) == ["Of a list of 201 only the first 200 were read."]
    crowd = [{"name": f"s{n}", "roles": ["supplier"]} for n in range(600)]
    process = only(package(release(parties=crowd, awards=[{"id": "1"}, {"id": "2"}])))
    assert len(process.deals) == 600
    assert remarks(process) == [f"It has more than {MOST_PAIRS} contracts; the rest was left out."]


def test_a_title_from_whatever_has_one():
    assert only(package(release(tender={}))).title == "ocds-1"
    assert only(package(release(tender={}, awards=[award(title="Desk")]))).title == "Desk"
    assert only(package(release(tender={}, awards=[]))).title == "ocds-1"


@pytest.mark.parametrize(
    ("value", "amount", "said"),
    [
        ({"amount": "12.345", "currency": "GBP"}, Decimal("12.34"), None),
        ({"amount": None}, None, None),
        ({"amount": -1}, None, "The value “-1” makes no sense and was left out."),
        ({"amount": True}, None, "The value “” makes no sense and was left out."),
        ({"amount": "lots"}, None, "The value “lots” makes no sense and was left out."),
        ({"amount": 1e300}, None, "The value “1e+300” makes no sense and was left out."),
        ({"amount": {"x": 1}}, None, "The value “” makes no sense and was left out."),
        ({"amount": 5, "currency": "£££"}, Decimal("5.00"), "“£££” is no currency; GBP was taken."),
        ("nonsense", None, None),
    ],
)
def test_values(value, amount, said):
    process = only(package(release(awards=[award(value=value)])))
    assert process.deals[0].contracts[0].value == amount
    assert remarks(process) == ([said] if said else [])


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(text):
    content = package(release(awards=[award(value={"amount": "@"})])).replace(b'"@"', text.encode())
    assert only(content).deals[0].contracts[0].value is None


def test_dates_that_are_none_and_periods_that_run_backwards():
    period = {"startDate": "2025-13-45", "endDate": "2025-01-01"}
    process = only(package(release(awards=[award(contractPeriod=period, date="")])))
    assert process.deals[0].contracts[0].ends_on == date(2025, 1, 1)
    assert remarks(process) == ["“2025-13-45” is no date and was left out."]
    backwards = {"startDate": "2026-01-01", "endDate": "2025-01-01"}
    process = only(package(release(awards=[award(contractPeriod=backwards)])))
    assert process.deals[0].contracts[0].ends_on is None
    assert "ends before it starts" in remarks(process)[0]


def test_the_single_amendment_of_the_older_standard():
    contract = {"id": "c", "awardID": "1", "amendment": {"date": "2025-05-01", "rationale": "Growth"}}
    (amendment,) = only(package(release(contracts=[contract]))).deals[0].contracts[0].amendments
    assert (amendment.signed_on, amendment.notes) == (date(2025, 5, 1), "Growth")


def test_what_has_no_place_is_reported_once_and_never_without_end():
    planning = only(package(release(planning={}, relatedProcesses=[])))
    assert [text.split("”")[0] for text in remarks(planning)] == [
        "The section “planning", "The section “relatedProcesses",
    ]  # fmt: skip
    flood = only(package(release(awards=[award(**{f"x{n}": 1 for n in range(500)})])))
    assert len(flood.remarks) == MOST_REMARKS


def test_half_a_surrogate_and_nul_never_reach_the_database():
    title = only(package(release(tender={"title": "a\x00b"}))).title
    assert title == "ab"
    content = package(release(tender={"title": "@"})).replace(b"@", b"\\ud800 x")
    assert only(content).title == "? x"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe{\x00}", "no JSON"),
        (b"<html>", "no JSON"),
        (b'{"releases": ' + b"9" * 5000 + b"}", "no JSON"),
        (b"[]", "neither a release package"),
        (b"null", "neither a release package"),
        (b'{"other": 1}', "neither a release package"),
        (b" " * (MOST_BYTES + 1), "larger than 10 MB"),
        (b"[" * (MOST_PARTS + 1), "too many parts"),
        (b'{"releases":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"releases":' + b"[" * 60 + b"]" * 60 + b"}", "nested too deeply"),
        (b'{"releases":[' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"]}", "nested too deeply"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_package_is_refused_in_words(content, said):
    with pytest.raises(NotOcds, match=said):
        parse_package(content)


def test_a_byte_order_mark_is_no_obstacle():
    assert only(b"\xef\xbb\xbf" + package(release())).ocid == "ocds-1"


def test_an_empty_package_holds_nothing():
    assert parse_package(b'{"releases": "nonsense", "records": [1, null, "x"]}') == []


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "ocid",
                    "id",
                    "buyer",
                    "name",
                    "parties",
                    "roles",
                    "tender",
                    "title",
                    "awards",
                    "suppliers",
                    "contracts",
                    "awardID",
                    "value",
                    "amount",
                    "currency",
                    "period",
                    "startDate",
                    "documents",
                    "url",
                    "amendments",
                    "identifier",
                    "date",
                    "status",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(st.lists(nonsense, max_size=4), st.booleans())
def test_nonsense_of_any_shape_is_read_without_an_accident(parts, as_records):
    content = json.dumps({"records" if as_records else "releases": parts}).encode()
    for process in parse_package(content):
        assert isinstance(process.title, str)


def merged(*releases: dict[str, Any]) -> dict[str, Any]:
    return compile_releases([{"date": str(n), **given} for n, given in enumerate(releases)])


def test_merging_follows_the_standard():
    assert merged({"a": 1, "b": {"c": 1, "d": 2}}, {"a": None, "b": {"c": 3}})["b"] == {"c": 3, "d": 2}
    assert "a" not in merged({"a": 1}, {"a": None})
    assert merged({"l": [{"id": 1, "x": 1}]}, {"l": [{"id": 1, "y": 2}, {"id": 2, "m": [{"id": 1}]}]})[
        "l"
    ] == [
        {"id": 1, "x": 1, "y": 2},
        {"id": 2, "m": [{"id": 1}]},
    ]
    assert merged({"l": [1, 2]}, {"l": [3]})["l"] == [3]
    assert merged({"l": [{"id": 1}]}, {"l": {"a": 1}}, {"l": [{"id": 2}]})["l"] == [{"id": 2}]
    assert compile_releases([{"date": "2", "a": 2}, {"date": "1", "a": 1, "b": 1}]) == {
        "date": "2",
        "a": 2,
        "b": 1,
    }


def test_text_in_one_line():
    assert [text_of(value) for value in (" a \n b", 1, 1.0, 1.5, True, None, [], {})] == [
        "a b", "1", "1", "1.5", "", "", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Solirius Ltd", "SOLIRIUS LIMITED", True),
        ("The Planning Inspectorate", "Planning Inspectorate", True),
        ("Day's Accountancy Services Limited", "Days Accountancy Services Ltd.", True),
        ("Smith and Sons", "Smith & Sons", True),
        ("Northwind", "Northwind Energy", False),
        ("", "", False),
        ("!!!", "???", False),
    ],
)
def test_the_same_organisation_under_two_spellings(one, other, same):
    assert is_same_party(Party(one), other, "") is same
    assert (plain(one) == plain(other) and bool(plain(one))) is same


def test_an_identifier_settles_it():
    assert is_same_party(Party("Old name", "GB-1"), "New name", "GB-1")
    assert not is_same_party(Party("Old name", ""), "New name", "")
