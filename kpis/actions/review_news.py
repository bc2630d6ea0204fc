"""Who is told what when figures ask for a look: what happened, why they are told, and what they can do next.

Always a notice and a letter under one key, so that whoever is told is told once, however often it runs.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import notify, write_letter
from accounts.links import absolute
from accounts.models import Person
from kpis.models import Kpi, Review
from kpis.queries.reviews import Figures
from relationships.models import Role, Seat, Side


def tell_leads(review: Review, *, now: datetime) -> None:
    """Tells the leads of both sides that a review is open."""
    kpi, url = review.kpi, f"/reviews/{review.pk}/"
    figures = {
        "kpi": kpi.name[:150],
        "relationship": kpi.relationship.name[:150],
        **_readable(review.figures),
    }
    what, why = _WORDS[review.cause]
    body = "\n\n".join(
        (
            str(what) % figures,
            str(why),
            _(
                "This asks the leads of both sides, and nobody is at fault by it. Look at the figures together, then"
                " choose: renegotiate the target, repair the process, or accept it for now. Either side proposes, the"
                " other signs. Open the review: %(url)s"
            )
            % {"url": absolute(url)},
        )
    )
    text = _("%(cause)s: “%(kpi)s” in “%(relationship)s”") % {**figures, "cause": review.get_cause_display()}
    people = [person for side in Side for person in holders(kpi, side, Role.LEAD)]
    _tell(people, key=f"review:{review.pk}", text=text, url=url, body=body, now=now)


def tell_go_to_pair(kpi: Kpi, *, period_start: date, figures: Figures, now: datetime) -> int:
    """Tells the go-to person of each side (where a side has none: its leads), at most once a month; returns how many."""
    url = f"/kpis/{kpi.pk}/wiggle-room/"
    said = {"kpi": kpi.name[:150], "relationship": kpi.relationship.name[:150], **_readable(figures)}
    text = _("Wiggle room of “%(kpi)s” goes fast: %(burn_1)s times the agreed pace this month") % said
    body = "\n\n".join(
        (
            _(
                "In “%(relationship)s”, “%(kpi)s” has used its wiggle room at %(burn_1)s times the agreed pace over"
                " the last month: %(used)s of %(allowance)s units in twelve months so far."
            )
            % said,
            _(
                "You read this because you are the person people can turn to on your side. Nothing has been missed yet"
                " that was promised, and nothing follows from it by itself."
            ),
            _("Perhaps a word with your counterpart is enough. The figures are here: %(url)s")
            % {"url": absolute(url)},
        )
    )
    people = [person for side in Side for person in _go_tos(kpi, side)]
    key = f"room:{kpi.pk}:{Review.Cause.BURN_MONTH}:{period_start:%Y-%m}"
    return _tell(people, key=key, text=text, url=url, body=body, now=now)


def holders(kpi: Kpi, side: Side, role: Role) -> list[Person]:
    """Active people who hold a role on a side of the KPI's relationship."""
    seats = Seat.objects.filter(
        relationship_id=kpi.relationship_id, side=side, role=role, ended_at__isnull=True
    )
    return list(Person.objects.filter(pk__in=seats.values("person"), is_active=True).order_by("pk"))


def _go_tos(kpi: Kpi, side: Side) -> list[Person]:
    return holders(kpi, side, Role.GO_TO) or holders(kpi, side, Role.LEAD)


def _tell(people: Iterable[Person], *, key: str, text: str, url: str, body: str, now: datetime) -> int:
    told = 0
    for person in people:
        notify(person_id=person.pk, key=key, text=text[:300], url=url, now=now)
        write_letter(key=f"{key}:{person.pk}", to=person.email, subject=text[:200], body=body, now=now)
        told += 1
    return told


def _readable(figures: Figures) -> Figures:
    """The figures, with a dash for each that is not there."""
    names = ("used", "allowance", "burn_1", "burn_3", "mean", "usual", "target", "points")
    return {name: figures.get(name, "–") for name in names}


_WORDS: Mapping[str, tuple[Promise, Promise]] = {
    Review.Cause.EXHAUSTED: (
        gettext_lazy(
            "In “%(relationship)s”, “%(kpi)s” has used %(used)s of the %(allowance)s units of wiggle room that both"
            " sides agreed for twelve months."
        ),
        gettext_lazy(
            "Once it is used up, a period in the wiggle room counts as missed. Whether the target still fits or the"
            " process needs help is for both sides to say."
        ),
    ),
    Review.Cause.BURN_QUARTER: (
        gettext_lazy(
            "In “%(relationship)s”, “%(kpi)s” has used its wiggle room at %(burn_3)s times the agreed pace over the"
            " last three months: %(used)s of %(allowance)s units in twelve months so far."
        ),
        gettext_lazy(
            "At this pace it will be used up before the year is over. There is still room, and time to talk."
        ),
    ),
    Review.Cause.MISSES: (
        gettext_lazy(
            "In “%(relationship)s”, “%(kpi)s” keeps missing its target of %(target)s: as the process is, its values"
            " lie between %(usual)s (drawn from %(points)s values)."
        ),
        gettext_lazy(
            "Trying harder will not change that. Either the target or the process is worth another look, together."
        ),
    ),
}
