from django.db import migrations, models

FORMS = {
    "pdf": ("pdf_sha256", "pdf_size"),
    "zip": ("zip_sha256", "zip_size"),
    "json": ("manifest_sha256", "manifest_size"),
}


def know_what_was_made(apps, schema_editor):
    """Files of bundles that are ready are known from now on by their digests too."""
    bundles = apps.get_model("evidence", "Bundle")
    made = apps.get_model("evidence", "MadeFile")
    for bundle in bundles.objects.filter(state="ready").defer("frozen").iterator():
        for form, (sha256, size) in FORMS.items():
            if getattr(bundle, sha256):
                made.objects.get_or_create(
                    bundle=bundle,
                    form=form,
                    sha256=getattr(bundle, sha256),
                    defaults={"size": getattr(bundle, size)},
                )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_rendition_fragment")]

    operations = [
        migrations.CreateModel(
            name="MadeFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=10)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT,
                        related_name="files",
                        to="evidence.bundle",
                    ),
                ),
            ],
            options={
                "ordering": ["bundle", "form"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bundle", "form", "sha256"), name="made_file_once_per_bundle"
                    )
                ],
            },
        ),
        migrations.RunPython(know_what_was_made, migrations.RunPython.noop),
    ]
