"""Witnesses and the public read everything in Welsh under /cy/; staff read English."""

import datetime
import html
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.drafts.models import Draft
from evidence.submissions.models import Submission
from evidence.web.witness import form_flow
from evidence.witness_requests.questions import ask_witness
from inquiry.calls.models import Question
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import ANSWERS, file
from tests.evidence.web.in_welsh import begin_in_welsh, ready_in_welsh
from tests.factories import CallFactory, a_member, a_submission, docx

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "evidence/locale/cy/LC_MESSAGES/django.po"
# What is published is published in English.
EVIDENCE = re.compile(
    r'<(p|div) class="(heading|evidence)[^"]*" lang="en(?:-GB)?">.*?</\1>', re.DOTALL
)
PLACEHOLDER = re.compile(r"%\(|\{")
# Shorter ones are also parts of names and of Welsh words.
SHORTEST = 13


@pytest.fixture
def call():
    call = CallFactory()
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    return call


@pytest.fixture(scope="module")
def english() -> list[str]:
    """Every sentence that reads otherwise in Welsh."""
    with CATALOGUE.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="cy") if message.id]
    return [
        message.id
        for message in messages
        if isinstance(message.id, str)
        and len(message.id) >= SHORTEST
        and not PLACEHOLDER.search(message.id)
        and message.id != message.string
    ]


def is_in_welsh(answer, english: list[str], *, status: int = 200) -> str:
    """The words of a page, which is in Welsh through and through."""
    page = html.unescape(answer.content.decode())
    assert answer.status_code == status, page
    assert '<html lang="cy">' in page
    ours = EVIDENCE.sub("", page)
    assert [sentence for sentence in english if sentence in ours] == []
    return page


# --- The catalogue -------------------------------------------------------------------------------


def test_every_message_has_welsh_and_the_compiled_catalogue_is_current():
    call_command("welsh_messages", check=True)


@pytest.fixture
def small_catalogue(tmp_path, settings) -> Path:
    """A catalogue of two sentences, translated."""
    for folder in ("inquiry", "evidence", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "evidence/questions.py").write_text('_("Full name")\n_("page {number}")\n')
    settings.BASE_DIR = tmp_path
    po = tmp_path / CATALOGUE.relative_to(ROOT)
    call_command("welsh_messages")
    for sentence, welsh in (("Full name", "Enw llawn"), ("page {number}", "tudalen {number}")):
        empty = f'msgid "{sentence}"\nmsgstr ""'
        assert empty in po.read_text()
        po.write_text(po.read_text().replace(empty, f'msgid "{sentence}"\nmsgstr "{welsh}"'))
    call_command("welsh_messages")
    call_command("welsh_messages", check=True)
    return po


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('msgstr "Enw llawn"', 'msgstr ""', "not translated: Full name"),
        ('msgid "Full name"', 'msgid "Whole name"', "not in the catalogue: Full name"),
        ('msgid "Full name"', '#, fuzzy\nmsgid "Full name"', "marked as fuzzy: Full name"),
        ("tudalen {number}", "tudalen {rhif}", "placeholders differ: page {number}"),
        (
            'msgstr "Enw llawn"',
            'msgstr "Enw"',
            "django.mo is not what `manage.py welsh_messages` makes",
        ),
    ],
)
def test_check_names_what_is_wrong_and_changes_nothing(small_catalogue, before, after, message):
    compiled = small_catalogue.with_suffix(".mo").read_bytes()
    broken = small_catalogue.read_text().replace(before, after)
    small_catalogue.write_text(broken)

    with pytest.raises(CommandError, match=re.escape(message)):
        call_command("welsh_messages", check=True)

    assert small_catalogue.read_text() == broken
    assert small_catalogue.with_suffix(".mo").read_bytes() == compiled


def test_collecting_messages_again_writes_the_same_bytes(small_catalogue):
    kept = [file.read_bytes() for file in (small_catalogue, small_catalogue.with_suffix(".mo"))]
    call_command("welsh_messages")
    assert [
        file.read_bytes() for file in (small_catalogue, small_catalogue.with_suffix(".mo"))
    ] == kept


# --- Pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("/cy/", "/cy/safety/", "/cy/return/", "/cy/return/link/", "/cy/return/link/none/"),
        *("/cy/verify/", "/cy/evidence/", "/cy/evidence/?after=x"),
    ],
)
def test_public_page_is_in_welsh(client, call, english, address):
    is_in_welsh(client.get(address), english)


@pytest.mark.parametrize("closes_in_minutes", [60, -1, -60])
def test_call_pages_are_in_welsh_while_open_and_after_closing(client, english, closes_in_minutes):
    now = timezone.now()
    call = CallFactory(
        opens_at=now - datetime.timedelta(days=9),
        closes_at=now + datetime.timedelta(minutes=closes_in_minutes),
        grace_minutes=15,
    )
    for more in ("", "start/"):
        is_in_welsh(client.get(f"/cy/calls/{call.code}/{more}"), english)
    text = client.get(f"/cy/calls/{call.code}/call.txt").content.decode()
    assert [sentence for sentence in english if sentence in text] == []


