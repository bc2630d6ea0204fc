"""A signed-in client that speaks JSON."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.models import Person
from tests.cast import client_for

Ask = Callable[..., HttpResponse]


@pytest.fixture
def ask() -> Ask:
    """`ask(person, method, path, body, **headers)`; header names as keywords: if_match='"1"'."""

    def send(person: Person | None, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(client_for(person), method)(
            f"/api/v1/{path}", body, content_type="application/json", headers=named
        )

    return send


@pytest.fixture
def read(ask: Ask) -> Callable[..., Any]:
    """`read(person, path, **query)`: the JSON of a list or item that must be there."""

    def get(person: Person, path: str, **query: Any) -> Any:
        response = client_for(person).get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return response.json()

    return get
