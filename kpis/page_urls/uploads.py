"""Addresses of uploads."""

from django.urls import path

from kpis.views import uploads

urlpatterns = [
    path("relationships/<int:relationship_id>/uploads/", uploads.upload_list, name="uploads"),
    path("uploads/<int:upload_id>/", uploads.upload, name="upload"),
    path("uploads/<int:upload_id>/mapping/", uploads.mapping, name="upload_mapping"),
    path("uploads/<int:upload_id>/application/", uploads.application, name="upload_application"),
    path("uploads/<int:upload_id>/progress/", uploads.progress, name="upload_progress"),
    path("uploads/<int:upload_id>/report/", uploads.report, name="upload_report"),
]
