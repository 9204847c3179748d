from django.db import migrations, models


def letters_given_up_say_so(apps, _schema_editor):
    """A letter whose sending was given up stood as on its way for ever."""
    Letter = apps.get_model("evidence", "Letter")
    Step = apps.get_model("evidence", "Step")
    given_up = Step.objects.filter(verb="send_letter", state="held")
    on_their_way = Letter.objects.filter(state="released")
    on_their_way.filter(pk__in=given_up.values("subject_id")).update(state="failed")


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0017_names_of_submissions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='step',
            name='first_tried_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='letter',
            name='state',
            field=models.CharField(choices=[('draft', 'Waits for a clerk'), ('released', 'On its way'), ('sent', 'Sent'), ('failed', 'Could not be sent'), ('unwanted', 'Not sent: no leave to write by e-mail'), ('discarded', 'Discarded')], default='draft', max_length=20),
        ),
        migrations.AlterField(
            model_name='step',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being worked on'), ('done', 'Done'), ('held', 'Stopped; needs a person'), ('dismissed', 'Given up by a person')], default='waiting', max_length=10),
        ),
        migrations.RunPython(letters_given_up_say_so, migrations.RunPython.noop),
    ]
