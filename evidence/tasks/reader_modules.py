"""The modules that a worker has loaded for the files it reads (`evidence.sandbox.fork_server`)."""

from typing import Final

READERS: Final = (
    "evidence.documents.identifying_words",
    "evidence.documents.readers.docx",
    "evidence.documents.readers.email",
    "evidence.documents.readers.email_summary",
    "evidence.documents.readers.html",
    "evidence.documents.readers.in_sandbox",
    "evidence.documents.readers.odt",
    "evidence.documents.readers.rtf",
    "evidence.documents.readers.rtf_tree",
    "evidence.documents.readers.text",
    "evidence.files.emails",
    "evidence.intake.content_checks",
    "evidence.pdf.assemble.pdfium_verifier",
    "evidence.pdf.fragment.prepare_in_sandbox",
    "evidence.pdf.fragment.prepend_pages",
    "evidence.pdf.fragment.reference_destinations",
    "evidence.pdf.sandbox.metadata_search",
    "evidence.pdf.sandbox.page_image",
    "evidence.pdf.sandbox.scanned_pages",
    "evidence.pdf.sandbox.text_extraction",
    "evidence.pdf.sanitize.inspect",
    "evidence.pdf.sanitize.lay_words",
    "evidence.pdf.sanitize.password",
    "evidence.pdf.sanitize.sanitize",
    "evidence.pdf.sanitize.sanitize_by_drawing",
)
"""All that read a file in the sandbox but spreadsheets, which are rare and need much."""
