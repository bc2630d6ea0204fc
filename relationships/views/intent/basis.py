"""What a proposal starts from: nothing, a proposal it answers, or one of one's own that it revises."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from relationships.access import Standpoint, load_agreement
from relationships.models import Agreement


@dataclass(frozen=True)
class Basis:
    """What a proposal starts from: nothing, a proposal it answers (`counters`), or one it revises (`revises`)."""

    how: str = ""
    agreement: Agreement | None = None

    @property
    def revises(self) -> bool:
        return self.how == "revises"

    def fits(self, standpoint: Standpoint) -> bool:
        """Whether it is still open and of the side that may do this with it."""
        if self.agreement is None:
            return True
        is_own = self.agreement.proposed_by_side == standpoint.side
        return self.agreement.is_open and is_own == self.revises


def own_note(basis: Basis) -> str:
    """The note of one's own proposal that is being revised."""
    return basis.agreement.note if basis.agreement and basis.revises else ""


def basis_of(request: HttpRequest, standpoint: Standpoint, kind: str) -> Basis:
    """The proposal named by `?counters=` or `?revises=`; 404 unless it is of this relationship and kind."""
    for how in ("counters", "revises"):
        named = request.GET.get(how, "")
        if not named:
            continue
        if not (named.isascii() and named.isdecimal() and len(named) < 19):
            raise Http404
        agreement, _same = load_agreement(standpoint.viewer, int(named))
        if (agreement.relationship_id, agreement.kind) != (standpoint.relationship.pk, kind):
            raise Http404
        return Basis(how, agreement)
    return Basis()


def too_late(request: HttpRequest, basis: Basis) -> HttpResponse:
    """Back to a proposal that somebody has answered meanwhile."""
    assert basis.agreement is not None  # noqa: S101  a basis of nothing always fits
    messages.error(request, _("This proposal can no longer be answered that way."))
    return redirect("agreement", agreement_id=basis.agreement.pk)


def seen(request: HttpRequest) -> int:
    """The version the writer saw; 0, which no agreement has, when the request does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def again(standpoint: Standpoint, basis: Basis) -> Basis:
    """The same proposal as it stands now."""
    if basis.agreement is None:
        return basis
    return Basis(basis.how, load_agreement(standpoint.viewer, basis.agreement.pk)[0])


def version_shown(request: HttpRequest, basis: Basis, *, changed: bool) -> str:
    """What the writer has seen: what they posted, until they were shown something newer."""
    if basis.agreement is None:
        return ""
    posted = request.POST.get("version", "")
    return posted if posted and not changed else str(basis.agreement.version)
