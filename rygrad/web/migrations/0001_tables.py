"""The table of saved lists."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Saved lists."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SavedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.TextField()),
                ("organisation", models.TextField()),
                ("name", models.TextField()),
                ("whys", models.TextField()),
                ("is_shared", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "organisation", "name"), name="list_name_once")
                ],
            },
        ),
    ]
