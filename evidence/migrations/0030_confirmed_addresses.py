import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, Q

import evidence.witnesses.encrypted


def nobody_has_confirmed_yet(apps, _schema_editor):
    """An address that was only typed leads nowhere any more, and stays a reason to remind."""
    Draft = apps.get_model("evidence", "Draft")
    typed = Draft.objects.exclude(email_digest="")
    typed.update(reminder_wanted=True, email_digest="")
    apps.get_model("evidence", "EntryLink").objects.filter(draft__isnull=False).delete()


def saved_when_begun(apps, _schema_editor):
    """When a form was first saved was not written down; nobody is shut out for that."""
    Draft = apps.get_model("evidence", "Draft")
    Draft.objects.filter(~Q(answers="") | Q(files__isnull=False) | Q(submission__isnull=False)).update(
        first_saved_at=F("started_at")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0021_names_are_searched_for'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='first_saved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='reminder_wanted',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(nobody_has_confirmed_yet, migrations.RunPython.noop),
        migrations.RunPython(saved_when_begun, migrations.RunPython.noop),
        migrations.RenameField(
            model_name='draft',
            old_name='email_digest',
            new_name='confirmed_digest',
        ),
        migrations.CreateModel(
            name='AddressCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', evidence.witnesses.encrypted.EncryptedTextField()),
                ('language', models.CharField(default='en-gb', max_length=10)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('wrong_attempts', models.PositiveSmallIntegerField(default=0)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_codes', to='evidence.draft')),
            ],
            options={
                'ordering': ['-requested_at'],
            },
        ),
        migrations.AddField(
            model_name='letter',
            name='precautions_read',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='letter',
            name='released_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
