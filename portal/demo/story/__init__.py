"""The story of the demonstration: who is in it and what they agreed, plain data, everybody invented."""

from portal.demo.story.contact_centre import CONTACT
from portal.demo.story.facilities import FACILITIES
from portal.demo.story.payroll import PAYROLL
from portal.demo.story.people import ORGANISATIONS, PASSWORD, PEOPLE, Cast, Home
from portal.demo.story.service_desk import SERVICE_DESK
from portal.demo.story.shapes import Chapter, Episode, Measure, Remark

CHAPTERS = (SERVICE_DESK, PAYROLL, CONTACT, FACILITIES)

__all__ = [
    "CHAPTERS",
    "ORGANISATIONS",
    "PASSWORD",
    "PEOPLE",
    "Cast",
    "Chapter",
    "Episode",
    "Home",
    "Measure",
    "Remark",
]
