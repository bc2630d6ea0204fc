"""Addresses of environments, spells, drivers, and of readings that are judged anew."""

from django.urls import path

from kpis.views import drivers, environments, rejudging, spell_import, spells

urlpatterns = [
    path("relationships/<int:relationship_id>/environments/", environments.environments, name="environments"),
    path(
        "relationships/<int:relationship_id>/environments/new/",
        environments.environment_new,
        name="environment_new",
    ),
    path("environments/<int:environment_id>/", environments.environment, name="environment"),
    path("relationships/<int:relationship_id>/spells/new/", spells.spell_new, name="spell_new"),
    path(
        "relationships/<int:relationship_id>/spells/import/", spell_import.spell_import, name="spell_import"
    ),
    path("relationships/<int:relationship_id>/drivers/", drivers.drivers, name="drivers"),
    path("relationships/<int:relationship_id>/drivers/new/", drivers.driver_new, name="driver_new"),
    path("rejudgings/<int:rejudging_id>/", rejudging.rejudging, name="rejudging"),
]
