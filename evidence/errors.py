"""Errors people can act on. Each `str(error)` is a sentence to show."""

from datetime import timedelta


def _(sentence: str) -> str:
    """Marks a sentence for witnesses for translation.

    Pages translate it when they show it, because this module is also used without Django.
    """
    return sentence


class EvidenceError(Exception):
    """Base class. `str(error)` is a sentence for a clerk or witness."""


class MoveNotAllowedError(EvidenceError):
    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        super().__init__(f"A submission cannot go from “{before}” to “{after}”.")


class ConcurrentUpdateError(EvidenceError):
    """The row was changed by someone else since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed by someone else. Reload it and try again.")


class NotPermittedError(EvidenceError):
    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"You do not have permission to {action}.")


class CallNotOpenError(EvidenceError):
    """The call for evidence is not open."""


class FileRefusedError(EvidenceError):
    """A file is refused; the sentence says what to do. `code` names the reason."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class NotReadyError(EvidenceError):
    """Something else has to happen before this act."""


class FreerThanAskedError(NotReadyError):
    """A proposal shows more than the witness asked for and has no reason."""

    def __init__(self, label: str, *, requested: str, proposed: str) -> None:
        super().__init__(
            f"{label}: the witness asked for “{requested}”; “{proposed}” shows more than that. "
            "Open the submission, tick the box to confirm, and enter the reason."
        )


class SecondClerkNeededError(NotReadyError):
    """A second clerk must first confirm what shows more than the witness asked for."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label}: this shows more than the witness asked for. A second clerk must confirm it "
            "on the page of the submission first."
        )


class PrecautionsUnreadError(NotReadyError):
    """A clerk must first read what the witness said about contacting them safely."""

    def __init__(self) -> None:
        super().__init__(
            "The witness told us when, how or with which words it is safe to contact them. Read "
            "this on the page of the letter, tick to confirm, and send it from there."
        )


class RetryLaterError(EvidenceError):
    """A job cannot run now and is to be retried automatically."""


class RateLimitExceededError(EvidenceError):
    """Too many attempts; `wait` is the time until the next is allowed."""

    def __init__(self, wait: timedelta, sentence: str) -> None:
        self.wait = wait
        super().__init__(sentence)


class BusyError(EvidenceError):
    """Too many requests of this kind are running."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many people are using this page at the moment. Try again in a minute.")
        )


class UnknownCodeError(EvidenceError):
    """An unknown code or link. The sentence does not reveal whether it ever worked."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "We do not recognise this return code. Check what you wrote down. If you made a "
                "new code, use that one. The form may also have been deleted."
            )
        )


class MistypedCodeError(EvidenceError):
    """What was typed cannot be a return code; the sentence says why."""


class UploadInProgressError(EvidenceError):
    """The form cannot be sent while a file is uploading."""

    def __init__(self) -> None:
        super().__init__(_("Your file is still uploading. Wait until it finishes, then send."))


class DraftDeletedError(EvidenceError):
    """The draft was deleted in another window or has expired."""

    def __init__(self) -> None:
        super().__init__(_("This form has been deleted."))


class AlreadySubmittedError(EvidenceError):
    """The draft has been sent and cannot be changed."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You have already sent this form. To add new information, send a "
                "supplementary submission."
            )
        )


class KeysUnreadableError(EvidenceError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds no Ed25519 public keys in PEM.")
