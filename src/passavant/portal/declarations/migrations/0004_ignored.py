from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0002_batches_of_a_compaction"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="ignored",
            field=models.JSONField(default=list),
        ),
    ]
