"""Thousands of requests that the API's own description allows, and many it does not: no crash, no broken promise.

The requests carry the session and the CSRF token of a lead, so that they really get in; each is rolled back.
"""

import os
from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.wsgi import application
from tests.access.world import build

CASES = int(os.environ.get("FUZZ_CASES", "80"))
CSRF = "a" * 32


@pytest.fixture
def world(cast, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return build(cast)


@pytest.fixture
def kept_connection():
    """A real WSGI request would close the connection on which the test's own transaction is open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_nothing_that_is_sent_breaks_it(world, kept_connection):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    client = Client()
    client.force_login(world.cast.amara)
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF}
    headers = {"X-CSRFToken": CSRF}
    answered: Counter[int] = Counter()

    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=CASES // 2,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def fuzz(case):
                number = case.path_parameters.get("id")
                # Half of the numbers are those of rows that exist, or nothing would ever be found.
                if isinstance(number, int) and number % 2:
                    case.path_parameters["id"] = 1
                with transaction.atomic():
                    response = case.call(cookies=cookies, headers=headers)
                    transaction.set_rollback(True)
                answered[response.status_code] += 1
                checks = [
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ]
                case.validate_response(response, checks=checks)

            try:
                fuzz()
            except Exception as error:
                raise AssertionError(f"{operation.label}: {error}") from error
    print(dict(answered))
    assert sum(answered.values()) > 0
    assert answered[200] > 0
    assert answered[201] + answered[400] > 0
    assert answered[401] == 0
