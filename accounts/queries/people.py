"""Questions about people."""

from django.db.models import Q, QuerySet

from accounts.models import Notice, Organisation, Person


def people_of(organisation: Organisation, *, search: str = "") -> QuerySet[Person]:
    """The people of an organisation by name; those who may sign in first."""
    people = Person.objects.filter(organisation=organisation).order_by("-is_active", "full_name", "pk")
    if search:
        people = people.filter(Q(full_name__icontains=search) | Q(email__icontains=search))
    return people


def unread_notices(person: Person) -> QuerySet[Notice]:
    """What the person has not read yet, newest first."""
    return Notice.objects.filter(person=person, read_at__isnull=True)
