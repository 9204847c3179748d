"""What is to be published without the name does not say who the witness is."""

import pytest
from django.urls import reverse

from evidence.bundles.freeze import freeze
from evidence.bundles.recipe import Kind, Recipe
from evidence.custody.models import Entry
from evidence.decisions.models import Act
from evidence.errors import NotPermitted, NotReady
from evidence.house.models import PieceText
from evidence.intake.examine import release, settle, try_again
from evidence.intake.models import Finding
from evidence.lifecycle import Disclosure, Status
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from evidence.witnesses.models import Statement
from evidence.work.claim import ask
from inquiry.people.roles import Role
from tests.evidence.admin.at_the_desk import page_of, seen, shown_after, signed_in
from tests.factories import CallFactory, a_meeting, a_member, a_piece, decide, docx

pytestmark = pytest.mark.django_db

WITHHELD, CONFIDENTIAL = Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL
TELLING = "My name is Dr Quillfeather.\n\nWrite to quill@example.org or 020 7946 0123."
NAMES = Finding.Stage.NAMES


@pytest.fixture
def call():
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


def sent(call, text=TELLING, wish=WITHHELD, **more) -> Submission:
    said = {"name": "Dr Ada Quillfeather", "email": "quill@example.org", **more}
    return a_piece(call, text=text, disclosure=wish, **said)


def fresh(piece) -> Submission:
    return Submission.objects.get(pk=piece.pk)


def codes(piece) -> set[str]:
    return set(piece.findings.filter(stage=NAMES).values_list("code", flat=True))


def settle_all(piece, clerk) -> None:
    for finding in piece.findings.filter(stage=NAMES).holding():
        settle(finding, by=clerk, note="The witness agreed to it.")


def test_a_text_that_names_its_witness_is_held_with_the_places(call, work):
    piece = sent(call)
    work()

    assert fresh(piece).status == Status.HELD
    assert codes(piece) == {"names-witness", "names-own-contact", "names-contact"}
    named = piece.findings.get(code="names-witness")
    assert (named.severity, named.words) == ("hold", "My name is Dr Quillfeather.")
    assert named.where == "paragraph 1"


@pytest.mark.parametrize("wish", [Disclosure.OPEN, CONFIDENTIAL])
def test_where_the_name_or_nothing_is_published_nothing_is_searched(call, work, wish):
    piece = sent(call, wish=wish)
    work()
    assert fresh(piece).status == Status.PREPARED
    assert not codes(piece)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "By Ada Quillfeather"}, "names-title"),
        ({"text": "As I wrote.\n\nYours sincerely,\n\nA. Q."}, "names-signature"),
        ({"content": docx("# Quillfeather on visas\n\nText."), "file_name": "e.docx"},
         "names-witness"),
        ({"content": docx("A text.[^1]\n\n[^1]: Seen by Quillfeather."), "file_name": "e.docx"},
         "names-witness"),
        ({"name": "Friend Helper", "sort": "proxy", "text": "Before Refugee came."}, None),
    ],
)  # fmt: skip
def test_titles_headings_notes_and_signatures_are_searched_too(call, work, more, code):
    piece = sent(call, **{"text": "Nothing.", **more})
    work()
    assert codes(piece) == ({code} if code else set())


def test_the_person_somebody_else_writes_for_is_searched_for(call, work):
    piece = sent(call, text="Before Zulfiya came here.", name="Friend Helper")
    Statement.objects.create(submission=piece, on_behalf_of="Zulfiya Abdu")
    work()
    assert codes(piece) == {"names-witness"}


def test_each_finding_is_settled_with_its_reason_and_then_it_goes_on(call, clerk, work):
    piece = sent(call)
    work()
    first, *rest = piece.findings.filter(stage=NAMES)
    with pytest.raises(NotReady, match="Say why"):
        settle(first, by=clerk, note=" ")
    with pytest.raises(NotPermitted):
        settle(first, by=a_member(call.inquiry, Role.SPECIALIST), note="So.")

    settle(first, by=clerk, note="The witness agreed.")

    assert fresh(piece).status == Status.HELD
    for finding in rest:
        settle(finding, by=clerk, note="It is the office's.")
    work()
    assert fresh(piece).status == Status.PREPARED
    assert not piece.findings.holding().exists()
    with pytest.raises(NotReady, match="settled already"):
        settle(first, by=clerk, note="Again.")
    entry = Entry.objects.filter(act="finding settled").first()
    assert entry.detail == {"finding": first.code, "reason": "The witness agreed."}


