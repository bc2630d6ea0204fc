"""Two furnished relationships whose every text is a canary, and everybody who might come and look.

A canary names who may read it: `canary-<relationship>-<audience>-<field>`, with the audience `shared` (both sides),
`customer` or `provider` (internal to one side), `org<id>` (an organisation's administrators) or `person<id>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Invitation, Notice, Person
from kpis.models import (
    BandRevision,
    Dispute,
    Environment,
    EnvironmentRevision,
    Evidence,
    FlexRule,
    Goal,
    Kpi,
    NamedCalendar,
    NamedPeriod,
    Reading,
    Rebase,
    Rejudging,
    Review,
    Spell,
    Upload,
)
from relationships import actions
from relationships.models import (
    Agreement,
    Contract,
    ContractDocument,
    Pulse,
    Relationship,
    RelationshipInvitation,
    Role,
    Seat,
    Side,
    StatementOfIntent,
)
from relationships.policy import Right, rights_of
from tests.cast import NOW, Cast, acting
from value.models import Score, ScoreRun, Standing

JANUARY = date(2026, 1, 1)

# Key: (person of the cast or "", roles held in the own relationship, side)
IDENTITIES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "stranger": ("", (), ""),
    "without organisation": ("nobody", (), ""),
    "customer lead": ("amara", ("LEAD",), "CUSTOMER"),
    "second customer lead": ("ruth", ("LEAD",), "CUSTOMER"),
    "customer member": ("priya", ("MEMBER",), "CUSTOMER"),
    "customer executive": ("helen", ("EXECUTIVE",), "CUSTOMER"),
    "customer go-to": ("customer_go_to", ("GO_TO",), "CUSTOMER"),
    "recipient": ("recipient", ("RECIPIENT",), "CUSTOMER"),
    "customer administrator": ("owen", (), ""),
    "provider lead": ("jonas", ("LEAD",), "PROVIDER"),
    "provider member": ("lena", ("MEMBER",), "PROVIDER"),
    "provider executive": ("ingrid", ("EXECUTIVE",), "PROVIDER"),
    "provider go-to": ("provider_go_to", ("GO_TO",), "PROVIDER"),
    "provider administrator": ("provider_admin", (), ""),
    "rival lead": ("outsider", (), ""),
    "revoked lead": ("revoked", (), ""),
}


CANARY = re.compile(
    r"canary-(\d+)-(shared|customer|provider|org\d+|person\d+)(?:-([a-z][a-z-]*[a-z]))?", re.IGNORECASE
)
FIELDS: set[tuple[int, str, str]] = set()


@dataclass
class Furnished:
    """One relationship's rows by noun, for filling addresses."""

    relationship: Relationship
    rows: dict[str, Any] = field(default_factory=dict)

    def plant(self, name: str, audience: str = "shared") -> str:
        """A text for a field, that says where it stands and who may read it."""
        FIELDS.add((self.relationship.pk, audience, name))
        return f"canary-{self.relationship.pk}-{audience}-{name}"

    def canary(self, noun: str = "", audience: str = "shared") -> str:
        """What every text of a noun begins with."""
        return f"canary-{self.relationship.pk}-{audience}-{noun}"


@dataclass
class World:
    """Everything the matrix needs; `theirs` is the own relationship with what is private to the provider's side."""

    cast: Cast
    revoked: Person
    own: Furnished
    foreign: Furnished
    theirs: Furnished

    def person(self, identity: str) -> Person | None:
        key = IDENTITIES[identity][0]
        if not key:
            return None
        return self.revoked if key == "revoked" else self.cast.person(key)

    def reads(self, identity: str, furnished: Furnished) -> bool:
        """Whether somebody may read what both sides of the relationship share."""
        if furnished is self.foreign:
            return identity == "rival lead"
        return Right.READ in rights_of(IDENTITIES[identity][1])

    def audiences(self, identity: str) -> set[tuple[int, str]]:
        """(relationship, audience) of everything an identity may ever see."""
        seen: set[tuple[int, str]] = set()
        sides = {"own": IDENTITIES[identity][2], "foreign": "CUSTOMER"}
        for name, furnished in (("own", self.own), ("foreign", self.foreign)):
            pk = furnished.relationship.pk
            if self.reads(identity, furnished):
                seen |= {(pk, "shared"), (pk, sides[name].lower())}
            person = self.person(identity)
            if person is not None:
                seen.add((pk, f"person{person.pk}"))
                if person.is_organisation_admin:
                    seen.add((pk, f"org{person.organisation_id}"))
        return seen

    def leaks(self, identity: str, body: str) -> list[str]:
        """Canaries in a body that are not this identity's to see."""
        if "canary" not in body.lower():
            return []
        allowed = self.audiences(identity)
        return sorted(
            {
                found.group()
                for found in CANARY.finditer(body)
                if (int(found.group(1)), found.group(2).lower()) not in allowed
            }
        )


