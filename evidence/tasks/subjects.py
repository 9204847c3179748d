"""The subjects of jobs, and their labels on the page of failed jobs."""

from evidence.batches.models import BatchFile
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.schedules.models import Schedule
from evidence.committee_papers.models import CommitteePaper
from evidence.drafts.models import AddressCode, Draft, DraftFile, EntryLink
from evidence.letters.models import Letter
from evidence.submissions.models import Submission
from evidence.tasks.job_type import Subjects

SUBMISSIONS = Subjects(
    lambda: Submission.objects.select_related("inquiry__committee", "call"),
    "inquiry",
    lambda submission: submission.label,
    lambda rows, person: rows.filter(pk__in=Submission.objects.visible_to(person)),
)
BATCH_FILES = Subjects(
    lambda: BatchFile.objects.select_related("batch__call__inquiry", "added_by"),
    "batch__call__inquiry",
    lambda file: f"A file added to “{file.batch.call.title}”",
)
LETTERS = Subjects(
    lambda: Letter.objects.select_related("submission"),
    "submission__inquiry",
    lambda letter: f"{letter.get_kind_display()}, about {letter.submission.label}",
    lambda rows, person: rows.filter(submission__in=Submission.objects.visible_to(person)),
)
# A clerk may know that there is an unsent form, and not whose.
DRAFTS = Subjects(
    lambda: Draft.objects.select_related("call", "late_code"),
    "call__inquiry",
    lambda draft: f"A form for “{draft.call.title}”",
)
DRAFT_FILES = Subjects(
    lambda: DraftFile.objects.select_related("draft__call"),
    "draft__call__inquiry",
    lambda file: f"A file in a form for “{file.draft.call.title}”",
)
# Their inquiry is not known before the letter is written.
LINKS = Subjects(EntryLink.objects.all, "", lambda _link: "A way back to a form")
ADDRESS_CODES = Subjects(
    lambda: AddressCode.objects.select_related("draft__call"),
    "draft__call__inquiry",
    lambda code: f"A form for “{code.draft.call.title}”",
)
PAPERS = Subjects(
    lambda: CommitteePaper.objects.select_related("inquiry__committee"),
    "inquiry",
    lambda paper: paper.title,
    lambda rows, person: rows.filter(pk__in=CommitteePaper.objects.visible_to(person)),
)
BUNDLES = Subjects(
    lambda: Bundle.objects.select_related("inquiry__committee"),
    "inquiry",
    lambda bundle: bundle.title,
    lambda rows, person: rows.filter(pk__in=Bundle.objects.visible_to(person)),
)
COPIES = Subjects(
    lambda: NumberedCopy.objects.select_related("bundle__inquiry__committee"),
    "bundle__inquiry",
    lambda copy: f"{copy} of {copy.bundle.title}",
    lambda rows, person: rows.filter(bundle__in=Bundle.objects.visible_to(person)),
)
BAGS = Subjects(
    lambda: ArchiveBag.objects.select_related("inquiry__committee", "requested_by"),
    "inquiry",
    lambda bag: f"Asked for on {bag.requested_at:%-d %B %Y}",
    lambda rows, person: rows.filter(pk__in=ArchiveBag.objects.visible_to(person)),
)
SCHEDULES = Subjects(
    lambda: Schedule.objects.select_related("specification__inquiry"),
    "specification__inquiry",
    lambda schedule: f"{schedule.specification.name}, {schedule}",
    lambda rows, person: rows.filter(pk__in=Schedule.objects.visible_to(person)),
)
