"""Two keys over HTTP: read what a signature names, then sign, decline or withdraw exactly that version."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, understood
from portal.api.preconditions import IF_MATCH, demanded_version
from portal.signing import sign
from relationships import actions
from relationships.models import Agreement
from relationships.policy import Right


class Agreements(ReadableList):
    """Two-key agreements."""

    rows = Agreement.objects.all()
    serializer_class = output.AgreementOutput
    filterset_fields: ClassVar = ["relationship", "kind", "outcome"]


class AgreementItem(ReadableItem):
    """One agreement; its ETag names the version that a signature would name."""

    rows = Agreement.objects.all()
    serializer_class = output.AgreementOutput


class _Answer(WriteOnly):
    """An answer to one agreement, given to the version named in If-Match."""

    rows = Agreement.objects.all()
    serializer_class = output.AgreementOutput

    def give(self, verb: Callable[..., Agreement], *, needs: Right, **more: Any) -> Response:
        """Acts on the version named. Raises 412 when the terms moved, 409 when the agreement is settled."""
        agreement, standpoint = self.find(needs=needs)
        version = demanded_version(self.request)
        return self.answer(verb(agreement_id=agreement.pk, version=version, **more, **acting(standpoint)))


class AgreementSignature(_Answer):
    """Turns the key of the viewer's side."""

    @extend_schema(request=None, responses={200: output.AgreementOutput}, parameters=[IF_MATCH])
    def post(self, request: Request, id: int) -> Response:
        """Signs; with the second key the agreement takes effect at once. Signing again changes nothing."""
        return self.give(sign, needs=Right.SIGN)


class AgreementDecline(_Answer):
    """Refuses the other side's proposal."""

    @extend_schema(request=inputs.ReasonInput, responses={200: output.AgreementOutput}, parameters=[IF_MATCH])
    def post(self, request: Request, id: int) -> Response:
        """Declines with a reason that the other side reads."""
        self.find(needs=Right.SIGN)
        given = understood(inputs.ReasonInput, request)
        return self.give(actions.decline_agreement, needs=Right.SIGN, **given)


class AgreementWithdrawal(_Answer):
    """Takes one's own proposal back."""

    @extend_schema(
        request=inputs.OptionalReasonInput, responses={200: output.AgreementOutput}, parameters=[IF_MATCH]
    )
    def post(self, request: Request, id: int) -> Response:
        """Withdraws."""
        self.find(needs=Right.PROPOSE)
        given = understood(inputs.OptionalReasonInput, request)
        return self.give(actions.withdraw_agreement, needs=Right.PROPOSE, **given)
