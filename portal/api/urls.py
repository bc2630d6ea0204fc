"""Addresses of the API, version 1: nouns, lists under their own name, writes under what they belong to."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from portal.api import (
    agreements,
    contracts,
    definitions,
    elsewhere,
    method,
    readings,
    relationships,
    session,
    shared_value,
)

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("session/", session.Session.as_view(), name="session"),
    path("relationships/", relationships.Relationships.as_view(), name="relationships"),
    path("relationships/<int:id>/", relationships.RelationshipItem.as_view(), name="relationship"),
    path(
        "relationships/<int:id>/contracts/",
        contracts.ContractsOfRelationship.as_view(),
        name="relationship_contracts",
    ),
    path(
        "relationships/<int:id>/goals/",
        definitions.GoalsOfRelationship.as_view(),
        name="relationship_goals",
    ),
    path(
        "relationships/<int:id>/readings/",
        readings.ReadingsOfRelationship.as_view(),
        name="relationship_readings",
    ),
    path(
        "relationships/<int:id>/confirmations/",
        readings.ConfirmationsOfRelationship.as_view(),
        name="relationship_confirmations",
    ),
    path("contracts/", contracts.Contracts.as_view(), name="contracts"),
    path("contracts/<int:id>/", contracts.ContractItem.as_view(), name="contract"),
    path("goals/", definitions.Goals.as_view(), name="goals"),
    path("goals/<int:id>/", definitions.GoalItem.as_view(), name="goal"),
    path("goals/<int:id>/kpis/", definitions.KpisOfGoal.as_view(), name="goal_kpis"),
    path("kpis/", definitions.Kpis.as_view(), name="kpis"),
    path("kpis/<int:id>/", definitions.KpiItem.as_view(), name="kpi"),
    path(
        "kpis/<int:id>/band-revisions/",
        definitions.BandRevisionsOfKpi.as_view(),
        name="kpi_band_revisions",
    ),
    path("band-revisions/", definitions.BandRevisions.as_view(), name="band_revisions"),
    path("band-revisions/<int:id>/", definitions.BandRevisionItem.as_view(), name="band_revision"),
    path("agreements/", agreements.Agreements.as_view(), name="agreements"),
    path("agreements/<int:id>/", agreements.AgreementItem.as_view(), name="agreement"),
    path(
        "agreements/<int:id>/signature/", agreements.AgreementSignature.as_view(), name="agreement_signature"
    ),
    path("agreements/<int:id>/decline/", agreements.AgreementDecline.as_view(), name="agreement_decline"),
    path(
        "agreements/<int:id>/withdrawal/",
        agreements.AgreementWithdrawal.as_view(),
        name="agreement_withdrawal",
    ),
    path("readings/", readings.Readings.as_view(), name="readings"),
    path("readings/<int:id>/", readings.ReadingItem.as_view(), name="reading"),
    path("readings/<int:id>/dispute/", readings.ReadingDispute.as_view(), name="reading_dispute"),
    path("shared-values/", shared_value.SharedValues.as_view(), name="shared_values"),
    path("shared-values/<int:id>/", shared_value.SharedValueItem.as_view(), name="shared_value"),
    path("method/verdict/", method.MethodVerdict.as_view(), name="method_verdict"),
    path("method/flex/", method.MethodFlex.as_view(), name="method_flex"),
    path("method/earned-room/", method.MethodEarnedRoom.as_view(), name="method_earned_room"),
    path("method/budget/", method.MethodBudget.as_view(), name="method_budget"),
    path("method/signals/", method.MethodSignals.as_view(), name="method_signals"),
    path("method/condition/", method.MethodCondition.as_view(), name="method_condition"),
    re_path(r"^(?P<rest>[\s\S]*)$", elsewhere.Elsewhere.as_view(), name="elsewhere"),
]
