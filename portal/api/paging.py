"""Cursor paging: stable while rows arrive, cheap at any depth."""

from rest_framework.pagination import CursorPagination


class ById(CursorPagination):
    """Pages of 50 (at most 500) in the order of identifiers."""

    ordering = "pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
