"""Two leads agree on something jointly owned: propose, look, answer, sign."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kpis import actions as kpi_actions
from relationships import actions
from relationships.models import Agreement, Side
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, agree_band
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations


def propose_statement(cast, text="We answer for each other's work."):
    with acting(cast.amara, cast.own):
        return actions.propose_statement(
            relationship=cast.own, text=text, actor=cast.amara, side=Side.CUSTOMER, now=NOW
        ).agreement


def outcome(cast, agreement_id):
    with acting(cast.amara, cast.own):
        return Agreement.objects.get(pk=agreement_id).outcome


def sound(page):
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_statement_is_proposed_countered_and_signed_by_both(cast, open_page, javascript):
    agreement = propose_statement(cast)
    jonas = open_page(cast.jonas, javascript=javascript)
    jonas.goto(f"/relationships/{cast.own.pk}/")
    jonas.get_by_role("link", name="Statement of intent", exact=True).click()
    expect(jonas.get_by_text("We answer for each other's work.")).to_be_visible()
    jonas.get_by_role("link", name="Propose something else").click()
    jonas.get_by_label("Statement of intent").first.fill("We answer for each other's work, and say so early.")
    jonas.get_by_role("button", name="Propose and sign").click()
    expect(jonas.get_by_text("It waits for the other side now.")).to_be_visible()
    assert outcome(cast, agreement.pk) == "COUNTERED"

    amara = open_page(cast.amara, javascript=javascript)
    amara.goto(f"/agreements/{agreement.pk}/")
    amara.get_by_role("complementary").get_by_role("link", name="Statement of intent").click()
    expect(amara.get_by_text("and say so early")).to_be_visible()
    amara.get_by_role("button", name="Sign for Northwind").click()
    expect(amara.get_by_text("Signed for Northwind. It is agreed.")).to_be_visible()
    expect(amara.get_by_text("Signed by Jonas Weber")).to_be_visible()
    amara.goto(f"/relationships/{cast.own.pk}/")
    expect(amara.get_by_text("and say so early")).to_be_visible()


def test_a_proposal_is_declined_with_a_reason_and_the_proposer_reads_it(cast, open_page):
    agreement = propose_statement(cast)
    jonas = open_page(cast.jonas)
    jonas.goto(f"/agreements/{agreement.pk}/")
    jonas.get_by_text("Decline with a reason").click()
    jonas.get_by_label("Reason").fill("It leaves out the people who use the service.")
    jonas.get_by_role("button", name="Decline for Brightwater").click()
    expect(jonas.get_by_text("Declined for Brightwater.")).to_be_visible()
    sound(jonas)
    amara = open_page(cast.amara)
    amara.goto(f"/agreements/{agreement.pk}/")
    expect(amara.get_by_text("It leaves out the people who use the service.")).to_be_visible()
    expect(amara.get_by_role("button", name="Withdraw")).to_have_count(0)


def test_terms_that_changed_while_reading_are_shown_beside_what_was_read(cast, open_page):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    with acting(cast.amara, cast.own):
        revision = kpi_actions.propose_band(
            kpi=kpi, effective_from=NOW.date(), floor=Decimal(60), tolerance=Decimal(70), target=Decimal(85), actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        number, content = revision.agreement_id, revision.agreement.content
    jonas = open_page(cast.jonas)
    jonas.goto(f"/agreements/{number}/")
    expect(jonas.get_by_text("Target asks for more: from 80 % to 85 %")).to_be_visible()
    sound(jonas)
    changed = [{**row, "after": "90 %"} if row["after"] == "85 %" else row for row in content]
    with acting(cast.amara, cast.own):
        actions.revise_agreement(
            agreement_id=number,
            version=1,
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
            title="Band",
            content=changed,
        )
    jonas.get_by_role("button", name="Sign for Brightwater").click()
    expect(jonas.get_by_text("You saw version 1; this is version 2.")).to_be_visible()
    row = jonas.get_by_role("row", name="Target")
    expect(row).to_contain_text("85 %")
    expect(row).to_contain_text("90 %")
    sound(jonas)
    jonas.problems.clear()  # the browser logs the 409 that the page is about
    assert outcome(cast, number) == "OPEN"


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_of_agreements_are_sound(cast, open_page, dark):
    agreement = propose_statement(cast)
    for person, size in ((cast.jonas, PHONE), (cast.amara, PHONE), (cast.helen, (1440, 900))):
        page = open_page(person, size=size, dark=dark)
        for url in (f"/agreements/{agreement.pk}/", f"/relationships/{cast.own.pk}/agreements/"):
            page.goto(url)
            sound(page)


def test_signing_by_keyboard(cast, open_page):
    agreement = propose_statement(cast)
    page = open_page(cast.jonas)
    page.goto(f"/agreements/{agreement.pk}/")
    page.get_by_role("button", name="Sign for Brightwater").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signed for Brightwater. It is agreed.")).to_be_visible()