def test_unopened_call_says_so_in_welsh(client, english):
    now = timezone.now()
    call = CallFactory(
        opens_at=now + datetime.timedelta(days=1), closes_at=now + datetime.timedelta(days=2)
    )
    is_in_welsh(client.get("/cy/"), english)
    for more in ("", "start/"):
        is_in_welsh(client.get(f"/cy/calls/{call.code}/{more}"), english)


@pytest.mark.parametrize("page", form_flow.PAGES)
def test_every_question_and_its_errors_are_in_welsh(call, english, page):
    form = begin_in_welsh(call)
    is_in_welsh(form.get("form-page", page), english)
    answer = form.say(page)
    if answer.status_code == 422:
        words = is_in_welsh(answer, english, status=422)
        assert "Mae problem" in words
    else:
        assert page not in ANSWERS or page == "title"


def test_questions_for_organisations_and_proxies_are_in_welsh(call, english):
    form = begin_in_welsh(call)
    for who in ("organisation", "proxy"):
        form.say("who", who=who)
        is_in_welsh(form.get("form-page", "details"), english)
        is_in_welsh(form.say("details"), english, status=422)


def test_pages_for_co_authors_are_in_welsh(call, english):
    form = begin_in_welsh(call)
    form.say("who", who="together")
    is_in_welsh(form.get("form-people"), english)
    is_in_welsh(form.get("form-person", 1), english)
    is_in_welsh(form.post("form-person", 1), english, status=422)
    form.post("form-person", 1, name="Bob Second", wish="open")
    for name in ("form-people", "form-check", "form"):
        is_in_welsh(form.get(name), english)


@pytest.mark.parametrize(
    "name",
    ["form", "form-code", "form-files", "form-warnings", "form-preview", "form-check"],
)
def test_form_page_is_in_welsh_empty_and_filled_in(call, english, work, name):
    is_in_welsh(begin_in_welsh(call).get(name), english)
    form = ready_in_welsh(call, disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.say("text", text="Othername wrote this. Ring 020 7946 0000.")
    form.upload(file(docx("# Heading\n\nAnn Othername, ann@othername.example."), "mine.docx"))
    form.upload(file(a_pdf("One", "Two", "Three", "Four", "Five"), "mine.pdf"))
    work()
    is_in_welsh(form.get(name), english)


def test_our_own_welsh_takes_precedence_over_django_s(call):
    form = ready_in_welsh(call)
    assert "Tynnu oddi yma" in form.words("form-files")


def test_findings_in_a_text_are_shown_in_welsh(call):
    form = ready_in_welsh(call, disclosure={"wish": "confidential", "reasons": "My family."})
    form.say("text", text="Othername wrote this.")

    page = html.unescape(form.words("form-warnings"))

    assert "Mae eich enw yn eich tystiolaeth" in page
    assert "Daethom o hyd i 1 manylyn i'w wirio." in html.unescape(form.words("form-check"))


def test_downloaded_answers_are_in_welsh(call, english):
    form = ready_in_welsh(call)
    for _when in ("before", "after"):
        copy = form.get("form-copy").content.decode()
        assert [sentence for sentence in english if sentence in copy] == []
        form.send()


@pytest.mark.parametrize("name", ["form-after", "form-contact", "form-withdraw"])
def test_status_pages_are_in_welsh(call, english, name):
    form = ready_in_welsh(call)
    form.send()
    ask_witness(Submission.objects.get(), "When?", by=a_member(call.inquiry))
    is_in_welsh(form.get(name), english)


def test_last_pages_of_a_form_are_in_welsh(call, english):
    form = begin_in_welsh(call)
    is_in_welsh(form.get("form-delete"), english)
    is_in_welsh(form.post("form-delete"), english)


def test_not_found_page_is_in_welsh(client, english):
    is_in_welsh(client.get("/cy/form/none/"), english, status=404)


# --- What goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "nothing.txt", "Mae'r ffeil hon yn wag."),
        (
            b"\x7fELF\x02\x01\x01" + bytes(60),
            "tool",
            "Nid yw “tool” yn fath o ffeil yr ydym yn",
        ),
        (b"PK\x03\x04broken", "broken.docx", "Mae'r ffeil hon wedi'i difrodi ac ni ellir ei hagor"),
    ],
)
def test_refused_file_message_is_in_welsh(call, english, content, name, message):
    answer = begin_in_welsh(call).upload(file(content, name))
    assert message in is_in_welsh(answer, english, status=422)


