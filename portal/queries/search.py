"""Finding things by name, among what the viewer may read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import Goal, Kpi
from relationships import queries
from relationships.access import Viewer
from relationships.models import Agreement, Contract, Relationship, Seat
from relationships.policy import Right
from relationships.reach import among, ids_with

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
class _Kind:
    title: Promise
    icon: str
    look: Callable[[Viewer, str], QuerySet[Any]]
    show: Callable[[Any], Found]


def clean(words: str) -> str:
    """What somebody typed, as it can be looked for."""
    return " ".join(words.replace("\0", " ").split())[:LONGEST]


def search(viewer: Viewer, words: str, *, most: int) -> list[Group]:
    """What the viewer may read and whose name contains the words, by kind, at most `most` of each.

    One query for each of the six kinds. Fewer than two characters find nothing.
    """
    words = clean(words)
    if len(words) < SHORTEST or not ids_with(viewer, Right.READ):
        return []
    groups = (_group(kind, viewer, words, most) for kind in KINDS)
    return [group for group in groups if group.found]


def lately(viewer: Viewer, *, most: int) -> list[Group]:
    """The relationships that changed last: where somebody goes who has typed nothing yet."""
    newest = queries.readable_relationships(viewer).select_related("customer", "provider")
    found = [_relationship(one) for one in newest.order_by("-changed_at", "pk")[:most]]
    return [Group(_("Changed lately"), "history", found)] if found else []


def _group(kind: _Kind, viewer: Viewer, words: str, most: int) -> Group:
    rows = list(kind.look(viewer, words)[: most + 1])
    return Group(kind.title, kind.icon, [kind.show(row) for row in rows[:most]], len(rows) > most)


def _within(model: type[Model], viewer: Viewer) -> QuerySet[Any]:
    """Rows of relationships that the viewer may read, with the relationship."""
    # Also for an executive's thousands: through the array the index is read, through the organisation whole tables.
    rows = model._default_manager.select_related("relationship")  # noqa: SLF001
    return rows.filter(among("relationship_id", ids_with(viewer, Right.READ)))


def _any_of(words: str, columns: Iterable[str]) -> Q:
    """A condition: one of the columns contains the words, whatever the letter case."""
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__icontains": words})
    return condition


def _look_in(model: type[Model], *columns: str, order: str) -> Callable[[Viewer, str], QuerySet[Any]]:
    def look(viewer: Viewer, words: str) -> QuerySet[Any]:
        return _within(model, viewer).filter(_any_of(words, columns)).order_by(order, "pk")

    return look


def _look_for_relationships(viewer: Viewer, words: str) -> QuerySet[Relationship]:
    return queries.list_relationships(viewer, search=words, sort="name")


def _look_for_people(viewer: Viewer, words: str) -> QuerySet[Seat]:
    seats = _within(Seat, viewer).select_related("relationship", "person").filter(ended_at__isnull=True)
    return seats.filter(_any_of(words, ("person__full_name", "title"))).order_by("person__full_name", "pk")


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
    _Kind(_("KPIs"), "target", _look_in(Kpi, "name", "reference", order="name"), _kpi),
    _Kind(_("Goals"), "flag", _look_in(Goal, "name", order="name"), _goal),
    _Kind(_("People"), "users", _look_for_people, _seat),
    _Kind(_("Contracts"), "file-text", _look_in(Contract, "title", "reference", order="title"), _contract),
    _Kind(_("Agreements"), "signature", _look_in(Agreement, "title", order="-proposed_at"), _agreement),
)
