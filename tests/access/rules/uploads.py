"""Uploads of readings: read by one's own side, sent by who may report, taken in by who sent them."""

from relationships.policy import Right, rights_of
from tests.access.rules.base import Rule
from tests.access.world import IDENTITIES

SENDERS = {True: "customer lead", False: "rival lead"}  # whose the uploads of the two worlds are


def _stands_on_the_sending_side(identity: str, is_own: bool) -> str:
    """The world's uploads are of the customer's side; the rival lead is the foreign relationship's customer."""
    if not is_own:
        return "in" if identity == "rival lead" else "hidden"
    _person, roles, side = IDENTITIES[identity]
    if side != "CUSTOMER" or not roles:
        # The other side's people stand in the relationship and still see no file; without a reading right, no page.
        return "hidden" if not roles or Right.READ in rights_of(roles) else "forbidden"
    return "in" if Right.READ in rights_of(roles) else "forbidden"


def _sent_it(identity: str, is_own: bool) -> str:
    may_see = _stands_on_the_sending_side(identity, is_own)
    return "forbidden" if may_see == "in" and identity != SENDERS[is_own] else may_see


def _rule(*methods: str, sends: bool = False, shows: bool = False, queries: tuple[str, ...] = ()) -> Rule:
    check = _sent_it if sends else _stands_on_the_sending_side
    return Rule(
        "upload",
        "upload_id",
        check=check,
        shows=shows,
        methods=methods,
        proves_to="customer",
        queries=queries,
    )


RULES: dict[str, Rule] = {
    "kpis:uploads": Rule("relationship", "relationship_id", writes=Right.REPORT, methods=("GET", "POST")),
    "kpis:upload": _rule("GET", shows=True),
    "kpis:upload_mapping": _rule("POST", sends=True),
    "kpis:upload_application": _rule("POST", sends=True),
    "kpis:upload_progress": _rule("GET"),
    "kpis:upload_report": _rule("GET", shows=True, queries=("?format=xlsx",)),
}
