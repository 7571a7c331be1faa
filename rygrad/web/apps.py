"""The pages as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files, and one table of saved lists."""

    name = "rygrad.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Nothing that is typed at a login is kept."""
        from rygrad.web.attempts import keep_nothing_sent

        keep_nothing_sent()
