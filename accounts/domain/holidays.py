"""Public holidays of a country and region, by the `holidays` library."""

from dataclasses import dataclass
from datetime import date

import holidays

COUNTRY_CODE_LENGTH = 2


class UnknownCalendar(ValueError):
    """There is no holiday calendar for this country or region."""


@dataclass(frozen=True)
class Holiday:
    """One public holiday."""

    day: date
    name: str


def countries() -> list[str]:
    """The two-letter codes of the countries whose holidays are known, in order."""
    return sorted(code for code in holidays.list_supported_countries() if len(code) == COUNTRY_CODE_LENGTH)


def subdivisions(country: str) -> list[str]:
    """The codes of the regions of a country that have holidays of their own; empty when there are none."""
    return list(holidays.list_supported_countries().get(country, []))


def check_calendar(country: str, subdivision: str) -> None:
    """Raises UnknownCalendar for a country or a region of it that the library does not know."""
    if country not in countries():
        raise UnknownCalendar(country)
    if subdivision and subdivision not in subdivisions(country):
        raise UnknownCalendar(subdivision)


def next_holidays(country: str, subdivision: str, *, on: date, most: int = 6) -> list[Holiday]:
    """The holidays on or after a day, soonest first, at most `most`, looking two years ahead.

    Raises UnknownCalendar.
    """
    check_calendar(country, subdivision)
    years = range(on.year, on.year + 2)
    known = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    return [Holiday(day, name) for day, name in sorted(known.items()) if day >= on][:most]
