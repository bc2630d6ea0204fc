"""Two furnished relationships whose every text is a canary, and everybody who might come and look."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Invitation, Notice, Person
from kpis.models import BandRevision, Dispute, Evidence, Goal, Kpi, Reading, Upload
from relationships import actions
from relationships.models import (
    Contract,
    ContractDocument,
    Relationship,
    RelationshipInvitation,
    Role,
    Seat,
    Side,
    StatementOfIntent,
)
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


@dataclass
class Furnished:
    """One relationship's rows by noun, for filling addresses."""

    relationship: Relationship
    rows: dict[str, Any] = field(default_factory=dict)

    def canary(self, visibility: str = "shared") -> str:
        return canary(self.relationship, visibility)


@dataclass
class World:
    """Everything the matrix needs."""

    cast: Cast
    revoked: Person
    own: Furnished
    foreign: Furnished

    def person(self, identity: str) -> Person | None:
        key = IDENTITIES[identity][0]
        if not key:
            return None
        return self.revoked if key == "revoked" else self.cast.person(key)


def canary(relationship: Relationship, visibility: str) -> str:
    return f"canary-{relationship.pk}-{visibility}-yranac"


def build(cast: Cast) -> World:
    """The cast, somebody whose seat was taken away, and both relationships furnished alike."""
    revoked = Person.objects.create_user(
        "revoked@northwind.example", full_name="Rita Revoked", organisation=cast.northwind, joined_at=NOW
    )
    with acting(cast.amara, cast.own):
        Seat.objects.create(
            relationship=cast.own, side=Side.CUSTOMER, person=revoked, role=Role.LEAD, started_at=NOW,
            ended_at=NOW + timedelta(seconds=1),
        )  # fmt: skip
    own = _furnish(cast.own, cast.amara, cast.jonas)
    foreign = _furnish(cast.foreign, cast.outsider, cast.rival_provider)
    for furnished, customer, provider in (
        (own, cast.amara, cast.jonas),
        (foreign, cast.outsider, cast.rival_provider),
    ):
        _accounts(furnished, customer)
        _say_internally(furnished, customer, Side.CUSTOMER)
        _say_internally(furnished, provider, Side.PROVIDER)
    ScoreRun.objects.create(as_of=JANUARY, started_at=NOW, finished_at=NOW, total=2, done=2)
    return World(cast, revoked, own, foreign)


def _say_internally(furnished: Furnished, person: Person, side: Side) -> None:
    with acting(person, furnished.relationship):
        actions.comment(
            relationship=furnished.relationship, actor=person, side=side, now=NOW,
            text=furnished.canary(f"internal-{side.value.lower()}"), internal=True,
        )  # fmt: skip


