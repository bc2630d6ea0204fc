"""Why a key cannot be turned."""


class AgreementIsSettled(Exception):
    """The agreement is no longer open: somebody agreed, declined, withdrew or countered it, or it expired."""


class VersionHasMoved(Exception):
    """The terms changed after the actor saw them."""


class SignedByTheSamePerson(Exception):
    """One person cannot turn both keys."""


class NotYourSide(Exception):
    """Only the side that proposed may revise or withdraw; only the other side may decline or counter."""


class AnswersSomethingElse(NotYourSide):
    """A counter-proposal is of the same kind and of the same relationship as what it answers."""


class ReasonNeeded(Exception):
    """Who declines says why, so that the other side can propose something better."""
