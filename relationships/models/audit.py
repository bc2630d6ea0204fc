"""The audit trail."""

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """What the database saw change: written by triggers only, append-only, one hash chain per relationship."""

    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    relationship_id = models.BigIntegerField(null=True)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    operation = models.CharField(max_length=1)
    person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_sequence")
        ]
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id"], name="audit_of_row")]

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq}"


class AuditHead(models.Model):
    """The newest link of each chain."""

    chain = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.chain
