"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files, and one table of saved lists."""

    name = "rygrad.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Nothing that is typed at a login is kept; that somebody came in, or did not, is a line in the log.

        A backup of the record holds those who may log in, and their lists.
        """
        from django.contrib.auth import get_user_model

        from rygrad.record.backup import carry
        from rygrad.web.attempts import keep_nothing_sent
        from rygrad.web.models import PersonAccount, SavedList
        from rygrad.web.securitylog import keep_watch

        carry(PersonAccount, SavedList, get_user_model())
        keep_nothing_sent()
        keep_watch()
