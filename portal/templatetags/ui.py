"""The components every page is built from."""

from django import template

register = template.Library()