def _accounts(furnished: Furnished, person: Person) -> None:
    furnished.rows["invitation_token"] = f"token-{furnished.relationship.pk}"
    furnished.rows["invitation"] = Invitation.objects.create(
        organisation=person.organisation, email=f"new{person.pk}@example.org", full_name=furnished.canary("invitee"),
        token_hash=f"{person.pk:064x}", invited_by=person, invited_at=NOW, expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    furnished.rows["notice"] = Notice.objects.create(
        person=person, key="k", text=furnished.canary("notice"), url="/", created_at=NOW
    )
    furnished.rows["person"] = person


def _furnish(relationship: Relationship, customer: Person, provider: Person) -> Furnished:
    furnished = Furnished(relationship)
    said = furnished.canary()
    rows = furnished.rows
    rows["relationship"] = relationship
    common: dict[str, Any] = {"relationship": relationship}
    with acting(customer, relationship):
        Relationship.objects.filter(pk=relationship.pk).update(name=said, service=said)
        relationship.refresh_from_db()
        rows["contract"] = Contract.objects.create(
            **common, kind="MASTER", title=said, reference=said, created_at=NOW, created_by=customer
        )
        rows["document"] = ContractDocument.objects.create(
            **common, contract=rows["contract"], name=f"{said}.txt", content_type="text/plain", size=3,
            file=ContentFile(said.encode(), name="contract.txt"), added_at=NOW, added_by=customer,
        )  # fmt: skip
        rows["goal"] = Goal.objects.create(
            **common, name=said, outcome=said, created_at=NOW, created_by=customer
        )
        rows["kpi"] = _kpi(furnished, rows["goal"], "K1", customer, provider)
        agreement = actions.propose_agreement(
            relationship=relationship, kind="STATEMENT_OF_INTENT", title=said,
            content=[{"label": "Text", "before": None, "after": said}], actor=customer, side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
        rows["agreement"] = agreement
        rows["statement"] = StatementOfIntent.objects.create(**common, agreement=agreement, text=said)
        rows["relationship_invitation"] = RelationshipInvitation.objects.create(
            **common, email="a@b.example", organisation_name=said, token_hash=f"{relationship.pk:064x}",
            invited_by=customer, invited_at=NOW, expires_at=NOW + timedelta(days=7), settled_at=NOW,
        )  # fmt: skip
        rows["seat"] = Seat.objects.filter(relationship=relationship, side="CUSTOMER").first()
        _values(furnished, customer)
    return furnished


def _kpi(furnished: Furnished, goal: Goal, reference: str, customer: Person, provider: Person) -> Kpi:
    said = furnished.canary()
    return Kpi.objects.create(
        relationship=furnished.relationship, goal=goal, name=said, reference=reference, performed_by="PROVIDER",
        polarity="HIGHER", unit="%", frequency="MONTH", starts_on=JANUARY, created_at=NOW, outcome=said,
        customer_owner=customer, provider_owner=provider,
    )  # fmt: skip


def _values(furnished: Furnished, customer: Person) -> None:
    rows, said = furnished.rows, furnished.canary()
    common: dict[str, Any] = {"relationship": furnished.relationship}
    band_agreement = actions.propose_agreement(
        relationship=furnished.relationship, kind="BAND_REVISION", title=said,
        content=[{"label": "Target", "before": None, "after": "80"}], actor=customer, side=Side.CUSTOMER, now=NOW,
    )  # fmt: skip
    rows["band"] = BandRevision.objects.create(
        **common, kpi=rows["kpi"], agreement=band_agreement, effective_from=JANUARY, floor=Decimal(60),
        tolerance=Decimal(70), target=Decimal(80), created_at=NOW,
    )  # fmt: skip
    rows["reading"] = Reading.objects.create(
        **common, kpi=rows["kpi"], period_start=JANUARY, period_end=date(2026, 1, 31), value=Decimal(71), note=said,
        submitted_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    rows["dispute"] = Dispute.objects.create(
        **common, reading=rows["reading"], side="CUSTOMER", reason=said, opened_by=customer, opened_at=NOW
    )
    Reading.objects.filter(pk=rows["reading"].pk).update(state="DISPUTED")
    rows["evidence"] = Evidence.objects.create(
        **common, reading=rows["reading"], name=f"{said}.txt", file=ContentFile(said.encode(), name="evidence.txt"),
        content_type="text/plain", size=3, sha256="0" * 64, added_by=customer, added_at=NOW,
    )  # fmt: skip
    rows["upload"] = Upload.objects.create(
        **common, side="CUSTOMER", name=f"{said}.csv", content=f"KPI,Value\n{said},1\n".encode(), sha256="0" * 64,
        source="s", header=["KPI", said], uploaded_by=customer, uploaded_at=NOW,
    )  # fmt: skip
    rows["score"] = Score.objects.create(
        **common, as_of=JANUARY, state="WITHHELD", reason=said, method_version="1", parts={}, input_digest="0" * 64,
        computed_at=NOW,
    )  # fmt: skip
    rows["standing"] = Standing.objects.create(
        **common, customer=furnished.relationship.customer, provider=furnished.relationship.provider, as_of=JANUARY,
        state="WITHHELD", reason=said,
    )  # fmt: skip


def moment() -> datetime:
    return NOW
