"""Answers to a proposal."""

from typing import Any

from rest_framework import serializers


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=10_000)


class OptionalReasonInput(serializers.Serializer[Any]):
    """Why, if it needs saying."""

    reason = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
