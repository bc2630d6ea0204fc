"""People, relationships and contracts."""

from typing import Any, ClassVar

from rest_framework import serializers

from relationships.models import Contract, Relationship


class OrganisationOutput(serializers.Serializer[Any]):
    """An organisation by identifier and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class PersonOutput(serializers.Serializer[Any]):
    """The person of the session."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()


class SessionOutput(serializers.Serializer[Any]):
    """Who is signed in."""

    person = PersonOutput()
    organisation = OrganisationOutput(allow_null=True)
    csrf_token = serializers.CharField()


class RelationshipOutput(serializers.ModelSerializer[Relationship]):
    """A relationship and its two parties; `provider` or `customer` is null while an invitation is open."""

    customer = OrganisationOutput(allow_null=True)
    provider = OrganisationOutput(allow_null=True)

    class Meta:
        model = Relationship
        fields: ClassVar = [
            "id",
            "name",
            "service",
            "customer",
            "provider",
            "stage",
            "currency",
            "time_zone",
            "accepted_at",
            "version",
        ]


class ContractOutput(serializers.ModelSerializer[Contract]):
    """A node of a relationship's contract tree."""

    class Meta:
        model = Contract
        fields: ClassVar = [
            "id",
            "relationship",
            "parent",
            "kind",
            "title",
            "reference",
            "value",
            "currency",
            "signed_on",
            "starts_on",
            "ends_on",
            "notice_by_on",
            "accountable",
            "version",
        ]
