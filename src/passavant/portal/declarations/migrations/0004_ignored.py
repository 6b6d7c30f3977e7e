from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0003_cancellations_and_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="ignored",
            field=models.JSONField(default=list),
        ),
    ]