def test_it_may_be_let_past_to_be_kept_confidential_and_is_not_published(call, clerk, work):
    piece = sent(call)
    work()
    release(fresh(piece), by=clerk, note="The committee will keep it confidential.")
    work()
    assert fresh(piece).status == Status.PREPARED
    assert piece.findings.filter(stage=NAMES).holding().count() == 3

    decide(fresh(piece), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    with pytest.raises(NotReady, match="3 things may say who the witness is"):
        publish(fresh(piece), by=clerk)
    decide(fresh(piece), Act.KEEP_CONFIDENTIAL, by=clerk)
    assert fresh(piece).disclosure == CONFIDENTIAL


def test_trying_the_checks_again_settles_nothing_of_it(call, clerk, work):
    piece = sent(call)
    work()
    try_again(fresh(piece), by=clerk)
    work()
    assert fresh(piece).status == Status.HELD
    assert piece.findings.filter(stage=NAMES).holding().count() == 3


def test_what_the_committee_decides_to_withhold_is_searched_after_the_decision(call, clerk, work):
    piece = sent(call, wish=Disclosure.OPEN)
    work()
    decide(fresh(piece), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    with pytest.raises(NotReady, match="still being"):
        publish(fresh(piece), by=clerk)
    work()

    with pytest.raises(NotReady, match="3 things may say who the witness is"):
        publish(fresh(piece), by=clerk)
    assert fresh(piece).status == Status.REPORTED
    settle_all(piece, clerk)
    publish(fresh(piece), by=clerk)
    assert fresh(piece).status == Status.PUBLISHED


def test_once_the_name_is_published_there_is_nothing_left_to_settle(call, clerk, work):
    piece = sent(call)
    work()
    settle(piece.findings.get(code="names-contact"), by=clerk, note="The office's number.")
    Submission.objects.filter(pk=piece.pk).update(status=Status.PREPARED)
    decide(fresh(piece), Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    assert codes(piece) == {"names-contact"}  # what a clerk said stays on record
    publish(fresh(piece), by=clerk)


@pytest.mark.parametrize("field", ["title", "display_name"])
def test_a_correction_that_names_the_witness_is_found_before_it_is_published(
    call, clerk, work, field
):
    piece = sent(call, text="Nothing telling.")
    work()
    decide(fresh(piece), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(pk=piece.pk).update(**{field: "Quillfeather"})
    with pytest.raises(NotReady, match="still being"):
        publish(fresh(piece), by=clerk)

    ask("render", piece.pk)
    work()

    with pytest.raises(NotReady, match="one thing may say who the witness is"):
        publish(fresh(piece), by=clerk)


def test_what_was_published_and_taken_down_is_not_published_again_unsearched(call, clerk, work):
    piece = sent(call, text="Nothing telling.")
    work()
    decide(fresh(piece), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    publish(fresh(piece), by=clerk)
    take_down(fresh(piece), by=clerk, note="A mistake.")
    PieceText.objects.filter(submission=piece).update(names_checked="")
    with pytest.raises(NotReady, match="still being"):
        publish(fresh(piece), by=clerk)


def test_the_clerk_settles_on_the_page_and_reads_of_it_at_the_meeting(call, clerk, work):
    piece = sent(call, wish=Disclosure.OPEN)
    work()
    decide(fresh(piece), Act.WITHHOLD_NAME, by=clerk)
    work()
    from_meeting = seen_at_meeting(call, clerk, piece)
    finding = piece.findings.get(code="names-witness")
    client, page = signed_in(clerk), page_of(piece)
    address = reverse("admin:piece-settle", args=[piece.pk, finding.pk])

    assert "3 things in the text may say who the witness is." in from_meeting
    assert address in seen(client, page)
    told = shown_after(client, address, {f"reason-{finding.pk}": "  "})
    assert "Say why this may stand" in told
    told = shown_after(client, address, {f"reason-{finding.pk}": "The witness agreed."})
    assert "The witness agreed." in told
    assert address not in told


def seen_at_meeting(call, clerk, piece) -> str:
    fresh(piece).decisions.create(act=Act.ACCEPT, proposed_by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    return seen(signed_in(clerk), reverse("admin:evidence_meeting_change", args=[meeting.pk]))


def test_who_may_not_know_the_witness_learns_nothing_of_what_was_found(call, clerk, work):
    piece = sent(call)
    work()
    finding = piece.findings.get(code="names-witness")
    address = reverse("admin:piece-settle", args=[piece.pk, finding.pk])
    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    stranger = signed_in(a_member(CallFactory().inquiry))
    assert "Quillfeather" not in seen(officer, page_of(piece))
    assert "not there any more" in shown_after(officer, address, {"note": "So."})
    assert stranger.post(address, {"note": "So."}).status_code == 404
    finding.refresh_from_db()
    assert finding.settled_at is None


def test_what_may_name_its_witness_goes_into_no_bundle_for_readers_outside(call, clerk, work):
    """An evidence volume takes what is reported, before anybody has published it."""
    piece = sent(call)
    work()
    release(fresh(piece), by=clerk, note="To be looked at later.")
    work()
    decide(fresh(piece), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    volume = Recipe(title="Volume", kind=Kind.VOLUME)
    with pytest.raises(NotReady, match="cannot go to readers outside"):
        freeze(call.inquiry, volume, by=clerk)

    assert freeze(call.inquiry, Recipe(title="For the committee"), by=clerk).items.count() == 1
    settle_all(piece, clerk)
    assert freeze(call.inquiry, volume, by=clerk).items.count() == 1
