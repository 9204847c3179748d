from django.db import migrations

from evidence.witnesses.keys import email_key, name_key


def fill_keys(apps, _schema):
    """The keys of the rows that stand already."""
    Witness, Contact = apps.get_model("evidence", "Witness"), apps.get_model("evidence", "Contact")
    for row in Witness.objects.iterator(chunk_size=500):
        Witness.objects.filter(pk=row.pk).update(name_key=name_key(row.name, row.organisation))
    for row in Contact.objects.iterator(chunk_size=500):
        Contact.objects.filter(pk=row.pk).update(email_key=email_key(row.email))


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0014_witnesses_who_are_one_person'),
    ]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
