"""Somebody writes the contract down: a master agreement, an amendment under it, a document beside it."""

import json

import pytest
from playwright.sync_api import expect

from tests.cast import acting
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_tree_with_amendment_and_document(cast, open_page, tmp_path, javascript):
    page = open_page(cast.amara, javascript=javascript)
    page.goto(f"/relationships/{cast.own.pk}/contracts/")
    page.get_by_role("link", name="Write down the master agreement").click()
    page.get_by_label("Title").fill("Master agreement: service desk")
    page.get_by_label("Value").fill("12400000.50")
    page.get_by_label("Starts on").fill("2025-01-01")
    page.get_by_label("Accountable person").select_option(label="Amara Okafor")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Amendment").click()
    page.get_by_label("Title").fill("Amendment 1: Saturdays")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Add a document").click()
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page.get_by_label("Name of the document").fill("Signed copy")
    page.get_by_label("Or a file").set_input_files(str(signed))
    page.get_by_role("button", name="Add the document").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Signed copy", exact=True).click()
    assert download.value.suggested_filename == "signed-copy.pdf"
    provider = open_page(cast.jonas, javascript=javascript)
    provider.goto(f"/relationships/{cast.own.pk}/contracts/")
    expect(provider.get_by_role("row").nth(1)).to_contain_text("12,400,000.50")
    expect(provider.get_by_role("row").nth(2)).to_contain_text("Amendment 1: Saturdays")
    expect(provider.get_by_text("One contract names nobody")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_looks(cast, open_page, dark):
    page = open_page(cast.amara, size=PHONE, dark=dark)
    for address in (
        "people",
        "contracts",
        "contracts/new",
        "seats",
        "statements/new",
        "stages/new",
        "timeline",
    ):
        page.goto(f"/relationships/{cast.own.pk}/{address}/")
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)


def test_importing_what_one_bought(cast, open_page, tmp_path):
    package = tmp_path / "package.json"
    award = {
        "id": "1",
        "suppliers": [{"name": "Sparkle Ltd"}],
        "value": {"amount": 120000, "currency": "GBP"},
    }
    bought = {
        "ocid": "ocds-1",
        "buyer": {"name": "Northwind"},
        "tender": {"title": "Cleaning"},
        "awards": [award],
    }
    package.write_text(
        json.dumps({"releases": [bought, {**bought, "ocid": "ocds-2", "buyer": {"name": "X"}}]})
    )
    page = open_page(cast.amara)
    page.goto("/relationships/import/")
    page.get_by_label("OCDS package").set_input_files(str(package))
    page.get_by_role("button", name="Read the package").click()
    expect(page.get_by_role("checkbox", name="Cleaning")).to_be_checked()
    assert violations(page) == []
    page.get_by_role("button", name="Take over what is ticked").click()
    page.get_by_role("link", name="Cleaning (Sparkle Ltd)", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("120,000.00")
    with acting(cast.amara) as viewer:
        assert len(viewer.relationship_ids) == 2
