"""Readings from a file: choose it, name its columns, look at what it would do, apply it, read the report."""

from kpis.views.uploads.applying import application, progress
from kpis.views.uploads.columns import mapping
from kpis.views.uploads.pages import own, upload, upload_list
from kpis.views.uploads.reporting import report

__all__ = [
    "application",
    "mapping",
    "own",
    "progress",
    "report",
    "upload",
    "upload_list",
]
