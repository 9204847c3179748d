"""Breaks the constraints of what clerks do beside the flow, for test_constraints."""

from evidence.batches.models import Batch, BatchFile
from tests.evidence.submissions.broken_constraints import breaks
from tests.factories import a_member


def a_batch_file(submission, **fields) -> BatchFile:
    clerk = a_member(submission.inquiry)
    batch, _is_new = Batch.objects.get_or_create(call=submission.call, defaults={"made_by": clerk})
    return BatchFile.objects.create(batch=batch, key="0", size=1, **fields)


@breaks("batch_file_once")
def one_file_twice_in_a_batch(submission):
    for _twice in range(2):
        a_batch_file(submission)


@breaks("batch_file_added_is_a_submission")
def added_without_a_submission(submission):
    a_batch_file(submission, state="added")
