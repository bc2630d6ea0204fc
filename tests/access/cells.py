"""One cell of the access matrix: ask an address as somebody, compare with the rule, look for what leaks."""

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from relationships.policy import rights_of
from tests.access.rules.base import Rule
from tests.access.world import IDENTITIES, Furnished, World
from tests.cast import client_for

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HIDDEN, FORBIDDEN = 404, 403
# Whose content is private to one side, so that the other side's is a target of its own.
PRIVATE_NOUNS = ("upload",)
MIRROR = {
    "customer lead": "provider lead", "second customer lead": "provider lead", "customer member": "provider member",
    "customer executive": "provider executive", "customer go-to": "provider go-to", "provider lead": "customer lead",
    "provider member": "customer member", "provider executive": "customer executive",
    "provider go-to": "customer go-to", "rival lead": "without organisation",
}  # fmt: skip


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses; one without a name is given by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else str(entry.pattern)


@dataclass
class Outcome:
    """What was asked, and everything that was wrong with the answers."""

    problems: list[str] = field(default_factory=list)
    cells: int = 0
    wanted: Counter[str] = field(default_factory=Counter)

    @property
    def leaks(self) -> list[str]:
        return [problem for problem in self.problems if ": leaked " in problem]


def body_of(response: HttpResponseBase) -> str:
    """Everything the answer says: content (a workbook unpacked), headers and cookies."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK") and "spreadsheet" in response.headers.get("Content-Type", ""):
        with zipfile.ZipFile(BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return f"{content.decode(errors='replace')}{dict(response.headers)}{response.cookies}"


def ask(client: Client, method: str, url: str, data: Mapping[str, Any] | None = None) -> HttpResponseBase:
    """Asks and takes back whatever it changed."""
    headers = {"HTTP_IF_MATCH": '"1"', "HTTP_IDEMPOTENCY_KEY": "matrix"}
    kind: dict[str, Any] = {"content_type": "application/json"} if url.startswith("/api/") else {}
    given: Any = data if data is not None else {} if method != "GET" else None
    with transaction.atomic():
        response: HttpResponseBase = getattr(client, method.lower())(url, given, **kind, **headers)
        response.said = body_of(response)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return response


def expected(rule: Rule, identity: str, furnished: Furnished, world: World) -> str:
    """ "in", "forbidden", "hidden", "kept out" (one of the two), "sign in" or "any"."""
    if rule.public:
        return "any"
    if identity == "stranger":
        return "sign in"
    if rule.check is not None:
        if furnished is world.theirs:
            wanted = rule.check(MIRROR.get(identity, identity), True)
            # Without a counterpart somebody lacks both the right and the side; either wall may speak first.
            return "kept out" if wanted == "forbidden" and identity not in MIRROR else wanted
        return rule.check(identity, furnished is world.own)
    if rule.noun is None:
        return "in"
    if furnished is world.foreign:
        roles = ("LEAD",) if identity == "rival lead" else ()
    else:
        roles = IDENTITIES[identity][1]
    if not roles:
        return "hidden"
    return "in" if rule.needs is None or rule.needs in rights_of(roles) else "forbidden"


def verdict_on(rule: Rule, wanted: str, response: HttpResponseBase, url: str) -> str:
    """ "" when the answer is as wanted, else what is wrong."""
    status = response.status_code
    if status >= 500:
        return f"crashed with {status}"
    if wanted == "any" or status == 405:
        return ""
    if wanted == "sign in":
        signs_in = status == 302 and "/accounts/login/" in response.headers.get("Location", "")
        refused = url.startswith("/api/") and status in (401, 403)
        return "" if signs_in or refused else f"let a stranger in: {status}"
    if wanted == "hidden":
        return "" if status == HIDDEN else f"should be hidden, was {status}"
    if wanted == "kept out":
        return "" if status in (HIDDEN, FORBIDDEN) else f"should be kept out, was {status}"
    if wanted == "forbidden":
        return "" if status == FORBIDDEN else f"should be forbidden, was {status}"
    # What exists may still refuse this empty request (400, 409, 412, 422, 428) but not the person.
    kept_out = status in (HIDDEN, FORBIDDEN, 401) and (status, rule.may_be_gone) != (HIDDEN, True)
    return f"kept out: {status}" if kept_out else ""


def targets(rule: Rule, world: World) -> list[tuple[str, Furnished]]:
    """The own relationship's row, a rival's, and where it matters one that is private to the other side."""
    found = [("own", world.own), ("foreign", world.foreign)]
    return [*found, ("theirs", world.theirs)] if rule.noun in PRIVATE_NOUNS else found


def url_of(name: str, rule: Rule, furnished: Furnished) -> str:
    return reverse(name, kwargs=rule.arguments(furnished)) if rule.named else rule.path


def shown_by(rule: Rule, furnished: Furnished, said: str) -> bool:
    """Whether the answer shows what it is about: a text of its own noun, not only the relationship's name."""
    noun = rule.proves or ("" if rule.noun in (None, "relationship") else f"{rule.noun}-")
    return furnished.canary(noun, rule.proves_to) in said.lower()


def walk(
    world: World,
    identity: str,
    rules: Mapping[str, Rule],
    *,
    methods: Iterable[str] = METHODS,
    only: Iterable[str] = ("own", "foreign", "theirs"),
) -> Outcome:
    """Asks every address of `rules` as one identity, with every method and about every target."""
    client, outcome = client_for(world.person(identity)), Outcome()
    for name, rule in rules.items():
        for kind, furnished in targets(rule, world):
            if kind in only:
                _ask_all(client, outcome, world, identity, name, rule, (kind, furnished), tuple(methods))
    return outcome


def _ask_all(
    client: Client, outcome: Outcome, world: World, identity: str, name: str, rule: Rule,
    target: tuple[str, Furnished], methods: tuple[str, ...],
) -> None:  # fmt: skip
    kind, furnished = target
    shown = asked = False
    for method in rule.methods or METHODS:
        if method not in methods:
            continue
        ruled = rule.for_method(method)
        wanted = expected(ruled, identity, furnished, world)
        for query in rule.queries_of(furnished) if method == "GET" else ("",):
            url = url_of(name, rule, furnished)
            response = ask(client, method, url + query)
            said = response.said  # type: ignore[attr-defined]
            wrong = verdict_on(ruled, wanted, response, url)
            # Who holds a secret link is told what it is about; everything else that is public says nothing.
            leaked = world.leaks(identity, said)
            outcome.cells += 1
            outcome.wanted[wanted] += 1
            where = f"{method} {name}{query} ({kind}) as {identity}"
            outcome.problems += [f"{where}: {wrong}"] * bool(wrong)
            outcome.problems += [f"{where}: leaked {leaked}"] * bool(leaked)
            if method == "GET" and wanted == "in" and world.reads(identity, furnished):
                asked, shown = True, shown or shown_by(rule, furnished, said)
    if rule.shows and asked and kind != "theirs" and not shown:
        outcome.problems.append(f"GET {name} ({kind}) as {identity}: does not show what it is about")


def ask_and_look(
    world: World, identity: str, name: str, pk: int, data: Mapping[str, Any], look: Callable[[], Any]
) -> Any:
    """Posts something and says what is seen right after it, before everything is taken back."""
    client = client_for(world.person(identity))
    with transaction.atomic():
        client.post(reverse(name, args=[pk]), data)
        seen = look()
        transaction.set_rollback(True)
    return seen