def build(cast: Cast) -> World:
    """The cast, somebody whose seat was taken away, and both relationships furnished alike."""
    FIELDS.clear()
    revoked = Person.objects.create_user(
        "revoked@northwind.example", full_name="Rita Revoked", organisation=cast.northwind, joined_at=NOW
    )
    with acting(cast.amara, cast.own):
        Seat.objects.create(
            relationship=cast.own, side=Side.CUSTOMER, person=revoked, role=Role.LEAD, started_at=NOW,
            ended_at=NOW + timedelta(seconds=1),
        )  # fmt: skip
    own, foreign = Furnished(cast.own), Furnished(cast.foreign)
    for furnished, customer, provider in (
        (own, cast.amara, cast.jonas),
        (foreign, cast.outsider, cast.rival_provider),
    ):
        _furnish(furnished, customer, provider)
        _accounts(furnished, customer, provider)
        _say_internally(furnished, customer, Side.CUSTOMER)
        _say_internally(furnished, provider, Side.PROVIDER)
    ScoreRun.objects.create(as_of=JANUARY, started_at=NOW, finished_at=NOW, total=2, done=2)
    theirs = replace(own, rows={**own.rows, "upload": own.rows["provider_upload"]})
    return World(cast, revoked, own, foreign, theirs)


def _abouts(rows: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything that can be commented: (noun, what the timeline keeps it under)."""
    for noun in ("kpi", "goal", "contract", "agreement", "upload"):
        yield noun, f"{noun}:{rows[noun].pk}"
    yield "reading", f"reading:{rows['kpi'].pk}:{JANUARY.isoformat()}"
    yield "everything", ""


def _say_internally(furnished: Furnished, person: Person, side: Side) -> None:
    """About every thing, something for one's own side alone; a colleague of theirs is named in it."""
    with acting(person, furnished.relationship):
        for noun, about in _abouts(furnished.rows):
            actions.comment(
                relationship=furnished.relationship, actor=person, side=side, now=NOW, about=about, internal=True,
                text=furnished.plant(f"comment-about-{noun}", side.value.lower()),
            )  # fmt: skip


def _accounts(furnished: Furnished, customer: Person, provider: Person) -> None:
    rows = furnished.rows
    rows["invitation_token"] = f"token-{furnished.relationship.pk}"
    for noun, person in (("invitation", customer), ("provider_invitation", provider)):
        said = furnished.plant("invitee", f"org{person.organisation_id}")
        rows[noun] = Invitation.objects.create(
            organisation=person.organisation, email=f"{said}@example.org", full_name=said,
            token_hash=f"{person.pk:064x}", invited_by=person, invited_at=NOW, expires_at=NOW + timedelta(days=7),
        )  # fmt: skip
    for noun, person in (("notice", customer), ("provider_notice", provider)):
        with acting(person, furnished.relationship):
            rows[noun] = Notice.objects.create(
                person=person,
                key="k",
                text=furnished.plant("notice", f"person{person.pk}"),
                url="/",
                created_at=NOW,
            )
    rows["person"] = customer


def _furnish(furnished: Furnished, customer: Person, provider: Person) -> None:
    relationship, rows, plant = furnished.relationship, furnished.rows, furnished.plant
    rows["relationship"] = relationship
    common: dict[str, Any] = {"relationship": relationship}
    with acting(customer, relationship):
        Relationship.objects.filter(pk=relationship.pk).update(
            name=plant("relationship-name"), service=plant("relationship-service"),
            reference=plant("relationship-reference"), attribution=plant("relationship-attribution"),
        )  # fmt: skip
        relationship.refresh_from_db()
        Seat.objects.filter(relationship=relationship).update(title=plant("seat-title"))
        rows["contract"] = Contract.objects.create(
            **common, kind="MASTER", title=plant("contract-title"), reference=plant("contract-reference"),
            notes=plant("contract-notes"), accountable_name=plant("contract-accountable"), created_at=NOW,
            created_by=customer,
        )  # fmt: skip
        rows["document"] = ContractDocument.objects.create(
            **common, contract=rows["contract"], name=f"{plant('document-name')}.txt", content_type="text/plain",
            size=3, file=ContentFile(plant("document-body").encode(), name="contract.txt"), added_at=NOW,
            added_by=customer,
        )  # fmt: skip
        rows["goal"] = Goal.objects.create(
            **common, name=plant("goal-name"), outcome=plant("goal-outcome"), created_at=NOW, created_by=customer,
            worth_to_customer=plant("goal-worth-to-customer"), worth_to_provider=plant("goal-worth-to-provider"),
        )  # fmt: skip
        rows["kpi"] = _kpi(furnished, rows["goal"], customer, provider)
        rows["calendar"] = NamedCalendar.objects.create(**common, name=plant("calendar-name"))
        NamedPeriod.objects.create(
            **common, calendar=rows["calendar"], label=plant("period-label"), first_day=JANUARY,
            last_day=JANUARY + timedelta(days=27),
        )  # fmt: skip
        agreement = _propose(furnished, customer, "STATEMENT_OF_INTENT", "agreement")
        Agreement.objects.filter(pk=agreement.pk).update(note=plant("agreement-note"))
        rows["agreement"] = agreement
        rows["statement"] = StatementOfIntent.objects.create(
            **common, agreement=agreement, text=plant("statement-text")
        )
        rows["relationship_invitation"] = RelationshipInvitation.objects.create(
            **common, email="a@b.example", organisation_name=plant("invited-organisation"),
            token_hash=f"{relationship.pk:064x}", invited_by=customer, invited_at=NOW,
            expires_at=NOW + timedelta(days=7), settled_at=NOW,
        )  # fmt: skip
        rows["seat"] = Seat.objects.filter(relationship=relationship, side="CUSTOMER").first()
        actions.comment(
            relationship=relationship,
            actor=customer,
            side=Side.CUSTOMER,
            now=NOW,
            text=plant("comment-shared"),
        )
        _values(furnished, customer)
        rows["pulse"] = Pulse.objects.create(
            **common, opened_at=NOW, opened_by=customer, closes_at=NOW + timedelta(days=14)
        )
        rows["upload"] = _upload(furnished, customer, Side.CUSTOMER)
    with acting(provider, relationship):
        rows["provider_upload"] = _upload(furnished, provider, Side.PROVIDER)


def _propose(furnished: Furnished, actor: Person, kind: str, noun: str) -> Agreement:
    return actions.propose_agreement(
        relationship=furnished.relationship, kind=kind, title=furnished.plant(f"{noun}-title"),
        content=[{"label": "Text", "before": None, "after": furnished.plant(f"{noun}-content")}], actor=actor,
        side=Side.CUSTOMER, now=NOW,
    )  # fmt: skip


def _kpi(furnished: Furnished, goal: Goal, customer: Person, provider: Person) -> Kpi:
    plant = furnished.plant
    return Kpi.objects.create(
        relationship=furnished.relationship, goal=goal, name=plant("kpi-name"), reference=plant("kpi-reference"),
        performed_by="PROVIDER", polarity="HIGHER", unit=plant("kpi-unit"), frequency="MONTH", starts_on=JANUARY,
        created_at=NOW, outcome=plant("kpi-outcome"), standard=plant("kpi-standard"),
        how_measured=plant("kpi-how-measured"), source=plant("kpi-source"), customer_owner=customer,
        provider_owner=provider,
    )  # fmt: skip


def _upload(furnished: Furnished, sender: Person, side: Side) -> Upload:
    """A file waiting for its columns; nothing in it is the other side's to see."""

    def said(name: str) -> str:
        return furnished.plant(f"upload-{name}", side.value.lower())

    return Upload.objects.create(
        relationship=furnished.relationship, side=side, name=f"{said('name')}.csv",
        content=f"KPI,{said('column')}\n{said('cell')},1\n".encode(), sha256=f"{sender.pk:064x}", source="s",
        header=["KPI", said("column")], uploaded_by=sender, uploaded_at=NOW,
        report=[{"row": 2, "column": said("column"), "kpi": said("kpi"), "period": "", "text": said("problem"),
                 "is_problem": True}],
    )  # fmt: skip


def _values(furnished: Furnished, customer: Person) -> None:
    rows, plant = furnished.rows, furnished.plant
    common: dict[str, Any] = {"relationship": furnished.relationship}
    rows["band"] = BandRevision.objects.create(
        **common, kpi=rows["kpi"], agreement=_propose(furnished, customer, "BAND_REVISION", "band"),
        effective_from=JANUARY, floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80), created_at=NOW,
    )  # fmt: skip
    rows["reading"] = Reading.objects.create(
        **common, kpi=rows["kpi"], period_start=JANUARY, period_end=date(2026, 1, 31), value=Decimal(71),
        note=plant("reading-note"), submitted_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    rows["dispute"] = Dispute.objects.create(
        **common, reading=rows["reading"], side="CUSTOMER", reason=plant("dispute-reason"), opened_by=customer,
        opened_at=NOW,
    )  # fmt: skip
    Reading.objects.filter(pk=rows["reading"].pk).update(state="DISPUTED")
    rows["review"] = Review.objects.create(
        **common, kpi=rows["kpi"], cause="EXHAUSTED", period_start=JANUARY, opened_at=NOW
    )
    _flex(furnished, customer)
    rows["evidence"] = Evidence.objects.create(
        **common, reading=rows["reading"], name=f"{plant('evidence-name')}.txt",
        file=ContentFile(plant("evidence-body").encode(), name="evidence.txt"), content_type="text/plain", size=3,
        sha256="0" * 64, added_by=customer, added_at=NOW,
    )  # fmt: skip
    rows["score"] = Score.objects.create(
        **common, as_of=JANUARY, state="WITHHELD", reason=plant("score-reason"), method_version="1", parts={},
        input_digest="0" * 64, computed_at=NOW,
    )  # fmt: skip
    rows["standing"] = Standing.objects.create(
        **common, customer=furnished.relationship.customer, provider=furnished.relationship.provider, as_of=JANUARY,
        state="WITHHELD", reason=plant("standing-reason"),
    )  # fmt: skip


def _flex(furnished: Furnished, customer: Person) -> None:
    """What moves bands: an environment with its meaning, a spell of it, a rule that follows it; and a rebase."""
    rows, plant = furnished.rows, furnished.plant
    common: dict[str, Any] = {"relationship": furnished.relationship}
    rows["environment"] = Environment.objects.create(
        **common, name=plant("environment-name"), created_at=NOW, created_by=customer
    )
    EnvironmentRevision.objects.create(
        **common, environment=rows["environment"], agreement=_propose(furnished, customer, "ENVIRONMENT", "environment"),
        effective_from=JANUARY, meaning=plant("environment-meaning"), condition="", created_at=NOW,
    )  # fmt: skip
    rows["spell"] = Spell.objects.create(
        **common, environment=rows["environment"], agreement=_propose(furnished, customer, "SPELL", "spell"),
        first_day=JANUARY, origin="ADVANCE", reason=plant("spell-reason"), created_at=NOW,
    )  # fmt: skip
    FlexRule.objects.create(
        **common, band_revision=rows["band"], environment=rows["environment"], kind="SHIFT", floor=-1, tolerance=-1,
        target=-1,
    )  # fmt: skip
    rows["driver"] = Kpi.objects.create(
        **common, is_driver=True, name=plant("driver-name"), how_measured=plant("driver-how-measured"),
        performed_by="CUSTOMER", polarity="HIGHER", unit=plant("driver-unit"), frequency="MONTH", starts_on=JANUARY,
        created_at=NOW,
    )  # fmt: skip
    rows["rejudging"] = Rejudging.objects.create(
        **common, cause=plant("rejudging-cause"), spans=[], periods_total=2_000, created_at=NOW
    )
    rows["rebase"] = Rebase.objects.create(
        **common, kpi=rows["kpi"], agreement=_propose(furnished, customer, "REBASE", "rebase"), from_period=JANUARY,
        reason=plant("rebase-reason"), created_at=NOW,
    )  # fmt: skip


def moment() -> datetime:
    return NOW
