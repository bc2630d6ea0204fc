"""Addresses of relationships, their people and contracts."""

from django.urls import path

from relationships.views import contracts, founding, imports, intent, invitation, people, pulses, timeline

app_name = "relationships"
urlpatterns = [
    path("relationships/", founding.index, name="index"),
    path("relationships/new/", founding.new, name="new"),
    path("relationships/import/", imports.public_contracts, name="import"),
    path("relationships/<int:relationship_id>/invitation/", founding.invitation_made, name="invitation_made"),
    path(
        "relationships/<int:relationship_id>/invitation/revocation/",
        founding.invitation_revocation,
        name="invitation_revocation",
    ),
    path("relationship-invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("relationship-invitations/<str:token>/decline/", invitation.declined, name="invitation_declined"),
    path("relationships/<int:relationship_id>/timeline/", timeline.timeline, name="timeline"),
    path("relationships/<int:relationship_id>/statements/new/", intent.statement_new, name="statement_new"),
    path("relationships/<int:relationship_id>/stages/new/", intent.stage_new, name="stage_new"),
    path("relationships/<int:relationship_id>/people/", people.people, name="people"),
    path("relationships/<int:relationship_id>/seats/", people.seats, name="seats"),
    path("seats/<int:seat_id>/", people.seat, name="seat"),
    path("seats/<int:seat_id>/ending/", people.seat_ending, name="seat_ending"),
    path("relationships/<int:relationship_id>/pulses/", pulses.pulses, name="pulses"),
    path("pulses/<int:pulse_id>/", pulses.pulse, name="pulse"),
    path("pulses/<int:pulse_id>/closing/", pulses.pulse_closing, name="pulse_closing"),
    path("relationships/<int:relationship_id>/contracts/", contracts.contracts, name="contracts"),
    path("relationships/<int:relationship_id>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("contracts/<int:contract_id>/terms/", contracts.contract_terms, name="contract_terms"),
    path("contracts/<int:contract_id>/documents/", contracts.documents, name="documents"),
    path("contract-documents/<int:document_id>/", contracts.document, name="document"),
]
