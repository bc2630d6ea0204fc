"""Environments under two keys: what they mean, and when a spell of them is proposed automatically."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.conditions import check_condition
from kpis.actions.errors import EnvironmentNameIsTaken
from kpis.models import Environment, EnvironmentRevision, Kpi
from kpis.queries.variables import drivers_of, variables_in, variables_of
from portal.lib.uniqueness import once_only
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Relationship, Side


@transaction.atomic
def propose_environment(
    *,
    relationship: Relationship,
    name: str,
    meaning: str,
    condition: str,
    effective_from: date,
    actor: Person,
    side: Side,
    now: datetime,
    environment: Environment | None = None,
    note: str = "",
    counters: Agreement | None = None,
) -> EnvironmentRevision:
    """Proposes a named environment, or another meaning and condition of one that exists (its name then stays).

    `condition` is an expression over drivers as `kpis.domain.conditions` understands it, "" for none. Which driver
    each of its names means is part of what is signed. Raises EnvironmentNameIsTaken, ConditionRefused, or what
    propose_agreement raises.
    """
    named = drivers_named(relationship.pk, condition, environment)
    if environment is None:
        taken = EnvironmentNameIsTaken(_("There is an environment of this name already."))
        with once_only("environment_name_once", taken):
            environment = Environment.objects.create(
                relationship=relationship, name=name.strip(), created_at=now, created_by=actor
            )
    standing = revision_in_force(environment, effective_from)
    proposed = EnvironmentRevision(
        relationship=relationship,
        environment=environment,
        effective_from=effective_from,
        meaning=meaning.strip(),
        condition=condition.strip(),
        created_at=now,
    )
    proposed.agreement = propose_agreement(
        relationship=relationship,
        kind=Agreement.Kind.ENVIRONMENT,
        title=_title(environment),
        content=_content(proposed, standing, named),
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
    )
    proposed.save()
    return proposed


@transaction.atomic
def revise_environment(
    *,
    agreement: Agreement,
    version: int,
    meaning: str,
    condition: str,
    effective_from: date,
    actor: Person,
    side: Side,
    now: datetime,
    note: str = "",
) -> EnvironmentRevision:
    """Rewrites one's own open proposal: a new version that only the reviser has signed.

    Raises ConditionRefused, or what revise_agreement raises.
    """
    proposed = (
        EnvironmentRevision.objects.select_for_update(of=("self",))
        .select_related("environment")
        .get(agreement=agreement)
    )
    named = drivers_named(proposed.relationship_id, condition, proposed.environment)
    standing = revision_in_force(proposed.environment, effective_from)
    proposed.meaning, proposed.condition = meaning.strip(), condition.strip()
    proposed.effective_from = effective_from
    proposed.agreement = revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        title=_title(proposed.environment),
        content=_content(proposed, standing, named),
        note=note,
        actor=actor,
        side=side,
        now=now,
    )
    proposed.save()
    return proposed


def known_variables(relationship_id: int, environment: Environment | None = None) -> dict[str, Kpi]:
    """What a condition can speak of: today's drivers, and what the environment's agreed condition calls them."""
    drivers = drivers_of(relationship_id)
    known = variables_of(drivers)
    standing = None if environment is None else newest_agreed(environment)
    by_id = {driver.pk: driver for driver in drivers}
    meant = {} if standing is None or not standing.condition else variables_in(standing)
    return known | {name: by_id[driver] for name, driver in meant.items() if driver in by_id}


def drivers_named(
    relationship_id: int, condition: str, environment: Environment | None = None
) -> dict[str, Kpi]:
    """The drivers that a condition names; none for "". Raises ConditionRefused."""
    if not condition.strip():
        return {}
    known = known_variables(relationship_id, environment)
    return {name: known[name] for name in check_condition(condition, known).variables}


def newest_agreed(environment: Environment) -> EnvironmentRevision | None:
    """What both sides agreed last, in force already or later."""
    agreed = environment.revisions.filter(agreed_at__isnull=False).select_related("agreement")
    return agreed.order_by("-effective_from", "-agreed_at", "-pk").first()


def revision_in_force(environment: Environment, day: date) -> EnvironmentRevision | None:
    """What the environment means on a day; None while both sides have not agreed."""
    return (
        environment.revisions.filter(agreed_at__isnull=False, effective_from__lte=day)
        .order_by("-effective_from", "-agreed_at", "-pk")
        .first()
    )


@transaction.atomic
def bring_environment_into_force(*, agreement: Agreement, now: datetime) -> EnvironmentRevision:
    """Puts an agreed meaning and condition in force. It judges nothing: only a spell does. Repeatable."""
    revision = EnvironmentRevision.objects.select_for_update(of=("self",)).get(agreement=agreement)
    if revision.agreed_at is None and agreement.outcome == Agreement.Outcome.AGREED:
        revision.agreed_at = now
        revision.save(update_fields=["agreed_at"])
        note_event(
            relationship_id=revision.relationship_id,
            side="",
            actor=None,
            now=now,
            text=_("Both sides agreed what “%(name)s” means") % {"name": revision.environment.name},
            url=f"/environments/{revision.environment_id}/",
            about=f"environment:{revision.environment_id}",
        )
    return revision


def _title(environment: Environment) -> str:
    return _("Environment “%(name)s”") % {"name": environment.name}


def _content(
    proposed: EnvironmentRevision, standing: EnvironmentRevision | None, named: Mapping[str, Kpi]
) -> list[dict[str, Any]]:
    name = proposed.environment.name
    before = ("", "", "") if standing is None else (
        standing.meaning, standing.condition, standing.effective_from.isoformat(),
    )  # fmt: skip
    after = (proposed.meaning, proposed.condition, proposed.effective_from.isoformat())
    labels = (_("What it means"), _("A spell is proposed when"), _("In force from"))
    rows: list[dict[str, Any]] = [
        {"label": label, "before": old, "after": new}
        for label, old, new in zip(labels, before, after, strict=True)
        if old or new
    ]
    if named:
        rows.insert(2, _meant(named))
    return [
        {
            "label": _("Environment"),
            "before": name if standing else "",
            "after": name,
            "environment": proposed.environment_id,
        },
        *rows,
    ]


def _meant(named: Mapping[str, Kpi]) -> dict[str, Any]:
    said = ", ".join(f"{variable} = “{driver.name}”" for variable, driver in named.items())
    return {
        "label": _("Drivers that are meant"),
        "before": "",
        "after": said,
        "variables": {variable: driver.pk for variable, driver in named.items()},
        "names": {variable: driver.name for variable, driver in named.items()},
    }
