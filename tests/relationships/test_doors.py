"""Doors to single rows: shut to outsiders without the second wall, and as cheap for ten thousand relationships as for one."""

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from kpis.access import load_goal
from relationships import access, actions, queries
from relationships.access import Viewer
from relationships.models import Seat, Side
from tests.cast import NOW, Cast, acting
from tests.furniture import add_goal

TEN_THOUSAND = range(1_000_000, 1_010_000)


@pytest.fixture
def rows(cast: Cast) -> dict:
    """One row behind each door, of Harbour's relationship."""
    lead = cast.outsider
    told = {"actor": lead, "side": Side.CUSTOMER, "now": NOW}
    with acting(lead, cast.foreign):
        contract = actions.add_contract(
            relationship=cast.foreign, kind="MASTER", terms=actions.ContractTerms(title="Payroll"), **told
        )
        document = actions.link_document(contract=contract, name="Text", url="https://a.example", **told)
        agreement = actions.propose_agreement(
            relationship=cast.foreign, kind="STAGE", title="Move on", content=[], **told
        )
        seat = Seat.objects.get(relationship=cast.foreign, person=lead)
    goal = add_goal(cast.foreign, lead)
    return {
        access.load_contract: contract.pk,
        access.load_document: document.pk,
        access.load_agreement: agreement.pk,
        access.load_seat: seat.pk,
        load_goal: goal.pk,
    }


def test_rows_that_the_database_would_show_stay_shut_to_outsiders(cast, rows):
    with acting(cast.outsider) as insider:
        for load, row_id in rows.items():
            assert load(insider, row_id)[0].pk == row_id
    with acting(cast.amara, cast.own, cast.foreign) as outsider:
        for load, row_id in rows.items():
            with pytest.raises(Http404):
                load(outsider, row_id)


def test_no_door_sends_a_list_of_everything_one_may_enter(cast, rows):
    with acting(cast.outsider) as viewer:
        roles = dict.fromkeys(TEN_THOUSAND, frozenset({"LEAD"})) | viewer.roles
        busy = Viewer(cast.outsider, roles)
        with CaptureQueriesContext(connection) as asked:
            for load, row_id in rows.items():
                load(busy, row_id)
        assert len(asked) == len(rows)
        assert max(len(query["sql"]) for query in asked) < 6_000


def test_the_list_of_somebody_with_ten_thousand_seats_is_one_parameter(cast):
    with acting(cast.outsider) as viewer:
        busy = Viewer(cast.outsider, dict.fromkeys(TEN_THOUSAND, frozenset({"LEAD"})) | viewer.roles)
        found = queries.readable_relationships(busy)
        assert list(found) == [cast.foreign]
        assert len(found.query.sql_with_params()[1]) == 1
