"""Two organisations come together: one founds and invites, the other accepts by the link."""

import pytest
from playwright.sync_api import expect

from relationships.models import Relationship
from tests.cast import acting
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations

STRONG = "a long enough password 7"


def found(page, name="Northwind payroll"):
    page.goto("/relationships/new/")
    page.get_by_label("Name of the relationship").fill(name)
    page.get_by_label("Service").fill("Payroll for 4,000 people")
    page.get_by_label("The other organisation").fill("Calder Payroll")
    page.get_by_label("E-mail address of somebody there").fill("kim@calder.example")
    page.get_by_role("button", name="Found and invite").click()
    return page.get_by_label("You may also pass the link on yourself").input_value()


@pytest.mark.parametrize("javascript", [True, False])
def test_founding_inviting_and_accepting_by_link(cast, open_page, javascript):
    amara = open_page(cast.amara, javascript=javascript)
    link = found(amara)
    assert violations(amara) == [] if javascript else True
    kim = open_page(None, javascript=javascript)
    kim.goto(link)
    expect(kim.get_by_text("Amara Okafor of Northwind invites Calder Payroll")).to_be_visible()
    kim.get_by_label("Your name").fill("Kim Calder")
    kim.get_by_label("Choose a password").fill(STRONG)
    kim.get_by_role("button", name="Accept for this organisation").click()
    expect(kim.get_by_role("heading", name="People", exact=True)).to_be_visible()
    amara.goto(kim.url)
    for page in (amara, kim):
        expect(page.get_by_role("cell", name="Kim Calder").first).to_be_visible()
        expect(page.get_by_role("cell", name="Amara Okafor").first).to_be_visible()
    late = open_page(None, javascript=javascript)
    late.goto(link)
    expect(late.get_by_role("heading", name="This invitation can no longer be used")).to_be_visible()
    late.problems.clear()  # the browser notes the 410


def test_copying_the_link_and_declining_it_on_a_phone(cast, open_page):
    amara = open_page(cast.amara, size=PHONE)
    link = found(amara)
    assert not is_wider_than_the_screen(amara)
    amara.context.grant_permissions(["clipboard-read", "clipboard-write"])
    amara.get_by_role("button", name="Copy the link").click()
    expect(amara.get_by_role("button", name="Copied")).to_be_visible()
    assert amara.evaluate("navigator.clipboard.readText()") == link
    kim = open_page(None, size=PHONE)
    kim.goto(link)
    assert violations(kim) == []
    assert not is_wider_than_the_screen(kim)
    kim.get_by_text("Not interested?").click()
    kim.on("dialog", lambda dialog: dialog.accept())
    kim.get_by_role("button", name="Decline the invitation").click()
    expect(kim.get_by_role("heading", name="The invitation is declined")).to_be_visible()
    kim.problems.clear()
    with acting(cast.amara):
        assert Relationship.objects.get(name="Northwind payroll").provider is None
