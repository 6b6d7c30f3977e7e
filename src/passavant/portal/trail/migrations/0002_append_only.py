"""The database itself refuses to change or delete an entry of the trail."""

from typing import Any

from django.db import migrations

from passavant.portal.trail.append_only import guard


def _guard(apps: Any, schema_editor: Any) -> None:
    guard(schema_editor)


class Migration(migrations.Migration):
    """Triggers against UPDATE, DELETE and TRUNCATE."""

    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(_guard, migrations.RunPython.noop)]
