"""Contracts: master agreements with work orders and amendments under them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, standpoint_in, understood
from portal.api.preconditions import IF_MATCH, check_version, with_etag
from relationships import actions
from relationships.models import Contract
from relationships.policy import Right

TERMS = tuple(actions.ContractTerms.__dataclass_fields__)


class Contracts(ReadableList):
    """Contracts of the viewer's relationships."""

    rows = Contract.objects.all()
    serializer_class = output.ContractOutput
    filterset_fields: ClassVar = ["relationship", "kind", "parent"]


class ContractsOfRelationship(WriteOnly):
    """Writes a contract into the tree of a relationship."""

    rows = Contract.objects.none()
    serializer_class = output.ContractOutput

    @extend_schema(request=inputs.NewContractInput, responses={201: output.ContractOutput})
    def post(self, request: Request, id: int) -> Response:
        """Adds a contract; a work order names its master agreement as `parent`, an amendment what it amends."""
        standpoint = standpoint_in(self, needs=Right.CONTRIBUTE)
        given = understood(
            inputs.NewContractInput, request, context={"relationship": standpoint.relationship}
        )
        contract = actions.add_contract(
            relationship=standpoint.relationship,
            kind=given.pop("kind"),
            parent=given.pop("parent", None),
            terms=actions.ContractTerms(**given),
            **acting(standpoint),
        )
        return self.answer(contract, status=201)


class ContractItem(ReadableItem):
    """One contract."""

    rows = Contract.objects.select_related("relationship", "accountable")
    serializer_class = output.ContractOutput

    @extend_schema(
        request=inputs.ContractInput, responses={200: output.ContractOutput}, parameters=[IF_MATCH]
    )
    def patch(self, request: Request, id: int) -> Response:
        """Changes what is written down; what the body does not name stays."""
        contract, standpoint = self.find(needs=Right.CONTRIBUTE)
        check_version(request, contract)
        given = understood(
            inputs.ContractInput, request, partial=True, context={"relationship": standpoint.relationship}
        )
        terms: dict[str, Any] = {name: getattr(contract, name) for name in TERMS} | given
        changed = actions.change_contract(
            contract=contract,
            version=contract.version,
            terms=actions.ContractTerms(**terms),
            **acting(standpoint),
        )
        return with_etag(Response(output.ContractOutput(changed).data), changed)
