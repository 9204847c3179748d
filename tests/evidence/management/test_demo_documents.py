"""The made-up evidence of the demo: its files, and what the checks find in them."""

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from evidence.errors import FileRefusedError
from evidence.files.file_types import Kind, kind_of
from evidence.intake.file_checks import inspect
from evidence.lifecycle import Disclosure
from evidence.management.demo import documents
from evidence.management.demo.submissions import DEMO_SUBMISSIONS, write_files
from evidence.management.demo.vocabulary import THEMES
from evidence.submissions.models import Submission
from evidence.witnesses.models import Witness

REFUSED = {
    "statement-with-form-fields.docm": "macros",
    "evidence-protected.docx": "encrypted",
    "evidence-final-upload.docx": "damaged",
}
BY_KEY = {submission.key: submission for submission in DEMO_SUBMISSIONS}
SUPPORTERS = [
    submission for submission in DEMO_SUBMISSIONS if submission.key.startswith("campaign-")
]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    return write_files(tmp_path_factory.mktemp("demo"))


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def finding_codes(path: Path) -> Counter[str]:
    return Counter(finding.code for finding in inspect(path, kind_of(path, name=path.name)))


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(
            document[number].get_textpage().get_text_range() for number in range(len(document))
        )
    finally:
        document.close()


