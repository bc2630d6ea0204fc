"""A retry of a bulk write gets the first answer and has no second effect.

The key's row is written in the transaction of the effect: either both stand or neither does. A second request with
the same key waits for the first on the unique index, then finds its answer.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from kpis.models import IdempotencyKey
from portal.api.problems import KeyReused
from relationships.access import Standpoint

LONGEST = 200
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Any text of your own, at most 200 characters, new for each write; the same for its retries.",
)


@transaction.atomic
def once(request: Request, standpoint: Standpoint, work: Callable[[], dict[str, Any]]) -> Response:
    """Answers with what `work` returns, or with what it returned when this key came first.

    Raises ValidationError without a key, KeyReused (422) when the key came with another body before.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= LONGEST:
        raise ValidationError({"Idempotency-Key": ["Send this header: 1 to 200 characters of your choice."]})
    digest = hashlib.sha256(
        f"{request.path}\n{json.dumps(request.data, sort_keys=True)}".encode()
    ).hexdigest()
    row = IdempotencyKey(
        relationship=standpoint.relationship,
        person=standpoint.person,
        key=key,
        request_digest=digest,
        created_at=timezone.now(),
    )
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    stands = IdempotencyKey.objects.select_for_update().filter(person=standpoint.person, key=key).first()
    if stands is None or stands.request_digest != digest:  # None: the key was used in another relationship
        raise KeyReused
    if stands.status is not None:
        return Response(stands.response, status=stands.status, headers={"Idempotent-Replayed": "true"})
    answer = work()
    stands.status, stands.response = 200, answer
    stands.save(update_fields=["status", "response"])
    return Response(answer, status=200)
