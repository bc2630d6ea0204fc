"""Spells from a table: what each row would do, what it did, and files that nobody should trust."""

import json
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis import actions
from kpis.models import Spell
from kpis.spreadsheets.writing import as_csv, as_workbook
from relationships.models import Agreement, Side
from tests.cast import BEGAN, NOW, acting, client_for
from tests.furniture import JANUARY_2025, agree

HEAD = ("Environment", "First day", "Last day", "Reason")
PEAK = ("Peak season", date(2026, 11, 1), date(2026, 12, 31), "Christmas")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def peak(cast):
    return environment(cast, "Peak season")


def environment(cast, name, *, signed=True):
    with acting(cast.amara, cast.own):
        revision = actions.propose_environment(
            relationship=cast.own, name=name, meaning="Retail peaks", condition="", effective_from=JANUARY_2025,
            actor=cast.amara, side=Side.CUSTOMER, now=BEGAN,
        )  # fmt: skip
    if signed:
        agree(revision.agreement_id, cast.jonas, cast.own, Side.PROVIDER)
    return revision.environment


def url(cast):
    return reverse("kpis:spell_import", args=[cast.own.pk])


def look(cast, *rows, person=None, content=None, name="spells.csv"):
    """The page that shows what the rows would do."""
    content = b"".join(as_csv([HEAD, *rows])) if content is None else content
    return client_for(person or cast.jonas).post(url(cast), {"file": SimpleUploadedFile(name, content)})


def propose(cast, page):
    return client_for(cast.jonas).post(url(cast), {"rows": page.context["back"].initial["rows"]})


def problems(page):
    return [one.problem for one in page.context["told"]]


def spells(cast):
    with acting(cast.amara, cast.own):
        return list(Spell.objects.order_by("first_day"))


def test_a_row_is_looked_at_then_proposed_and_waits_for_the_other_side(cast):
    page = look(cast, PEAK, ("peak SEASON", "2027-01-10", None, ""))
    assert problems(page) == ["", ""]
    assert "Propose 2 spells" in page.content.decode()
    assert spells(cast) == []
    done = propose(cast, page)
    assert "2 spells are proposed and signed for Brightwater" in done.content.decode()
    first, second = spells(cast)
    assert (first.first_day, first.last_day, first.reason, first.origin) == (*PEAK[1:], "ADVANCE")
    assert (second.last_day, second.agreed_at) == (None, None)
    with acting(cast.amara, cast.own):
        agreement = Agreement.objects.get(pk=first.agreement_id)
        assert (agreement.outcome, agreement.proposed_by_side, agreement.waits_for) == (
            "OPEN", Side.PROVIDER, [Side.CUSTOMER],
        )  # fmt: skip


def test_each_row_says_what_is_wrong_and_the_good_ones_are_kept(cast):
    environment(cast, "Only proposed", signed=False)
    page = look(
        cast,
        PEAK,
        ("Only proposed", "2026-11-01", None, ""),
        ("No such thing", "2026-11-01", None, ""),
        ("Peak season", "soon", None, ""),
        ("Peak season", None, "2026-11-01", ""),
        ("Peak season", "2026-11-02", "2026-11-01", ""),
        ("Peak season", "2026-01-02", "2026-01-03", ""),
        ("Peak season", "1066-10-14", None, ""),
        PEAK,
    )
    assert [bool(problem) for problem in problems(page)] == [False, *[True] * 8]
    said = " ".join(problems(page))
    for words in (
        "is called “Only proposed”", "is called “No such thing”", "“soon” is no day", "first day is missing",
        "cannot end before it starts", "needs its reason", "between 1990 and 2100", "wait for signatures already",
    ):  # fmt: skip
        assert words in said
    assert "Propose 1 spell" in page.content.decode()
    propose(cast, page)
    assert len(spells(cast)) == 1


def test_days_that_a_signed_spell_covers_are_refused(cast):
    propose(cast, look(cast, PEAK))
    (standing,) = spells(cast)
    agree(standing.agreement_id, cast.amara, cast.own, Side.CUSTOMER)
    (problem,) = problems(look(cast, ("Peak season", "2026-12-01", "2027-01-10", "")))
    assert "covers some of these days already" in problem


def test_the_same_file_twice_changes_nothing(cast):
    page = look(cast, PEAK)
    propose(cast, page)
    propose(cast, page)
    assert problems(look(cast, PEAK)) == ["The same days wait for signatures already."]
    assert len(spells(cast)) == 1


def test_an_exported_sheet_is_understood(cast):
    rows = [("Environment", "Meaning", "Condition", "First day", "Last day", "Declared", "Reason", "State"),
            ("Peak season", "x", None, PEAK[1], PEAK[2], "Declared in advance", "=1+1", "in force")]  # fmt: skip
    page = look(cast, content=as_workbook([("Environments and spells", rows)]), name="spells.xlsx")
    assert problems(page) == [""]
    propose(cast, page)
    assert spells(cast)[0].reason == "=1+1"


def test_an_apostrophe_that_kept_a_formula_away_is_taken_off(cast):
    propose(cast, look(cast, (*PEAK[:3], "=1+1")))
    assert spells(cast)[0].reason == "=1+1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Who,What\n1,2\n", "needs columns headed Environment"),
        (b"Environment,Until\nPeak season,2026-01-01\n", "no column headed"),
        (b"%PDF-1.7", "file"),
        (b"", "file"),
        (b"Environment,First day\n" + b"Peak season,2026-11-01\n" * 61, "At most 60 spells"),
        ("Environment,First day\nSaison d'\xe9t\xe9,2026-11-01\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_is_no_table_of_spells_is_named(cast, content, said):
    page = look(cast, content=content)
    assert page.status_code == 200
    assert said in " ".join(page.context["form"].errors["file"])


@pytest.mark.parametrize(
    "rows",
    ["", "[", "7", "[7]", '[["a"]]', '[[1,"Peak season","x","",""]]', "[[1e999,0,0,0,0]]", "[" * 5000,
     '[[1,"Peak season","2026-11-01","",5]]', '[[null,"Peak\\u0000 season","2026-11-01","","a"]]'],
)  # fmt: skip
def test_rows_that_were_tampered_with_propose_nothing(cast, rows):
    page = client_for(cast.jonas).post(url(cast), {"rows": rows})
    assert page.status_code == 200
    assert spells(cast) == []


def test_a_foreign_environment_is_not_found(cast):
    rows = json.dumps([[2, "Rival peak", "2026-11-01", "", "x"]])
    client_for(cast.jonas).post(url(cast), {"rows": rows})
    assert spells(cast) == []
    assert look(cast, PEAK, person=cast.lena).status_code == 403
    assert look(cast, PEAK, person=cast.outsider).status_code == 404


def test_sixty_rows_are_looked_at_in_reasonable_many_queries(cast):
    rows = [("Peak season", date(2026, 11, day), date(2026, 11, day), "") for day in range(1, 31)]
    with CaptureQueriesContext(connection) as queries:
        assert len(look(cast, *rows).context["told"]) == 30
    assert len(queries) < 30 * 25
