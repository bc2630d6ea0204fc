"""Writing many readings at once, with a key that makes retries harmless."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from kpis.models import IdempotencyKey, Reading
from relationships.models import TimelineEntry
from tests.cast import acting, assemble, client_for
from tests.furniture import add_goal, add_kpi, agree_band


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(made, cast.amara, cast.jonas)
    return made


def rows_of(kpi, *values):
    return [
        {"kpi": kpi.pk, "period_start": f"2025-{month:02d}-01", "value": value}
        for month, value in enumerate(values, start=1)
    ]


def write(ask, person, relationship, rows, key="one", **more):
    path = f"relationships/{relationship.pk}/readings/"
    return ask(person, "post", path, {"readings": rows, **more}, idempotency_key=key)


def test_rows_are_judged_and_written(cast, kpi, ask):
    response = write(ask, cast.lena, cast.own, rows_of(kpi, "81", "75", "65", "20"))
    assert response.json() == {"accepted": 4, "problems": []}
    with acting(cast.lena):
        assert list(Reading.objects.values_list("verdict", flat=True)) == [3, 2, 1, 0]


def test_a_retry_gets_the_first_answer_and_has_no_second_effect(cast, kpi, ask):
    rows = rows_of(kpi, "81")
    first = write(ask, cast.lena, cast.own, rows)
    second = write(ask, cast.lena, cast.own, rows)
    assert second.json() == first.json()
    assert (first.headers.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    with acting(cast.lena):
        assert Reading.objects.get().version == 1
        assert TimelineEntry.objects.filter(text__contains="reported").count() == 1


def test_the_same_key_with_another_body_is_refused(cast, kpi, ask):
    write(ask, cast.lena, cast.own, rows_of(kpi, "81"))
    refused = write(ask, cast.lena, cast.own, rows_of(kpi, "82"))
    assert refused.status_code == 422
    with acting(cast.lena):
        assert Reading.objects.get().value == 81


def test_without_a_key_nothing_is_written(cast, kpi, ask):
    assert write(ask, cast.lena, cast.own, rows_of(kpi, "81"), key="").status_code == 400
    with acting(cast.lena):
        assert not Reading.objects.exists()


def test_one_bad_row_keeps_all_out_unless_good_rows_are_enough(cast, kpi, ask):
    rows = rows_of(kpi, "81", "many")
    refused = write(ask, cast.lena, cast.own, rows)
    assert refused.json()["accepted"] == 0
    assert [(p["row"], p["field"]) for p in refused.json()["problems"]] == [(1, "value")]
    taken = write(ask, cast.lena, cast.own, rows, key="two", all_or_nothing=False)
    assert taken.json()["accepted"] == 1


def test_only_the_performing_side_reports(cast, kpi, ask):
    response = write(ask, cast.priya, cast.own, rows_of(kpi, "81"))
    assert response.json()["accepted"] == 0
    assert response.json()["problems"][0]["field"] == "kpi"
    assert write(ask, cast.helen, cast.own, rows_of(kpi, "81"), key="two").status_code == 403
    assert write(ask, cast.outsider, cast.own, rows_of(kpi, "81"), key="three").status_code == 404


def test_eight_racing_retries_write_once(transactional_db):
    cast = assemble()
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    clients = [client_for(cast.lena) for _ in range(8)]

    def post(number: int) -> tuple[int, str]:
        key = f"key-{number // 8}"
        body = {"readings": [{"kpi": kpi.pk, "period_start": "2025-01-01", "value": "75"}]}
        try:
            response = clients[number % 8].post(
                f"/api/v1/relationships/{cast.own.pk}/readings/",
                body,
                content_type="application/json",
                headers={"idempotency-key": key},
            )
            return response.status_code, response.headers.get("Idempotent-Replayed", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(80)))
    assert {status for status, _replayed in answers} == {200}
    assert sum(not replayed for _status, replayed in answers) == 10
    with acting(cast.lena):
        assert IdempotencyKey.objects.count() == 10
        reading = Reading.objects.get()
        assert (reading.version, reading.period_start) == (1, date(2025, 1, 1))
