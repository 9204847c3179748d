"""What can go wrong, said in the words of the inquiry."""

from datetime import timedelta


def _(sentence: str) -> str:
    """Marks a sentence that witnesses read, for the catalogue of translations.

    Their pages translate it where they show it: this module is used where there is no Django.
    """
    return sentence


class EvidenceError(Exception):
    """Something a person can act on. `str(error)` is fit to show to a clerk."""


class MoveNotAllowedError(EvidenceError):
    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        super().__init__(f"A submission cannot go from “{before}” to “{after}”.")


class ConcurrentUpdateError(EvidenceError):
    """Someone else moved the submission since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed by someone else. Reload it and try again.")


class NotPermittedError(EvidenceError):
    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"You may not {action}.")


class CallNotOpenError(EvidenceError):
    """The call takes nothing at this moment."""


class FileRefusedError(EvidenceError):
    """A file that is not taken, with what its sender can do. `code` names the reason."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class NotReadyError(EvidenceError):
    """The act would be right, but something has to happen first."""


class FreerThanAskedError(NotReadyError):
    """What is proposed shows more than the witness asked for, and nobody has said why."""

    def __init__(self, label: str, *, asked: str, proposed: str) -> None:
        super().__init__(
            f"{label}: the witness asked for “{asked}”; “{proposed}” shows more than that. "
            "Tick that the committee means it and give the reason, on the page of this submission."
        )


class SecondClerkNeededError(NotReadyError):
    """What shows more than the witness asked for waits for the agreement of another clerk."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label}: this shows more than the witness asked for. A second clerk must confirm it "
            "first, on the page of this submission."
        )


class PrecautionsUnreadError(NotReadyError):
    """The witness told when, how or with which words to write; nobody has read that yet."""

    def __init__(self) -> None:
        super().__init__(
            "The witness told us when, how or with which words it is safe to write. Read this on "
            "the page of the letter, tick that you have, and send it from there."
        )


class RetryLaterError(EvidenceError):
    """The step cannot be done now and is to be tried again by itself."""


class RateLimitExceededError(EvidenceError):
    """More than is allowed in this stretch of time; `wait` says how long it lasts."""

    def __init__(self, wait: timedelta, sentence: str) -> None:
        self.wait = wait
        super().__init__(sentence)


class BusyError(EvidenceError):
    """Too much of this kind is being done at this moment."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many people are using this page at the moment. Try again in a minute.")
        )


class UnknownCodeError(EvidenceError):
    """A code or link that opens nothing. Whether it ever did is not said."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "We do not recognise this return code. Check the digits. If you made a "
                "new code, use that one. The form may also have been deleted."
            )
        )


class UploadInProgressError(EvidenceError):
    """A file is on its way; nothing can be sent until it is here or was given up."""

    def __init__(self) -> None:
        super().__init__(_("Your file is still uploading. Wait until it finishes, then send."))


class DraftDeletedError(EvidenceError):
    """The draft was deleted meanwhile, in another window or because its time was over."""

    def __init__(self) -> None:
        super().__init__(_("This form has been deleted."))


class AlreadySubmittedError(EvidenceError):
    """The draft was sent; it takes nothing more."""

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
