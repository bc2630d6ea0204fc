"""Why the two work together, as agreed."""

from relationships.models import Agreement, Relationship, StatementOfIntent


def statement_in_force(relationship: Relationship) -> StatementOfIntent | None:
    """The statement both sides signed last; None before there is one."""
    return (
        StatementOfIntent.objects.filter(
            relationship=relationship, agreement__outcome=Agreement.Outcome.AGREED
        )
        .select_related("agreement")
        .order_by("-agreement__settled_at", "-pk")
        .first()
    )