def part_of(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_demo_has_at_least_thirty_four_submissions_with_distinct_keys_and_files():
    names = [
        name
        for submission in DEMO_SUBMISSIONS
        for name in (submission.file_name, *submission.extras)
    ]

    assert len(DEMO_SUBMISSIONS) >= 34
    assert len({submission.key for submission in DEMO_SUBMISSIONS}) == len(DEMO_SUBMISSIONS)
    assert len(set(names)) == len(names)


def test_every_file_a_demo_submission_names_is_made(files):
    names = {
        name
        for submission in DEMO_SUBMISSIONS
        for name in (submission.file_name, *submission.extras)
    }

    assert set(files) == names
    assert all(path.name == name and path.stat().st_size > 100 for name, path in files.items())


def test_supplement_comes_after_the_submission_it_supplements():
    keys = [submission.key for submission in DEMO_SUBMISSIONS]
    supplements = [submission for submission in DEMO_SUBMISSIONS if submission.supplements]

    assert supplements
    for submission in supplements:
        assert keys.index(submission.supplements) < keys.index(submission.key)


def test_every_demo_text_field_is_known():
    outcomes = {"publish", "accept", "decline", "correspondence", "wait"}

    assert {submission.outcome for submission in DEMO_SUBMISSIONS} == outcomes
    assert {submission.channel for submission in DEMO_SUBMISSIONS} == set(Submission.Channel.values)
    assert all(1 <= submission.sent_days_ago <= 27 for submission in DEMO_SUBMISSIONS)
    assert all(
        submission.note for submission in DEMO_SUBMISSIONS if submission.outcome == "decline"
    )
    assert [submission.channel for submission in DEMO_SUBMISSIONS if submission.late] == ["post"]


def test_demo_senders_have_a_name_or_organisation_and_no_real_address():
    for sender in (sender for submission in DEMO_SUBMISSIONS for sender in submission.senders):
        assert sender.name or sender.organisation
        assert not sender.email or sender.email.endswith("@example.org")


def test_demo_has_every_kind_of_sender_and_three_co_authors():
    sorts = Counter(sender.kind for submission in DEMO_SUBMISSIONS for sender in submission.senders)

    assert set(sorts) == set(Witness.Kind)
    assert [
        len(submission.senders) for submission in DEMO_SUBMISSIONS if len(submission.senders) > 1
    ] == [3]


@pytest.mark.parametrize(("name", "terms"), THEMES)
def test_every_theme_has_a_demo_submission(name, terms):
    taken = [
        plain(submission.text)
        for submission in DEMO_SUBMISSIONS
        if submission.file_name not in REFUSED
    ]
    whole_words = [re.compile(rf"\b{re.escape(term.casefold())}\b") for term in terms]

    assert any(term.search(text) for term in whole_words for text in taken), name


def test_four_demo_witnesses_withhold_names_and_three_ask_for_confidentiality():
    wishes = Counter(submission.disclosure for submission in DEMO_SUBMISSIONS)

    assert wishes[Disclosure.NAME_WITHHELD] == 4
    assert wishes[Disclosure.CONFIDENTIAL] == 3


@pytest.mark.parametrize(
    "key", sorted(p.key for p in DEMO_SUBMISSIONS if p.disclosure != Disclosure.OPEN)
)
def test_protected_demo_witnesses_give_reasons_and_are_not_named_in_the_text(key):
    submission = BY_KEY[key]
    vocabulary = set(
        re.findall(r"\w+", plain(f"{submission.text} {submission.title} {submission.file_name}"))
    )
    titles = {"dr", "professor"}

    assert submission.reasons
    for sender in submission.senders:
        assert not (set(re.findall(r"\w+", plain(sender.name))) - titles) & vocabulary
        assert not set(re.findall(r"\w+", plain(sender.name))) & set(
            re.findall(r"\w+", sender.email)
        )


def test_campaign_letters_differ_little_but_in_the_name():
    words = [set(plain(submission.text).split()) for submission in SUPPORTERS]

    assert len({submission.senders[0].name for submission in SUPPORTERS}) == 4
    for first in words:
        for other in words:
            assert len(first & other) / len(first | other) > 0.7


def test_demo_paragraphs_are_unique_outside_campaign_and_refused_files():
    alike = {
        *SUPPORTERS,
        *(submission for submission in DEMO_SUBMISSIONS if submission.file_name in REFUSED),
    }
    paragraphs = Counter(
        plain(paragraph)
        for submission in DEMO_SUBMISSIONS
        if submission not in alike
        for paragraph in submission.text.split("\n\n")
        if len(paragraph.split()) >= 12
    )

    assert [text for text, count in paragraphs.items() if count > 1] == []


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_refused_demo_files_are_refused_by_type(files, name, code):
    with pytest.raises(FileRefusedError) as refused:
        kind_of(files[name], name=name)

    assert refused.value.code == code


def test_accepted_demo_files_have_the_type_of_their_extension(files):
    kinds = {name: kind_of(path, name=name) for name, path in files.items() if name not in REFUSED}

    assert {Kind.DOCX, Kind.ODT, Kind.RTF, Kind.PDF, Kind.TXT, Kind.HTML, Kind.JPEG} == set(
        kinds.values()
    )
    assert all(name.endswith((f".{kind}", ".jpg")) for name, kind in kinds.items())


def test_demo_word_file_names_its_author_in_its_properties(files):
    core = part_of(files["evidence1.docx"], "docProps/core.xml")

    assert f"<dc:creator>{BY_KEY['reading-group'].senders[0].name}</dc:creator>" in core


def test_demo_has_tracked_changes_and_a_comment(files):
    findings = finding_codes(files["UTA submission (tracked).docx"])

    assert findings["tracked-changes"]
    assert findings["comment"]


def test_demo_hidden_text_is_hidden_and_found(files):
    path = files["response-to-call.docx"]

    assert "Do not send this version" in part_of(path, "word/document.xml")
    assert "<w:vanish" in part_of(path, "word/document.xml")
    assert finding_codes(path)["hidden-text"]


def test_demo_documents_hold_tables_footnotes_and_pictures(files):
    survey = files["Seminar survey, joint evidence.docx"]

    assert "<w:tbl>" in part_of(survey, "word/document.xml")
    assert "Logistic regression" in part_of(survey, "word/footnotes.xml")
    with zipfile.ZipFile(survey) as archive:
        assert [name for name in archive.namelist() if name.endswith(".png")]


def test_demo_picture_records_its_location(files):
    assert finding_codes(files["notice-board.jpg"]) == {"gps": 1, "picture-metadata": 1}


def test_demo_has_a_pdf_with_text_and_a_scan_without(files):
    with pikepdf.open(files["Three democracies compared.pdf"]) as paper:
        assert len(paper.pages) >= 3

    assert "Sweden" in text_of(files["Three democracies compared.pdf"])
    assert text_of(files["letter-scanned.pdf"]).strip() == ""


def test_characters_of_other_languages_are_kept(files):
    welsh = part_of(files["Tystiolaeth Tŵm Prydderch.odt"], "content.xml")
    chinese = part_of(files["Magnolia Network – evidence.docx"], "word/document.xml")
    arabic = part_of(files["Haddad - legal threats.docx"], "word/document.xml")

    assert "ŵ" in welsh
    assert "ŷ" in welsh
    assert "欧阳文静" in chinese
    assert "فرح حداد" in arabic


def test_demo_has_a_letter_in_windows_1252(files):
    raw = files["my-letter.txt"].read_bytes()

    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "the university’s" in " ".join(raw.decode("cp1252").split())


def test_same_demo_texts_give_the_same_files(files, tmp_path):
    again = write_files(tmp_path)

    changed = [
        name for name, path in files.items() if path.read_bytes() != again[name].read_bytes()
    ]
    assert changed == []


def test_text_pandoc_cannot_write_is_reported_and_not_sent(tmp_path):
    with pytest.raises(RuntimeError, match=r"absent\.png"):
        documents.pandoc("![A picture](absent.png)", "docx", tmp_path)


def test_code_in_an_article_is_never_run(tmp_path):
    made = documents.article("#panic()", '# Heading\n\n#eval("1") $x$ *a*\n\n- [one]\n- two', "A")
    (tmp_path / "made.pdf").write_bytes(made)

    text = text_of(tmp_path / "made.pdf")
    assert "#panic()" in text
    assert "$x$ *a*" in text


def test_chart_height_follows_its_bars():
    one_bar = Image.open(io.BytesIO(documents.chart("Title", {"a": 1})))
    three = Image.open(io.BytesIO(documents.chart("Title", {"a": 1, "b": 2, "c": 3})))

    assert three.height > one_bar.height
