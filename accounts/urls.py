"""Addresses of people and organisations."""

from django.urls import path

from accounts.views import invitation, organisation, profile

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("notices/", profile.notices, name="notices"),
    path("notices/read/", profile.notices_read, name="notices_read"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/settings/", organisation.settings, name="organisation_settings"),
    path("organisation/invitations/", organisation.invitations, name="invitations"),
    path(
        "organisation/invitations/<int:invitation_id>/revocation/",
        organisation.invitation_revocation,
        name="invitation_revocation",
    ),
    path("organisation/people/<int:person_id>/", organisation.person_page, name="person"),
    path(
        "organisation/people/<int:person_id>/deactivation/",
        organisation.person_deactivation,
        name="person_deactivation",
    ),
    path(
        "organisation/people/<int:person_id>/reactivation/",
        organisation.person_reactivation,
        name="person_reactivation",
    ),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
]
