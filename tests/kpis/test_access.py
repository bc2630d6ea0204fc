"""The door to goals, KPIs, readings and what hangs on them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kpis import access
from kpis.models import Dispute, Evidence, Upload
from relationships.policy import Right
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, report

LOADERS = {
    "goal": access.load_goal,
    "kpi": access.load_kpi,
    "reading": access.load_reading,
    "dispute": access.load_dispute,
    "evidence": access.load_evidence,
    "upload": access.load_upload,
}


@pytest.fixture
def rows(cast):
    goal = add_goal(cast.own, cast.amara)
    kpi = add_kpi(goal, cast.amara)
    reading = report(kpi, cast.lena, date(2026, 1, 1), 71)
    common = {"relationship": cast.own}
    with acting(cast.amara, cast.own):
        return {
            "goal": goal,
            "kpi": kpi,
            "reading": reading,
            "dispute": Dispute.objects.create(
                **common, reading=reading, side="CUSTOMER", reason="Two calls", opened_by=cast.amara, opened_at=NOW
            ),
            "evidence": Evidence.objects.create(
                **common, reading=reading, name="a.txt", file="a.txt", content_type="text/plain", size=1,
                sha256="0" * 64, added_by=cast.amara, added_at=NOW,
            ),
            "upload": Upload.objects.create(
                **common, side="CUSTOMER", name="a.csv", content=b"1", sha256="0" * 64, source="s",
                uploaded_by=cast.amara, uploaded_at=NOW,
            ),
        }  # fmt: skip


SHARED = [noun for noun in LOADERS if noun != "upload"]


def test_a_file_is_seen_by_the_side_that_sent_it(cast, rows):
    with acting(cast.amara) as viewer:
        assert access.load_upload(viewer, rows["upload"].pk)[0].pk == rows["upload"].pk
    with acting(cast.jonas) as viewer, pytest.raises(Http404):
        access.load_upload(viewer, rows["upload"].pk)


@pytest.mark.parametrize("noun", SHARED)
def test_each_side_sees_what_both_share_from_its_own_standpoint(noun, cast, rows):
    for person, side in ((cast.amara, "CUSTOMER"), (cast.jonas, "PROVIDER")):
        with acting(person) as viewer:
            found, standpoint = LOADERS[noun](viewer, rows[noun].pk)
            assert (found.pk, standpoint.side) == (rows[noun].pk, side)
            assert found.relationship is standpoint.relationship


@pytest.mark.parametrize("noun", LOADERS)
def test_outsiders_find_nothing(noun, cast, rows):
    for person in (cast.outsider, cast.nobody, cast.owen):
        with acting(person) as viewer, pytest.raises(Http404):
            LOADERS[noun](viewer, rows[noun].pk)


@pytest.mark.parametrize("noun", LOADERS)
def test_the_first_wall_stands_without_the_second(noun, cast, rows):
    """Even where the database would show the row, the viewer's own roles decide."""
    with acting(cast.outsider) as viewer:
        pass
    with acting(cast.amara, cast.own), pytest.raises(Http404):
        LOADERS[noun](viewer, rows[noun].pk)


@pytest.mark.parametrize("noun", LOADERS)
def test_insiders_without_the_right_are_told_so(noun, cast, rows):
    for person, needs in (
        (cast.helen, Right.CONTRIBUTE),
        (cast.priya, Right.PROPOSE),
        (cast.recipient, Right.READ),
    ):
        with acting(person, cast.own) as viewer, pytest.raises(PermissionDenied):
            LOADERS[noun](viewer, rows[noun].pk, needs=needs)
