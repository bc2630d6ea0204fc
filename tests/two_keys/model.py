"""What an agreement does when people act one after the other: the specification the histories are held against."""

from dataclasses import dataclass, replace

SIDES = {"amara": "CUSTOMER", "ruth": "CUSTOMER", "jonas": "PROVIDER", "lena": "PROVIDER"}
PROPOSER = "CUSTOMER"


@dataclass(frozen=True)
class State:
    """Everything a client can see of the agreement."""

    terms: str = "terms 1"
    version: int = 1
    customer: str = ""
    provider: str = ""
    outcome: str = "OPEN"


@dataclass(frozen=True)
class Operation:
    """What a client asks for; `version` is the one it saw last, `terms` what it revises to."""

    kind: str
    client: str
    version: int = 0
    terms: str = ""


# An answer is a State (done: this is what is there now), the name of a refusal, or ANYTHING for an operation
# that the database itself turned away without a word the model knows.
ANYTHING = "ANYTHING"
Answer = State | str


def apply(state: State, asked: Operation) -> tuple[State, Answer]:
    """The state after an operation, and the answer its client must get."""
    if asked.kind == "read":
        return state, state
    if state.outcome != "OPEN":
        return state, "AgreementIsSettled"
    if state.version != asked.version:
        return state, "VersionHasMoved"
    side = SIDES[asked.client]
    after: Answer
    if asked.kind == "approve":
        after = _approve(state, asked.client, side)
    elif asked.kind == "withdraw":
        after = replace(state, outcome="WITHDRAWN") if side == PROPOSER else "NotYourSide"
    elif side != PROPOSER:
        after = "NotYourSide"
    else:
        after = State(asked.terms, state.version + 1, asked.client, "", "OPEN")
    return (after, after) if isinstance(after, State) else (state, after)


def _approve(state: State, client: str, side: str) -> State:
    own = side.lower()
    if getattr(state, own):
        return state
    signed = replace(state, **{own: client})
    return replace(signed, outcome="AGREED") if signed.customer and signed.provider else signed
