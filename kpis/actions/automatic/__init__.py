"""Automatic spells: when drivers are reported, conditions that both sides agreed propose what they were agreed for.

A spell proposed like this has no signature yet: both sides still turn their keys. Periods in a row become one spell.
Nothing is proposed for days that a spell of the environment covers already, signed, open or turned down by people.
When a correction makes the condition untrue, the open proposal lapses; when the next period holds too and nobody has
signed yet, a longer proposal takes its place.
"""

from kpis.actions.automatic.proposing import look_at_conditions

__all__ = ["look_at_conditions"]
