"""All relationships on one page: order, filters, fairness, movers, and the same as a spreadsheet."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from relationships.models import Role, Side, Stage
from tests.cast import acting, client_for, found_relationship, seat_people
from value.models import Standing

TODAY = date(2026, 3, 9)


def standing(cast, relationship, value, customer, provider, *, month_ago=None, person="amara", **more):
    with acting(cast.person(person), relationship):
        return Standing.objects.create(
            relationship=relationship, customer=relationship.customer, provider=relationship.provider, as_of=TODAY,
            state="SCORED" if value is not None else "WITHHELD", shared_value=value, value_customer=customer,
            value_provider=provider, hidden_imbalance=None if value is None else Decimal("1.5"),
            month_ago=month_ago, **more,
        )  # fmt: skip


@pytest.fixture
def several(cast):
    """Alpha is lopsided, Beta balanced and moving, Gamma withheld, and the own one never scored."""
    made = {}
    for name, stage, figures in (
        ("Alpha", Stage.VALUE_CREATION, (Decimal(50), Decimal(90), Decimal(30), Decimal(49))),
        ("Beta", Stage.WORKING_TOGETHER, (Decimal(70), Decimal(72), Decimal(68), Decimal(90))),
        ("Gamma", Stage.EXIT, (None, None, None, None)),
    ):
        relationship = found_relationship(name, customer=cast.amara, provider=cast.jonas, stage=stage)
        people = {"amara": cast.amara, "jonas": cast.jonas}
        plan = [("amara", Side.CUSTOMER, Role.LEAD, "Lead"), ("jonas", Side.PROVIDER, Role.LEAD, "Lead")]
        seat_people(relationship, cast.amara, people, plan)
        value, customer, provider, before = figures
        reason = {} if value is not None else {"reason": "Customer: nothing is measured yet."}
        standing(cast, relationship, value, customer, provider, month_ago=before, **reason)
        made[name] = relationship
    standing(cast, cast.foreign, Decimal(99), Decimal(99), Decimal(99), person="outsider")
    return made


def look(cast, who="helen", **query):
    return client_for(cast.person(who)).get(reverse("portfolio"), query)


def names(response):
    return [row.name for row in response.context["page"]]


OWN = "Northwind service desk"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Alpha", "Beta", OWN, "Gamma"]),
        ({"sort": "-value"}, ["Beta", "Alpha", OWN, "Gamma"]),
        ({"sort": "name"}, ["Alpha", "Beta", "Gamma", OWN]),
        ({"sort": "-name"}, [OWN, "Gamma", "Beta", "Alpha"]),
        ({"sort": "us"}, ["Beta", "Alpha", OWN, "Gamma"]),
        ({"sort": "them"}, ["Alpha", "Beta", OWN, "Gamma"]),
        ({"sort": "change"}, ["Beta", "Alpha", OWN, "Gamma"]),
        ({"sort": "-stage"}, ["Gamma", "Alpha", OWN, "Beta"]),
        ({"sort": "counterparty"}, [OWN, "Alpha", "Beta", "Gamma"]),
        ({"sort": "imbalance"}, ["Alpha", "Beta", OWN, "Gamma"]),
        ({"q": "alp"}, ["Alpha"]),
        ({"q": "brightwater", "state": "scored"}, ["Alpha", "Beta"]),
        ({"state": "lopsided"}, ["Alpha"]),
        ({"state": "withheld"}, ["Gamma"]),
        ({"state": "unscored"}, [OWN]),
        ({"stage": Stage.EXIT.value}, ["Gamma"]),
        ({"q": "harbour"}, []),
        (
            {"sort": "standing__shared_value", "state": "x", "stage": "x", "page": "x"},
            ["Alpha", "Beta", OWN, "Gamma"],
        ),
    ],
)
def test_order_and_filters(cast, several, query, expected):
    assert names(look(cast, **query)) == expected


def test_totals_are_said_in_words(cast, several):
    body = " ".join(look(cast).content.decode().split())
    assert (
        "4 relationships: 2 scored (mean shared value 60.0), 1 of them lopsided, 1 withheld, 1 without a score yet."
    ) in body
    assert "1 relationship found: 1 withheld." not in body
    assert "nothing is measured yet" in body


@pytest.mark.parametrize(("who", "us", "them"), [("helen", 90, 30), ("ingrid", 30, 90)])
def test_us_is_the_side_one_stands_on(cast, several, who, us, them):
    (alpha,) = look(cast, who, q="Alpha").context["page"].object_list
    assert (alpha.to_us, alpha.to_them, alpha.gap, alpha.change) == (us, them, 60, 1)


def test_movers_are_the_largest_changes_whichever_way(cast, several):
    movers = look(cast).context["movers"]
    assert [(row.name, row.change) for row in movers] == [("Beta", -20), ("Alpha", 1)]
    assert "−20.0" in look(cast).content.decode()


def test_everybody_sees_what_they_have_a_seat_in_and_nothing_else(cast, several):
    assert names(look(cast, "priya")) == [OWN]
    assert names(look(cast, "recipient")) == names(look(cast, "nobody")) == names(look(cast, "owen")) == []
    assert names(look(cast, "outsider")) == ["Harbour payroll"]
    assert "Harbour" not in look(cast, "helen").content.decode()
    assert "No relationship yet" in look(cast, "nobody").content.decode()
    assert "Nothing found" in look(cast, q="zzz").content.decode()


def test_the_map_has_a_dot_for_each_scored_relationship(cast, several):
    response = look(cast)
    drawn = response.context["map"]
    assert [(dot.leans, dot.href) for dot in drawn.dots] == [
        ("customer", reverse("overview", args=[several["Alpha"].pk])),
        ("even", reverse("overview", args=[several["Beta"].pk])),
    ]
    assert drawn.shades == []
    assert "Alpha: shared value 50.0, customer 90.0, provider 30.0" in response.content.decode()
    assert look(cast, state="withheld").context["map"] is None


def test_hostile_input_is_only_words(cast, several):
    response = look(cast, q="'; DROP TABLE \x00 <script>%_", sort="-", page="99999999999")
    assert response.status_code == 200
    assert "<script>%_" not in response.content.decode()


@pytest.mark.parametrize("who", ["amara", "helen"])
def test_it_costs_the_same_however_many_there_are(cast, several, who):
    client, url = client_for(cast.person(who)), reverse("portfolio")
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        costs.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
        for n in range(3):
            more = found_relationship(f"More {_round}.{n}", customer=cast.amara, provider=cast.jonas)
            seat_people(
                more, cast.amara, {"amara": cast.amara}, [("amara", Side.CUSTOMER, Role.LEAD, "Lead")]
            )
            standing(cast, more, Decimal(40), Decimal(40), Decimal(40), month_ago=Decimal(30))
    assert costs[0] == costs[1] <= 12


def test_the_table_leaves_as_csv_in_the_order_asked_for(cast, several):
    with acting(cast.amara, several["Beta"]):
        several["Beta"].name = "=cmd|' /C calc'!A0"
        several["Beta"].save()
    response = client_for(cast.helen).get(
        reverse("portfolio_export"), {"format": "csv", "sort": "-value", "state": "scored"}
    )
    assert response.headers["Content-Disposition"].startswith('attachment; filename="portfolio-')
    assert response.headers["Cache-Control"] == "private, no-store"
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Relationship,Customer,Provider,Service,Stage,Score,Shared value,Value to us")
    assert lines[1].startswith(
        "'=cmd|' /C calc'!A0,Northwind,Brightwater,IT service desk,Working together,Scored,70.0000"
    )
    assert lines[2].startswith("Alpha,") and len(lines) == 3


def test_the_table_leaves_as_a_workbook(cast, several):
    content = client_for(cast.ingrid).get(reverse("portfolio_export"), {"format": "xlsx"}).content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][:1] + rows[1][5:11] == ["Alpha", "Scored", 50.0, 30.0, 90.0, 1.5, 1.0]
    assert len(rows) == 5


def test_other_formats_do_not_exist_and_strangers_sign_in(cast):
    assert client_for(cast.helen).get(reverse("portfolio_export"), {"format": "exe"}).status_code == 404
    for name in ("portfolio", "portfolio_export"):
        assert "/accounts/login/" in client_for().get(reverse(name)).headers["Location"]
