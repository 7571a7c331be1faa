"""The pages' own table. Nothing about citizens is kept here."""

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
