import django.db.models.deletion
from django.conf import settings
import django.db.models.functions.comparison
import django.utils.timezone
import evidence.witnesses.encrypted
import inquiry.calls.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inquiry', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', evidence.witnesses.encrypted.EncryptedTextField()),
                ('language', models.CharField(default='en-gb', max_length=10)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('wrong_attempts', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['-requested_at'],
            },
        ),
        migrations.CreateModel(
            name='ArchiveBag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('with_confidential', models.BooleanField(default=False, verbose_name='includes confidential evidence')),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('asked', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed')], default='asked', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('ready_at', models.DateTimeField(null=True)),
                ('submissions', models.PositiveIntegerField(default=0)),
                ('left_out', models.JSONField(default=list, editable=False)),
                ('fingerprint', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'ordering': ['-requested_at'],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=255, verbose_name='file name as sent')),
                ('kind', models.CharField(choices=[('docx', 'docx'), ('doc', 'doc'), ('odt', 'odt'), ('rtf', 'rtf'), ('pdf', 'pdf'), ('html', 'html'), ('txt', 'txt'), ('jpeg', 'jpeg'), ('png', 'png')], max_length=10)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('scan', models.CharField(choices=[('not_scanned', 'Not scanned'), ('clean', 'No virus found'), ('infected', 'Virus found')], default='not_scanned', max_length=20)),
                ('archived', models.BooleanField(default=False)),
                ('is_clean_copy', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'ordering': ['submission', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('selection', 'Selection of evidence'), ('meeting', 'Meeting pack'), ('circulation', 'Circulation pack'), ('thematic', 'Thematic bundle'), ('witness', 'Witness pack'), ('publication', 'Publication batch'), ('volume', 'Evidence volume')], default='selection', max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('marking', models.CharField(blank=True, help_text='Printed on each page, such as “For the committee”.', max_length=60)),
                ('order', models.CharField(choices=[('number', 'Number'), ('witness', 'Witness'), ('institution', 'Institution'), ('theme', 'Theme'), ('date', 'Date of receipt'), ('own', 'Your own order')], default='number', max_length=20)),
                ('grouping', models.CharField(choices=[('none', 'No sections'), ('institution', 'By institution'), ('theme', 'By theme'), ('question', 'By terms of reference question'), ('kind', 'By kind'), ('own', 'Your own sections')], default='none', max_length=20)),
                ('with_confidential', models.BooleanField(default=False, verbose_name='includes confidential evidence')),
                ('with_names', models.BooleanField(default=False, verbose_name='shows names of protected witnesses')),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('specification', models.JSONField(default=dict, editable=False)),
                ('continuation', models.CharField(choices=[('afresh', 'Number all pages from the start'), ('keep', 'Keep the existing numbers; late papers get letters (12A, page 120a)'), ('supplement', 'Only what is new, numbered on from the last page')], default='afresh', max_length=20)),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('snapshot', models.JSONField(default=dict, editable=False)),
                ('numbers', models.JSONField(default=dict, editable=False)),
                ('state', models.CharField(choices=[('asked', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('expired', 'Files removed')], default='asked', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('ready_at', models.DateTimeField(null=True)),
                ('keep_until', models.DateTimeField(editable=False, null=True)),
                ('pinned', models.BooleanField(default=False, editable=False)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('pdf_size', models.PositiveBigIntegerField(default=0)),
                ('zip_sha256', models.CharField(blank=True, max_length=64)),
                ('zip_size', models.PositiveBigIntegerField(default=0)),
                ('manifest_sha256', models.CharField(blank=True, max_length=64)),
                ('manifest_size', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'ordering': ['-requested_at'],
            },
        ),
        migrations.CreateModel(
            name='BundleFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=10)),
                ('volume', models.PositiveSmallIntegerField(default=1)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('pages', models.PositiveIntegerField(default=0)),
                ('in_storage', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['bundle', 'form', 'volume'],
            },
        ),
        migrations.CreateModel(
            name='BundleItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('reference', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=1000)),
                ('names_shown', models.BooleanField(default=False)),
                ('pdf_sha256', models.CharField(max_length=64)),
                ('pdf_size', models.PositiveBigIntegerField(default=0)),
                ('elsewhere', models.BooleanField(default=False)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('tab', models.CharField(blank=True, max_length=12)),
                ('volume', models.PositiveSmallIntegerField(default=1)),
                ('first_page', models.PositiveIntegerField(null=True)),
                ('last_page', models.PositiveIntegerField(null=True)),
                ('first_number', models.CharField(blank=True, max_length=40)),
                ('last_number', models.CharField(blank=True, max_length=40)),
                ('not_included', models.CharField(blank=True, max_length=500, verbose_name='reason it is not in the PDF')),
            ],
            options={
                'ordering': ['bundle', 'position'],
            },
        ),
        migrations.CreateModel(
            name='CoauthorLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='CommitteePaper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('agenda', 'Agenda'), ('brief', 'Brief'), ('questions', 'Suggested questions'), ('biographies', 'Witness biographies'), ('transcript', 'Transcript extract'), ('other', 'Other paper')], default='other', max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=200)),
                ('for_cleared', models.BooleanField(default=False, verbose_name='identifies protected witnesses or draws on confidential evidence')),
                ('file_type', models.CharField(choices=[('docx', 'docx'), ('doc', 'doc'), ('odt', 'odt'), ('rtf', 'rtf'), ('pdf', 'pdf'), ('html', 'html'), ('txt', 'txt'), ('jpeg', 'jpeg'), ('png', 'png')], max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('preparing', 'Being converted'), ('ready', 'Ready'), ('failed', 'Cannot be used')], default='preparing', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('ours', models.PositiveIntegerField(default=0)),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('pdf_size', models.PositiveBigIntegerField(default=0)),
                ('fragment_sha256', models.CharField(blank=True, max_length=64)),
                ('fragment_version', models.PositiveSmallIntegerField(default=0)),
                ('removed', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-added_at'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='email')),
                ('phone', evidence.witnesses.encrypted.EncryptedTextField(blank=True)),
                ('address', evidence.witnesses.encrypted.EncryptedTextField(blank=True)),
                ('safe_ways', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='safe ways to contact the witness')),
                ('may_email', models.BooleanField(default=True, verbose_name='we may email')),
                ('may_phone', models.BooleanField(default=True, verbose_name='we may phone')),
                ('hours', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='safe times')),
                ('avoid', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='words to avoid')),
                ('language', models.CharField(default='en-gb', max_length=10, verbose_name='language of letters')),
            ],
        ),
        migrations.CreateModel(
            name='CustodyEntry',
            fields=[
                ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('act', models.CharField(max_length=60)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=40)),
                ('detail', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'verbose_name': 'audit trail entry',
                'verbose_name_plural': 'audit trail',
                'ordering': ['sequence'],
            },
        ),
        migrations.CreateModel(
            name='CustodyHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('accept', 'Accept as evidence'), ('decline', 'Do not accept'), ('correspondence', 'Treat as correspondence'), ('open', 'Publish with the name'), ('withhold_name', 'Publish with the name withheld'), ('keep_confidential', 'Keep confidential'), ('report', 'Report to the House and order to be published')], max_length=20)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('decided', 'Decided'), ('dropped', 'Removed')], default='proposed', max_length=10)),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='reason or note')),
                ('freer_reason', models.CharField(blank=True, max_length=1000)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['submission', 'proposed_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('receipt', models.CharField(editable=False, max_length=14, unique=True, verbose_name='receipt number')),
                ('idempotency_key', models.CharField(editable=False, max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('written', 'Written evidence'), ('supplementary', 'Supplementary evidence'), ('correspondence', 'Correspondence')], default='written', max_length=20, verbose_name='kind')),
                ('channel', models.CharField(choices=[('page', 'Public page'), ('email', 'Email'), ('post', 'Post')], default='page', max_length=10)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('received_at', models.DateTimeField(editable=False)),
                ('late', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('received', 'Received'), ('held', 'Held for a clerk'), ('checked', 'Passed checks'), ('prepared', 'Ready for the committee'), ('accepted', 'Accepted as evidence'), ('declined', 'Not accepted'), ('correspondence', 'Treated as correspondence'), ('reported', 'Reported to the House'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='received', editable=False, max_length=20)),
                ('status_since', models.DateTimeField(editable=False)),
                ('number', models.PositiveIntegerField(editable=False, null=True)),
                ('reference', models.CharField(editable=False, max_length=12, null=True, unique=True)),
                ('disclosure_requested', models.CharField(choices=[('open', 'Published with the name'), ('name_withheld', 'Published with the name withheld'), ('confidential', 'Confidential: not published')], editable=False, max_length=20, verbose_name='witness asked for')),
                ('disclosure_decided', models.CharField(choices=[('open', 'Published with the name'), ('name_withheld', 'Published with the name withheld'), ('confidential', 'Confidential: not published')], editable=False, max_length=20, null=True, verbose_name='committee decided')),
                ('disclosure', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('disclosure_decided', 'disclosure_requested'), output_field=models.CharField(choices=[('open', 'Published with the name'), ('name_withheld', 'Published with the name withheld'), ('confidential', 'Confidential: not published')], max_length=20))),
                ('display_name', models.CharField(default='Name withheld', max_length=100, verbose_name='name to print if withheld')),
                ('words', models.PositiveIntegerField(default=0, editable=False)),
                ('pages', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['-received_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=10)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('confirmed_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('reminder_wanted', models.BooleanField(default=False)),
                ('answers', evidence.witnesses.encrypted.EncryptedTextField(blank=True)),
                ('language', models.CharField(default='en-gb', max_length=10)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('first_saved_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-saved_at'],
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name', evidence.witnesses.encrypted.EncryptedTextField()),
                ('kind', models.CharField(choices=[('docx', 'docx'), ('doc', 'doc'), ('odt', 'odt'), ('rtf', 'rtf'), ('pdf', 'pdf'), ('html', 'html'), ('txt', 'txt'), ('jpeg', 'jpeg'), ('png', 'png')], max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('arrived_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('reading', 'Being read'), ('read', 'Read'), ('bad', 'Cannot be used')], default='reading', max_length=10)),
                ('words', models.PositiveIntegerField(default=0)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('report', evidence.witnesses.encrypted.EncryptedTextField(blank=True)),
                ('clean_copy', models.CharField(blank=True, choices=[('', 'Not requested'), ('making', 'Being made'), ('ready', 'Ready'), ('failed', 'Could not be made')], default='', max_length=10)),
                ('is_clean_copy', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['draft', 'position', 'arrived_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='EntryLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', evidence.witnesses.encrypted.EncryptedTextField()),
                ('language', models.CharField(default='en-gb', max_length=10)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('expires_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='InstitutionTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('suggested', 'Suggested'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('sentence', models.TextField(blank=True, verbose_name='sentence that suggests it')),
                ('tagged_at', models.DateTimeField(auto_now=True)),
                ('part', models.CharField(choices=[('submitter', "Submitter's own institution"), ('subject', 'Subject of the allegation'), ('mentioned', 'Mentioned')], default='mentioned', max_length=10, verbose_name='role')),
            ],
            options={
                'ordering': ['submission', 'institution__name'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=20)),
                ('subject_id', models.UUIDField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('held', 'Failed'), ('dismissed', 'Dismissed')], default='waiting', max_length=10)),
                ('request_count', models.PositiveIntegerField(default=1)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('first_tried_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=100)),
                ('finished_at', models.DateTimeField(null=True)),
                ('weight', models.PositiveIntegerField(default=0)),
                ('owner', models.CharField(blank=True, max_length=40)),
                ('dedup_key', models.CharField(blank=True, max_length=100)),
                ('began_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LateCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', evidence.witnesses.encrypted.EncryptedTextField(editable=False)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('for_whom', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='who it is for, and why')),
                ('uses_allowed', models.PositiveIntegerField(blank=True, default=1, help_text='Leave blank for no limit.', null=True, verbose_name='number of uses')),
                ('uses', models.PositiveIntegerField(default=0, editable=False, verbose_name='times used')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('receipt', 'Acknowledgement'), ('declined', 'Not accepted'), ('question', 'Question to the witness'), ('coauthor', 'Acknowledgement to another author')], max_length=20)),
                ('state', models.CharField(choices=[('draft', 'Draft: awaiting approval'), ('released', 'Being sent'), ('sent', 'Sent'), ('failed', 'Could not be sent'), ('unwanted', 'Not sent: email not agreed'), ('on_page', "Not sent: waits on the witness's page"), ('discarded', 'Discarded')], default='draft', max_length=20)),
                ('subject', models.CharField(max_length=200, validators=[inquiry.calls.models.validate_one_line])),
                ('body', evidence.witnesses.encrypted.EncryptedTextField()),
                ('reply_to', models.EmailField(blank=True, max_length=254)),
                ('not_sent', models.CharField(blank=True, choices=[('words', 'It contains a word the witness asked us to avoid.'), ('email', 'There is no email address, or the witness asked us not to email.')], max_length=10, verbose_name='why it was not sent')),
                ('on_page_since', models.DateTimeField(null=True, verbose_name="on the witness's page since")),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('released_at', models.DateTimeField(editable=False, null=True)),
                ('precautions_read', models.CharField(blank=True, editable=False, max_length=64)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Lock',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('taken', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='For example, 14.', verbose_name='meeting number')),
                ('held_on', models.DateField(verbose_name='date')),
                ('members_present', models.TextField(blank=True, help_text='One per line, Chair first.')),
                ('minute', models.CharField(blank=True, help_text='For example, “Minutes, para 4”.', max_length=200, verbose_name='reference in the Formal Minutes')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-held_on', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, choices=[('received', 'Received'), ('held', 'Held for a clerk'), ('checked', 'Passed checks'), ('prepared', 'Ready for the committee'), ('accepted', 'Accepted as evidence'), ('declined', 'Not accepted'), ('correspondence', 'Treated as correspondence'), ('reported', 'Reported to the House'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('after', models.CharField(choices=[('received', 'Received'), ('held', 'Held for a clerk'), ('checked', 'Passed checks'), ('prepared', 'Ready for the committee'), ('accepted', 'Accepted as evidence'), ('declined', 'Not accepted'), ('correspondence', 'Treated as correspondence'), ('reported', 'Reported to the House'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['submission', 'made_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NumberedCopy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='name of the recipient')),
                ('code', models.BigIntegerField(editable=False, unique=True)),
                ('watermark', models.BooleanField(default=False)),
                ('until', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('asked', 'Being made'), ('ready', 'Issued'), ('failed', 'Failed')], default='asked', max_length=10)),
                ('issued_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name_plural': 'numbered copies',
                'ordering': ['bundle', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heading', models.CharField(max_length=1000)),
                ('names', models.CharField(blank=True, max_length=1000)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('published_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_note', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['-published_at'],
            },
        ),
        migrations.CreateModel(
            name='PublishedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('pdf_sha256', models.CharField(max_length=64)),
                ('pdf_size', models.PositiveBigIntegerField()),
                ('pages', models.PositiveIntegerField()),
                ('document_sha256', models.CharField(blank=True, max_length=64)),
                ('text_sha256', models.CharField(blank=True, max_length=64)),
                ('pictures', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['publication', 'position'],
            },
        ),
        migrations.CreateModel(
            name='RateLimitCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('ends_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name_plural': 'rate limit counts',
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('document', 'Document'), ('text', 'Text'), ('pdf', 'PDF with heading'), ('fragment', 'PDF prepared for bundles'), ('facsimile', 'Cleaned pages of a PDF'), ('office', 'Original layout (PDF)'), ('picture', 'Picture in the text')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('pages', models.PositiveIntegerField(default=0)),
                ('heading_digest', models.CharField(blank=True, max_length=64)),
                ('version', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['attachment', 'form', 'name'],
            },
        ),
        migrations.CreateModel(
            name='SavedSpecification',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('shared', models.BooleanField(default=False, verbose_name='shared with others in the inquiry')),
                ('specification', models.JSONField(editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.TimeField()),
                ('on', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('stopped', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['specification', 'at'],
            },
        ),
        migrations.CreateModel(
            name='StateTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('suggested', 'Suggested'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('sentence', models.TextField(blank=True, verbose_name='sentence that suggests it')),
                ('tagged_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['submission', 'state__name'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionFinding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('stage', models.CharField(choices=[('examine', 'Checks'), ('prepare', 'Conversion'), ('names', "Search for the witness's name"), ('authors', 'Answers of the authors')], max_length=10)),
                ('code', models.CharField(max_length=60)),
                ('severity', models.CharField(choices=[('info', 'For information'), ('warn', 'Please check'), ('hold', 'Decision needed')], max_length=10)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('location', models.JSONField(blank=True, null=True)),
                ('found_at', models.DateTimeField(auto_now_add=True)),
                ('position', models.PositiveIntegerField(default=0)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_note', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['submission', 'found_at', 'position'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionWitness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('disclosure_requested', models.CharField(choices=[('open', 'Published with the name'), ('name_withheld', 'Published with the name withheld'), ('confidential', 'Confidential: not published')], default='open', max_length=20, verbose_name='asked for')),
                ('agreement', models.CharField(blank=True, choices=[('agreed', 'Confirms that they are an author'), ('refused', 'Says that they did not agree')], max_length=10)),
                ('answered_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'ordering': ['submission', 'position'],
            },
        ),
        migrations.CreateModel(
            name='ThemeTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('suggested', 'Suggested'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('sentence', models.TextField(blank=True, verbose_name='sentence that suggests it')),
                ('tagged_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['submission', 'theme__position', 'theme__name'],
            },
        ),
        migrations.CreateModel(
            name='UncommittedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='WithdrawalRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', evidence.witnesses.encrypted.EncryptedTextField()),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('granted', models.BooleanField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['requested_at'],
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('individual', 'Individual'), ('organisation', 'Organisation'), ('proxy', 'Someone on behalf of another person')], default='individual', max_length=20, verbose_name='submitted by')),
                ('name', models.CharField(blank=True, help_text='Leave blank for an organisation.', max_length=200)),
                ('role', models.CharField(blank=True, help_text='For example, Reader in Law.', max_length=200)),
                ('organisation', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name_plural': 'witnesses',
                'ordering': ['name', 'organisation'],
            },
        ),
        migrations.CreateModel(
            name='WitnessQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('question', evidence.witnesses.encrypted.EncryptedTextField()),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('answer', evidence.witnesses.encrypted.EncryptedTextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('dealt_with_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'question to the witness',
                'verbose_name_plural': 'questions to witnesses',
                'ordering': ['requested_at'],
            },
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='archivebag',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archive_bags', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='archivebag',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bundle',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='bundle',
            name='previous',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='bundle',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bundlefile',
            name='bundle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='bundleitem',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.attachment'),
        ),
        migrations.AddField(
            model_name='bundleitem',
            name='bundle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='committeepaper',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='committeepaper',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='bundleitem',
            name='paper',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundle_items', to='evidence.committeepaper'),
        ),
        migrations.AddField(
            model_name='custodyentry',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='custodyentry',
            name='inquiry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='decision',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='DisclosureRequest',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='request', serialize=False, to='evidence.submission')),
                ('reasons', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='reasons for anonymity or confidentiality')),
                ('note', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='other information from the witness')),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='statement', serialize=False, to='evidence.submission')),
                ('on_behalf_of', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='written on behalf of')),
                ('has_permission', models.BooleanField(default=False, verbose_name='has their permission')),
                ('published_where', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='already published')),
                ('in_court', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='court case')),
                ('under_18', models.BooleanField(default=False, verbose_name='under 18')),
                ('support', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='support needed')),
                ('oral', models.CharField(blank=True, choices=[('yes', 'Willing to give oral evidence'), ('private', 'Only in private'), ('no', 'Not willing to give oral evidence')], max_length=10, verbose_name='oral evidence')),
                ('institutions', evidence.witnesses.encrypted.EncryptedTextField(blank=True, verbose_name='institutions not in the list')),
                ('declared_at', models.DateTimeField(null=True, verbose_name='declarations made')),
            ],
        ),
        migrations.CreateModel(
            name='SubmissionText',
            fields=[
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='submission_text', serialize=False, to='evidence.submission')),
                ('text', models.TextField(blank=True)),
                ('names_checked', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name='submission',
            name='assigned_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submission',
            name='call',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='inquiry.call'),
        ),
        migrations.AddField(
            model_name='submission',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='submission',
            name='questions',
            field=models.ManyToManyField(blank=True, related_name='submissions', to='inquiry.question'),
        ),
        migrations.AddField(
            model_name='submission',
            name='supplements',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplemented_by', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='decision',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='bundleitem',
            name='submission',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundle_items', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='download',
            name='bundle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='download',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='call',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='inquiry.call'),
        ),
        migrations.AddField(
            model_name='draft',
            name='submission',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='draft',
            name='supplements',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='arrival',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='evidence.draft'),
        ),
        migrations.AddField(
            model_name='addresscode',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_codes', to='evidence.draft'),
        ),
        migrations.AddField(
            model_name='draftfile',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='evidence.draft'),
        ),
        migrations.AddField(
            model_name='entrylink',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='evidence.draft'),
        ),
        migrations.AddField(
            model_name='institutiontag',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tags', to='inquiry.institution'),
        ),
        migrations.AddField(
            model_name='institutiontag',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='institution_tags', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='institutiontag',
            name='tagged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['state', 'due_at'], name='evidence_jo_state_5a70fc_idx'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['subject_id'], name='evidence_jo_subject_d50868_idx'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('weight__gt', 0)), fields=['finished_at'], name='job_long_finished'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('lease_until__isnull', False), ('token__isnull', False)), _connector='OR'), name='job_runs_with_token_and_lease', violation_error_message='A running job needs a token and a lease.'),
        ),
        migrations.AddField(
            model_name='latecode',
            name='call',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_codes', to='inquiry.call'),
        ),
        migrations.AddField(
            model_name='latecode',
            name='made_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='late_code',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='evidence.latecode'),
        ),
        migrations.AddField(
            model_name='letter',
            name='released_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='letter',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='submission',
            name='disclosure_meeting',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.meeting'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='recorded_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='evidence.meeting'),
        ),
        migrations.AddField(
            model_name='move',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='move',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='numberedcopy',
            name='bundle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='numberedcopy',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='numberedcopy',
            name='recipient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='numberedcopy',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='download',
            name='copy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='evidence.numberedcopy'),
        ),
        migrations.AddField(
            model_name='bundlefile',
            name='copy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='evidence.numberedcopy'),
        ),
        migrations.AddField(
            model_name='publication',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='evidence.decision'),
        ),
        migrations.AddField(
            model_name='publication',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='published_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='publishedfile',
            name='attachment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.attachment'),
        ),
        migrations.AddField(
            model_name='publishedfile',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='evidence.publication'),
        ),
        migrations.AddField(
            model_name='rendition',
            name='attachment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='evidence.attachment'),
        ),
        migrations.AddField(
            model_name='rendition',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='savedspecification',
            name='inquiry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specifications', to='inquiry.inquiry'),
        ),
        migrations.AddField(
            model_name='savedspecification',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specifications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schedule',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schedule',
            name='last',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='evidence.bundle'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='specification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to='evidence.savedspecification'),
        ),
        migrations.AddField(
            model_name='statetag',
            name='state',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tags', to='inquiry.state'),
        ),
        migrations.AddField(
            model_name='statetag',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='state_tags', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='statetag',
            name='tagged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submissionfinding',
            name='about',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mentioned_in', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='submissionfinding',
            name='attachment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='evidence.attachment'),
        ),
        migrations.AddField(
            model_name='submissionfinding',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='submissionfinding',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='submissionwitness',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='witness_links', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='coauthorlink',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='evidence.submissionwitness'),
        ),
        migrations.AddField(
            model_name='themetag',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='theme_tags', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='themetag',
            name='tagged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='themetag',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tags', to='inquiry.theme'),
        ),
        migrations.AddField(
            model_name='withdrawalrequest',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='withdrawalrequest',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='evidence.submission'),
        ),
        migrations.AddField(
            model_name='witness',
            name='institution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='witnesses', to='inquiry.institution'),
        ),
        migrations.AddField(
            model_name='submissionwitness',
            name='witness',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submission_links', to='evidence.witness'),
        ),
        migrations.AddField(
            model_name='submission',
            name='witnesses',
            field=models.ManyToManyField(related_name='submissions', through='evidence.SubmissionWitness', to='evidence.witness'),
        ),
        migrations.AddField(
            model_name='letter',
            name='witness',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='evidence.witness'),
        ),
        migrations.AddField(
            model_name='contact',
            name='witness',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='contact', to='evidence.witness'),
        ),
        migrations.AddField(
            model_name='witnessquestion',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='witnessquestion',
            name='dealt_with_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='witnessquestion',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='witness_questions', to='evidence.submission'),
        ),
        migrations.AddConstraint(
            model_name='archivebag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='archive_bag_ready_has_its_file', violation_error_message='An archive transfer is ready only once its file is made.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('pdf_sha256', ''), _negated=True), models.Q(('zip_sha256', ''), _negated=True)), _connector='OR'), name='bundle_ready_has_its_files', violation_error_message='A bundle is ready only once its files are made.'),
        ),
        migrations.AddConstraint(
            model_name='committeepaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('pages__gt', 0), models.Q(('pdf_sha256', ''), _negated=True)), _connector='OR'), name='committee_paper_ready_has_pages', violation_error_message='A paper is ready only once its pages are made.'),
        ),
        migrations.AddIndex(
            model_name='custodyentry',
            index=models.Index(fields=['subject_type', 'subject_id', 'sequence'], name='evidence_cu_subject_719a05_idx'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.UniqueConstraint(fields=('bundle', 'position'), name='bundle_item_one_per_position', violation_error_message='Another item of the bundle already has this position.'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attachment__isnull', False), ('paper__isnull', True), ('submission__isnull', False)), models.Q(('attachment__isnull', True), ('paper__isnull', False), ('submission__isnull', True)), _connector='OR'), name='bundle_item_is_evidence_or_a_paper', violation_error_message='An item is evidence or a committee paper, not both.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('submission', 'position'), name='attachment_one_per_position', violation_error_message='Another file already has this position.'),
        ),
        migrations.AddConstraint(
            model_name='institutiontag',
            constraint=models.UniqueConstraint(fields=('submission', 'institution', 'part'), name='institution_tag_once', violation_error_message='This institution already has this role in the submission.'),
        ),
        migrations.AddConstraint(
            model_name='latecode',
            constraint=models.CheckConstraint(condition=models.Q(('uses_allowed__isnull', True), ('uses__lte', models.F('uses_allowed')), _connector='OR'), name='late_code_is_not_used_too_often', violation_error_message='This late code has no uses left.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('inquiry', 'number'), name='meeting_one_per_number_and_inquiry', violation_error_message='There is already a meeting with this number.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('submission', 'act'), name='decision_proposed_once', violation_error_message='This is already proposed.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'decided'), _negated=True), models.Q(('decided_at__isnull', False), ('meeting__isnull', False)), _connector='OR'), name='decision_was_made_at_a_meeting', violation_error_message='Enter the meeting that made this decision.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='decision_is_confirmed_by_another_clerk', violation_error_message='The second clerk cannot be the clerk who proposed it.'),
        ),
        migrations.AddConstraint(
            model_name='numberedcopy',
            constraint=models.UniqueConstraint(fields=('bundle', 'number'), name='numbered_copy_one_of_a_number', violation_error_message='Another copy already has this number.'),
        ),
        migrations.AddConstraint(
            model_name='numberedcopy',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_by__isnull', False), _connector='OR'), name='numbered_copy_withdrawn_by_somebody', violation_error_message='Record who withdrew the copy.'),
        ),
        migrations.AddConstraint(
            model_name='bundlefile',
            constraint=models.UniqueConstraint(fields=('bundle', 'form', 'sha256'), name='bundle_file_once_per_bundle', violation_error_message='This file is already listed for this bundle.'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('submission',), name='publication_one_at_a_time', violation_error_message='This submission is already published.'),
        ),
        migrations.AddConstraint(
            model_name='publishedfile',
            constraint=models.UniqueConstraint(fields=('publication', 'position'), name='published_file_one_per_position', violation_error_message='Another file already has this position.'),
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('attachment', 'form', 'name'), name='rendition_one_of_a_form', violation_error_message='This rendition already exists.'),
        ),
        migrations.AddConstraint(
            model_name='savedspecification',
            constraint=models.UniqueConstraint(fields=('inquiry', 'made_by', 'name'), name='saved_specification_one_of_a_name', violation_error_message='You already have a set-up with this name.'),
        ),
        migrations.AddConstraint(
            model_name='statetag',
            constraint=models.UniqueConstraint(fields=('submission', 'state'), name='state_tag_once', violation_error_message='This state is already tagged.'),
        ),
        migrations.AddConstraint(
            model_name='themetag',
            constraint=models.UniqueConstraint(fields=('submission', 'theme'), name='theme_tag_once', violation_error_message='This theme is already tagged.'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('submission',), name='withdrawal_one_waiting', violation_error_message='The witness has already asked to withdraw this.'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), ('organisation', ''), _negated=True), name='witness_has_a_name_or_an_organisation', violation_error_message='Enter a name or an organisation.'),
        ),
        migrations.AddConstraint(
            model_name='submissionwitness',
            constraint=models.UniqueConstraint(fields=('submission', 'witness'), name='submission_witness_once', violation_error_message='This witness is already on this submission.'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['-received_at', '-id'], name='submission_newest'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['inquiry', 'status', '-received_at', '-id'], name='submission_by_status'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['received', 'held', 'checked', 'prepared', 'accepted', 'declined', 'correspondence', 'reported', 'published', 'withdrawn'])), name='submission_status_is_known', violation_error_message='Choose a status from the list.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('disclosure_requested__in', ['open', 'name_withheld', 'confidential']), models.Q(('disclosure_decided__isnull', True), ('disclosure_decided__in', ['open', 'name_withheld', 'confidential']), _connector='OR')), name='submission_disclosure_is_known', violation_error_message='Choose a disclosure from the list.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('inquiry', 'number'), name='submission_numbers_are_not_shared', violation_error_message='Another submission already has this number.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('reference__isnull', True)), models.Q(('number__isnull', False), ('reference__isnull', False), ('status__in', ['accepted', 'published', 'reported', 'withdrawn'])), _connector='OR'), name='submission_number_means_acceptance', violation_error_message='Only an accepted submission has a number.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('number__isnull', False), ('kind', 'correspondence'), _connector='OR'), name='submission_published_has_a_number', violation_error_message='A published submission needs a number.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('disclosure_decided', 'confidential'), ('status', 'published'), _negated=True), name='submission_confidential_is_never_published', violation_error_message='Confidential evidence cannot be published.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('disclosure_decided__isnull', False), _connector='OR'), name='submission_published_was_decided', violation_error_message='The committee has not decided the disclosure.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('disclosure_decided__isnull', True), ('disclosure_meeting__isnull', False), _connector='OR'), name='submission_disclosure_was_decided_at_a_meeting', violation_error_message='The disclosure must be decided at a meeting.'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'question'), _negated=True), fields=('submission', 'witness', 'kind'), name='letter_of_a_sort_goes_once', violation_error_message='There is already a letter of this kind to this witness.'),
        ),
    ]
