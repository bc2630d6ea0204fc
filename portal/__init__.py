"""The project: settings, pages that span the apps, charts and components."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