def test_messages_for_too_large_or_too_many_files_are_in_welsh(call, english, settings):
    form = begin_in_welsh(call)
    settings.LARGEST_FILE, settings.MOST_FILES = 1024 * 1024, 1
    large = is_in_welsh(form.upload(file(b"word " * 300_000)), english, status=422)
    assert "Mae'r ffeil hon yn fwy na 1 MB." in large
    form.upload(file(b"One."))
    again = is_in_welsh(form.upload(file(b"One.")), english, status=422)
    assert "Uwchlwythwch ddim mwy na 1 o ffeiliau" in again


def test_messages_for_unknown_codes_and_too_many_attempts_are_in_welsh(client, english):
    pages = ""
    for _time in range(7):
        answer = client.post("/cy/return/", {"code": "0000 0000 0000 0000"})
        pages += is_in_welsh(answer, english, status=422)
    assert "Nid ydym yn adnabod y cod dychwelyd hwn." in pages
    assert "Gormod o ymgeisiau." in pages


def test_messages_for_a_missing_answer_or_reason_are_in_welsh(call, english, work):
    form = ready_in_welsh(call)
    form.send()
    work()
    submission = Submission.objects.get()
    query = ask_witness(submission, "When?", by=a_member(call.inquiry))
    answer = form.post("form-answer", query.pk, answer="")
    assert "Rhowch eich ateb" in is_in_welsh(answer, english, status=422)
    Submission.objects.update(status="accepted", number=1, reference="ABC0001")
    answer = form.post("form-withdraw", reason="")
    assert "Esboniwch pam" in is_in_welsh(answer, english, status=422)


def test_verify_answers_are_in_welsh(client, english, call, work, settings):
    a_submission(call)
    work()
    bundle = a_bundle(call, a_member(call.inquiry), work)
    files = [SimpleUploadedFile(file.form, content(file.sha256)) for file in bundle.files.all()]
    page = is_in_welsh(client.post("/cy/verify/", {"files": files}), english)
    assert "pdf: heb ei newid" in page
    bundle.files.all().delete()
    whole = content(bundle.zip_sha256)
    altered = whole[:100] + b"?" + whole[101:]
    files = [SimpleUploadedFile("file", raw) for raw in (whole, altered, b"words")]
    page = is_in_welsh(client.post("/cy/verify/", {"files": files}), english)
    assert "file: wedi'i llofnodi gan swyddfa'r pwyllgor" in page
    assert "file: wedi'i newid" in page
    assert "file: heb ei hadnabod" in page
    is_in_welsh(client.post("/cy/verify/"), english, status=422)
    settings.LARGEST_CHECKED = -(10**6)
    assert "yn fwy na" in is_in_welsh(client.post("/cy/verify/"), english, status=413)


# --- The language is kept ------------------------------------------------------------------------


def test_every_redirect_through_the_form_stays_in_welsh(call):
    form = begin_in_welsh(call)
    jobs = [form.say(page, **answers) for page, answers in ANSWERS.items()]
    jobs += [form.upload(file()), form.post("form-files", go_on="yes"), form.send()]
    jobs += [form.post("form-close"), Client().post("/cy/return/", {"code": form.code})]
    for job in jobs:
        assert job.status_code == 302
        assert job["Location"].startswith("/cy/")


def test_every_link_on_a_form_page_stays_in_welsh_except_the_english_choice(call):
    form = ready_in_welsh(call)
    page = form.words("form-check")
    ways = set(re.findall(r'(?:href|action)="(/[^"]*)"', page))
    english = {way for way in ways if not way.startswith(("/cy/", "/static/"))}
    assert english == {f"/form/{form.handle}/check/"}


def test_form_language_follows_the_address(call):
    form = begin_in_welsh(call)
    for _time in range(2):
        assert "Enw llawn" in form.client.get(f"/cy/form/{form.handle}/details/").content.decode()
        assert "Full name" in form.client.get(f"/form/{form.handle}/details/").content.decode()


def test_receipt_of_a_form_begun_in_welsh_is_in_welsh(call, work, mailoutbox, english):
    form = ready_in_welsh(call)
    assert Draft.objects.get().language == "cy"
    form.send()
    work()

    letter = next(letter for letter in mailoutbox if letter.to == ["ann@othername.example"])
    assert letter.subject == "Neges i chi"
    assert "Eich rhif derbynneb yw " in letter.body
    assert f"{settings.SITE_URL}/cy/return/" in letter.body
    assert [sentence for sentence in english if sentence in letter.body] == []


def test_staff_pages_stay_english_after_welsh_pages(call):
    clerk = signed_in(a_member(call.inquiry))
    clerk.get("/cy/")
    for name in ("register", "bundles", "admin:index"):
        page = clerk.get(reverse(name)).content.decode()
        assert 'lang="en' in page
        assert "Tystiolaeth" not in page


def test_sign_in_limit_message_is_in_english(client):
    credentials = ""
    for _time in range(12):
        answer = client.post(
            reverse("sign-in"),
            {"username": "nobody", "password": "wrong"},
            headers={"accept-language": "cy"},
        )
        credentials += answer.content.decode()
    assert "Too many attempts. Try again in " in credentials
