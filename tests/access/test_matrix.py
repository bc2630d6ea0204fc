"""Every address × method × identity × own or foreign target: who may come in, and that nothing leaks to anybody.

A leak is another party's canary in body or headers, whatever the status. An address that is not listed in
`tests/access/rules.py` fails the run, as does a rule without an address.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.lib.refusals import sqlstate
from relationships.policy import rights_of
from tests.access.rules import RULES, Rule
from tests.access.world import IDENTITIES, Furnished, World, build
from tests.cast import client_for

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HIDDEN, FORBIDDEN = 404, 403


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; one without a name is given by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else str(entry.pattern)


def test_every_address_has_a_rule_and_every_rule_an_address():
    found = set(addresses())
    assert sorted(found - set(RULES)) == []
    assert sorted(set(RULES) - found) == []


@pytest.fixture
def world(cast, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = str(tmp_path)
    return build(cast)


def body_of(response: HttpResponseBase) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace") + str(dict(response.headers))


def ask(client: Client, method: str, url: str) -> tuple[int, str, HttpResponseBase]:
    """Asks and takes back whatever it changed."""
    headers = {"HTTP_IF_MATCH": '"1"', "HTTP_IDEMPOTENCY_KEY": "matrix"}
    with transaction.atomic():
        kind: dict[str, Any] = {"content_type": "application/json"} if url.startswith("/api/") else {}
        data: Any = {} if method != "GET" else None
        response = getattr(client, method.lower())(url, data, **kind, **headers)
        body = body_of(response)
        transaction.set_rollback(True)
    return response.status_code, body, response


def is_insider(identity: str, furnished: Furnished, world: World) -> bool:
    if furnished is world.foreign:
        return identity == "rival lead"
    return bool(IDENTITIES[identity][1])


def expected(rule: Rule, identity: str, furnished: Furnished, world: World) -> str:
    """ "in", "forbidden", "hidden", "sign in" or "any"."""
    if rule.public:
        return "any"
    if identity == "stranger":
        return "sign in"
    if rule.check is not None:
        return rule.check(identity, furnished is world.own)
    if rule.noun is None:
        return "in"
    if not is_insider(identity, furnished, world):
        return "hidden"
    roles = ("LEAD",) if furnished is world.foreign else IDENTITIES[identity][1]
    return "in" if rule.needs is None or rule.needs in rights_of(roles) else "forbidden"


def verdict_on(rule: Rule, wanted: str, status: int, response: HttpResponseBase, url: str) -> str:
    """ "" when the answer is as wanted, else what is wrong."""
    if status >= 500:
        return f"crashed with {status}"
    if wanted == "any" or status == 405:
        return ""
    if wanted == "sign in":
        signs_in = status == 302 and "/accounts/login/" in response.headers.get("Location", "")
        return (
            ""
            if signs_in or (url.startswith("/api/") and status in (401, 403))
            else f"let a stranger in: {status}"
        )
    if wanted == "hidden":
        return "" if status == HIDDEN else f"should be hidden, was {status}"
    if wanted == "forbidden":
        return "" if status == FORBIDDEN else f"should be forbidden, was {status}"
    # What exists may still refuse this empty request (400, 409, 412, 422, 428) but not the person.
    return (
        ""
        if status not in (HIDDEN, FORBIDDEN, 401) or (status, rule.may_be_gone) == (HIDDEN, True)
        else f"kept out: {status}"
    )


def forbidden_canaries(identity: str, world: World) -> list[str]:
    """What must never appear before this identity."""
    side = IDENTITIES[identity][2]
    own = [
        world.own.canary(f"internal-{other}") for other in ("customer", "provider") if other.upper() != side
    ]
    if identity == "rival lead":
        return [*own, world.own.canary(), world.foreign.canary("internal-provider")]
    foreign = [
        world.foreign.canary(kind) for kind in ("shared", "internal-customer", "internal-provider", "notice")
    ]
    if not IDENTITIES[identity][1]:
        own.append(world.own.canary())
    return own + foreign


@pytest.mark.parametrize("identity", IDENTITIES)
def test_matrix(identity, world):
    client = client_for(world.person(identity))
    secrets = forbidden_canaries(identity, world)
    problems: list[str] = []
    counted: Counter[str] = Counter()
    for name, rule in RULES.items():
        for furnished in (world.own, world.foreign):
            url = reverse(name, kwargs=rule.arguments(furnished)) if rule.named else rule.path
            shown = False
            for method in rule.methods or METHODS:
                status, body, response = ask(client, method, url)
                wanted = expected(rule.for_method(method), identity, furnished, world)
                wrong = verdict_on(rule, wanted, status, response, url)
                leaked = [] if rule.public else [secret for secret in secrets if secret in body]
                counted[wanted] += 1
                shown = shown or (method == "GET" and furnished.canary() in body)
                where = f"{method} {name} ({'own' if furnished is world.own else 'foreign'}) as {identity}"
                problems += [f"{where}: {wrong}"] * bool(wrong) + [f"{where}: leaked {leaked}"] * bool(leaked)
            is_in = expected(rule, identity, furnished, world) == "in" and is_insider(
                identity, furnished, world
            )
            if rule.shows and is_in and not shown:
                problems.append(f"GET {name} as {identity}: does not show what it is about")
    assert problems == []
    assert sum(counted.values()) > 100
    assert sqlstate(None) is None
