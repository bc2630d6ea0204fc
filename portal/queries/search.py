"""Finding things by name, among what the viewer may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import Goal, Kpi
from relationships import queries
from relationships.access import Viewer
from relationships.models import Agreement, Contract, Relationship, Seat
from relationships.policy import Right
from relationships.reach import among, as_array, ids_with

SHORTEST: Final = 2
LONGEST: Final = 100


@dataclass(frozen=True)
class Found:
    """One thing: what it is called, where it belongs, where it is."""

    name: str
    where: str
    url: str
    kind: str


@dataclass(frozen=True)
class Group:
    """Things of one kind; `is_cut` when there are more than are shown."""

    title: Promise | str
    icon: str
    found: list[Found]
    is_cut: bool = False

    @property
    def note(self) -> str:
        """Says that there is more; empty when there is not."""
        if not self.is_cut:
            return ""
        return gettext("The first %(n)d; more words narrow it down.") % {"n": len(self.found)}


@dataclass(frozen=True)
class _Sought:
    """What is looked for: words for whom, and the ids of what is named so by kind."""

    viewer: Viewer
    words: str
    most: int
    named: Mapping[str, list[int]]


@dataclass(frozen=True)
class _Kind:
    title: Promise
    icon: str
    look: Callable[[_Sought], QuerySet[Any]]
    show: Callable[[Any], Found]


def clean(words: str) -> str:
    """What somebody typed, as it can be looked for."""
    return " ".join(words.replace("\0", " ").split())[:LONGEST]


def search(viewer: Viewer, words: str, *, most: int) -> list[Group]:
    """What the viewer may read and whose name contains the words, by kind, at most `most` of each.

    One question for all names, and one for the rows of each kind that has any. Fewer than two characters find
    nothing; two find beginnings of words, and any part of a relationship's name.
    """
    words = clean(words)
    if len(words) < SHORTEST or not ids_with(viewer, Right.READ):
        return []
    sought = _Sought(viewer, words, most, _named(viewer, words, most + 1))
    groups = (_group(kind, sought) for kind in KINDS)
    return [group for group in groups if group.found]


def lately(viewer: Viewer, *, most: int) -> list[Group]:
    """The relationships that changed last: where somebody goes who has typed nothing yet."""
    newest = queries.readable_relationships(viewer).select_related("customer", "provider")
    found = [_relationship(one) for one in newest.order_by("-changed_at", "pk")[:most]]
    return [Group(_("Changed lately"), "history", found)] if found else []


def _group(kind: _Kind, sought: _Sought) -> Group:
    rows = list(kind.look(sought)[: sought.most + 1])
    shown = [kind.show(row) for row in rows[: sought.most]]
    return Group(kind.title, kind.icon, shown, len(rows) > sought.most)


def _named(viewer: Viewer, words: str, most: int) -> dict[str, list[int]]:
    """The ids of what the viewer may read and is named so, by kind; found through indexes (see the migration)."""
    readable = as_array(ids_with(viewer, Right.READ))
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, id FROM portal_named(%s, %s::bigint[], %s)", [words, readable, most])
        for kind, pk in cursor.fetchall():
            found.setdefault(kind, []).append(pk)
    return found


def _rows(model: type[Model], kind: str, *order: str) -> Callable[[_Sought], QuerySet[Any]]:
    """How the rows of a kind are read, once it is known which."""

    def look(sought: _Sought) -> QuerySet[Any]:
        rows = model._default_manager.select_related("relationship").order_by(*order)  # noqa: SLF001
        ids = sought.named.get(kind)
        return rows.filter(among("id", ids)) if ids else rows.none()

    return look


def _look_for_relationships(sought: _Sought) -> QuerySet[Relationship]:
    return queries.list_relationships(sought.viewer, search=sought.words, sort="name")


def _look_for_people(sought: _Sought) -> QuerySet[Seat]:
    return _rows(Seat, "seat", "person__full_name", "pk")(sought).select_related("relationship", "person")


def _relationship(row: Relationship) -> Found:
    parties = " · ".join(str(party) for party in (row.customer, row.provider) if party)
    return Found(row.name, parties, reverse("overview", args=[row.pk]), "relationship")


def _kpi(row: Kpi) -> Found:
    name = f"{row.reference} {row.name}".strip()
    return Found(name, row.relationship.name, reverse("kpis:kpi", args=[row.pk]), "kpi")


def _goal(row: Goal) -> Found:
    url = f"{reverse('kpis:goals', args=[row.relationship_id])}#goal-{row.pk}"
    return Found(row.name, row.relationship.name, url, "goal")


def _seat(row: Seat) -> Found:
    title = row.title or row.get_role_display()
    where = f"{title} · {row.get_side_display()} · {row.relationship.name}"
    return Found(
        str(row.person), where, reverse("relationships:people", args=[row.relationship_id]), "person"
    )


def _contract(row: Contract) -> Found:
    where = f"{row.get_kind_display()} · {row.relationship.name}"
    return Found(row.title, where, reverse("relationships:contract", args=[row.pk]), "contract")


def _agreement(row: Agreement) -> Found:
    where = f"{row.get_outcome_display()} · {row.relationship.name}"
    return Found(row.title, where, reverse("agreement", args=[row.pk]), "agreement")


KINDS: Final = (
    _Kind(_("Relationships"), "handshake", _look_for_relationships, _relationship),
    _Kind(_("KPIs"), "target", _rows(Kpi, "kpi", "name", "pk"), _kpi),
    _Kind(_("Goals"), "flag", _rows(Goal, "goal", "name", "pk"), _goal),
    _Kind(_("People"), "users", _look_for_people, _seat),
    _Kind(_("Contracts"), "file-text", _rows(Contract, "contract", "title", "pk"), _contract),
    _Kind(_("Agreements"), "signature", _rows(Agreement, "agreement", "-proposed_at", "pk"), _agreement),
)
