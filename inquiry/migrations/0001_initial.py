import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import inquiry.calls.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('house', models.CharField(default='House of Commons', max_length=60)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='office email')),
                ('telephone', models.CharField(blank=True, max_length=60, verbose_name='office telephone')),
                ('postal_address', models.TextField(blank=True, verbose_name='office postal address')),
                ('letter_sender_name', models.CharField(default='Information service', help_text='Witnesses see this in their inbox, and so does anyone who reads it with them. Choose words that do not name Parliament, the committee or its subject.', max_length=100, validators=[inquiry.calls.models.validate_one_line], verbose_name='sender name of letters')),
                ('letter_subject', models.CharField(default='A message for you', help_text='The subject of every letter to a witness. Choose words that say nothing about the inquiry.', max_length=100, validators=[inquiry.calls.models.validate_one_line], verbose_name='subject of letters')),
                ('reply_address', models.EmailField(blank=True, help_text='Witnesses without a return code can be asked to reply to this address. Choose one that does not name the committee.', max_length=254, verbose_name='reply address')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('code', models.CharField(help_text='Two-letter country code (ISO 3166-1).', max_length=2, unique=True)),
            ],
            options={
                'verbose_name': 'state concerned',
                'verbose_name_plural': 'states concerned',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['username'],
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('prefix', models.CharField(max_length=6, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{2,6}$', 'Enter two to six capital letters, for example FIA.')], verbose_name='evidence number prefix')),
                ('last_number', models.PositiveIntegerField(default=0, editable=False)),
                ('numbered_on', models.CharField(choices=[('acceptance', 'When the committee accepts a submission'), ('publication', 'When a submission is published')], default='acceptance', help_text='Numbers given on acceptance show the public, by their gaps, how many submissions are not published. Numbers given on publication have no gaps.', max_length=20, verbose_name='evidence numbers are given')),
                ('hc_number', models.CharField(blank=True, help_text='For example, 123 of Session 2026-27.', max_length=30, verbose_name='HC number')),
                ('scope', models.TextField(blank=True, verbose_name='scope')),
                ('second_clerk', models.BooleanField(default=True, help_text='Applies when a decision shows more than the witness asked for.', verbose_name='second clerk must agree')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inquiries', to='inquiry.committee')),
                ('parent', models.ForeignKey(blank=True, help_text='The wider inquiry this one is part of. Roles are not inherited from it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='inquiry.inquiry')),
            ],
            options={
                'verbose_name_plural': 'inquiries',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(help_text='Used in the page address. Choose neutral words.', max_length=40, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('guidance', models.TextField(blank=True)),
                ('opens_at', models.DateTimeField(verbose_name='opens')),
                ('closes_at', models.DateTimeField(help_text='London time.', verbose_name='closes')),
                ('grace_minutes', models.PositiveIntegerField(default=15, help_text='Forms begun before closing are accepted for this long and marked late.', verbose_name='grace period (minutes)')),
                ('word_limit', models.PositiveIntegerField(default=3000, help_text='Longer submissions are accepted, with a warning.')),
                ('answer_weeks', models.PositiveSmallIntegerField(default=8, help_text='Witnesses see the date. Counted from closing, or from a later receipt.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(104)], verbose_name='answer expected within (weeks)')),
                ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='inquiry.inquiry')),
            ],
            options={
                'verbose_name': 'call for evidence',
                'verbose_name_plural': 'calls for evidence',
                'ordering': ['closes_at', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, unique=True)),
                ('country', models.CharField(default='GB', help_text='Two-letter country code (ISO 3166-1), for example GB.', max_length=2)),
                ('ror_id', models.CharField(blank=True, max_length=9, validators=[django.core.validators.RegexValidator('^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$', 'Enter a ROR ID, for example 052gg0110.')], verbose_name='ROR ID')),
                ('ror_name', models.CharField(blank=True, editable=False, max_length=300)),
                ('ukprn', models.CharField(blank=True, max_length=8, validators=[django.core.validators.RegexValidator('^\\d{8}$', 'Enter eight digits.')], verbose_name='UKPRN')),
                ('website', models.URLField(blank=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ror_id', ''), _negated=True), fields=('ror_id',), name='institution_ror_id', violation_error_message='Another institution already has this ROR ID.'), models.UniqueConstraint(condition=models.Q(('ukprn', ''), _negated=True), fields=('ukprn',), name='institution_ukprn', violation_error_message='Another institution already has this UKPRN.')],
            },
        ),
        migrations.CreateModel(
            name='InstitutionName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='name')),
                ('kind', models.CharField(choices=[('alias', 'Other name'), ('acronym', 'Acronym'), ('translation', 'Name in another language')], default='alias', max_length=20)),
                ('safe_to_match', models.BooleanField(default=False, help_text='Tick only if nothing else has this name. Acronyms are rarely safe.', verbose_name='safe to match')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='inquiry.institution')),
            ],
            options={
                'ordering': ['institution', 'text'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('clerk', 'Clerk'), ('specialist', 'Committee specialist'), ('operations', 'Operations officer'), ('media', 'Media officer'), ('member', 'Member'), ('adviser', 'Specialist adviser')], max_length=20)),
                ('sees_confidential', models.BooleanField(default=False, help_text="By the committee's decision, or because the person is named on the inquiry.", verbose_name='may see confidential evidence')),
                ('sees_identities', models.BooleanField(default=False, help_text='Only if the role needs it. Clerks always can.', verbose_name='may see the identity of anonymous witnesses')),
                ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='inquiry.inquiry')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['inquiry', 'role', 'user'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='inquiry.inquiry')),
            ],
            options={
                'ordering': ['inquiry', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('description', models.TextField(blank=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('inquiry', models.ForeignKey(blank=True, help_text='Leave blank to use it in every inquiry.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='inquiry.inquiry')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='inquiry.theme')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ThemeTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='term')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='inquiry.theme')),
            ],
            options={
                'ordering': ['theme', 'text'],
            },
        ),
        migrations.CreateModel(
            name='CommitteeText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('help', 'Help and other formats'), ('accessibility', 'Accessibility statement'), ('privacy', 'Privacy notice'), ('cookies', 'Cookies')], max_length=20)),
                ('language', models.CharField(choices=[('en-gb', 'English'), ('cy', 'Welsh')], default='en-gb', max_length=10)),
                ('text', models.TextField(help_text='Leave a blank line between paragraphs.')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='inquiry.committee')),
            ],
            options={
                'verbose_name': 'text of a footer page',
                'verbose_name_plural': 'texts of footer pages',
                'ordering': ['committee', 'page', 'language'],
                'constraints': [models.UniqueConstraint(fields=('committee', 'page', 'language'), name='committee_text_one_per_page_and_language', violation_error_message='This committee already has a text for this page in this language.')],
            },
        ),
        migrations.AddConstraint(
            model_name='inquiry',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='inquiry_is_not_its_own_parent', violation_error_message='An inquiry cannot be part of itself.'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='call_closes_after_it_opens', violation_error_message='Enter a closing time after the opening time.'),
        ),
        migrations.AddConstraint(
            model_name='institutionname',
            constraint=models.UniqueConstraint(fields=('institution', 'text'), name='institution_name_once_per_institution', violation_error_message='This institution already has this name.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'inquiry'), name='membership_one_per_person_and_inquiry', violation_error_message='This person already has a role in this inquiry.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['clerk', 'specialist', 'operations', 'media', 'member', 'adviser'])), name='membership_role_is_known', violation_error_message='Choose a role from the list.'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('inquiry', 'number'), name='question_one_per_number_and_inquiry', violation_error_message='There is already a question with this number.'),
        ),
        migrations.AddConstraint(
            model_name='themeterm',
            constraint=models.UniqueConstraint(fields=('theme', 'text'), name='theme_term_once_per_theme', violation_error_message='This theme already has this term.'),
        ),
    ]
