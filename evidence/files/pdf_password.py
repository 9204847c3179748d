"""Whether a PDF needs a password to open. Runs in the sandbox (`evidence.sandbox.child`)."""

import pikepdf

from evidence.sandbox import child


def answer(source: str) -> bool:
    """Runs in the sandbox. Raises whatever a damaged file provokes."""
    try:
        pikepdf.open(source).close()
    except pikepdf.PasswordError:
        return True
    return False


if __name__ == "__main__":
    child.serve(answer)
