from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_drafts")]

    operations = [
        migrations.AlterField(
            model_name="rendition",
            name="form",
            field=models.CharField(
                choices=[
                    ("house", "House form"),
                    ("text", "Text"),
                    ("pdf", "PDF with heading"),
                    ("fragment", "PDF prepared for bundles"),
                    ("facsimile", "Cleaned pages of a PDF"),
                    ("office", "Facsimile for the clerk's eyes"),
                    ("picture", "Picture in the text"),
                ],
                max_length=10,
            ),
        ),
    ]
