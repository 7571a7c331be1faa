"""The pages' own tables. Nothing about a citizen's health is kept here."""

from django.conf import settings
from django.db import models


class SavedList(models.Model):
    """A filter of the worklist under a name; ``is_shared`` shows it to everybody in the organisation."""

    owner = models.TextField()
    organisation = models.TextField()
    name = models.TextField()
    whys = models.TextField()
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "organisation", "name"], name="list_name_once")]


class PersonAccount(models.Model):
    """Which person of the record a login belongs to: a citizen, a relative, or both."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.TextField(unique=True)
