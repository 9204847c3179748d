"""Checks whether the pages of a PDF need a password.

Runs in the sandbox (`evidence.sandbox.child`).
"""

import io

import pikepdf

from evidence.pdf.sanitize.complete_content import complete_content
from evidence.sandbox import child


def answer(source: str) -> bool:
    """Runs in the sandbox. Raises whatever a damaged file provokes."""
    try:
        pikepdf.open(io.BytesIO(complete_content(source))).close()
    except pikepdf.PasswordError:
        return True
    return False


if __name__ == "__main__":
    child.serve(answer)
