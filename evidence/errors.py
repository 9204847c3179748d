"""What can go wrong, said in the words of the inquiry."""


class EvidenceError(Exception):
    """Something a person can act on. `str(error)` is fit to show to a clerk."""


class MoveNotAllowed(EvidenceError):
    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        super().__init__(f"A piece cannot go from “{before}” to “{after}”.")


class Overtaken(EvidenceError):
    """Someone else moved the piece since it was read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed by someone else. Reload it and try again.")


class NotPermitted(EvidenceError):
    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"You may not {action}.")


class CallNotOpen(EvidenceError):
    """The call takes nothing at this moment."""


class FileRefused(EvidenceError):
    """A file that is not taken, with what its sender can do. `code` names the reason."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class NotReady(EvidenceError):
    """The act would be right, but something has to happen first."""


class NotYet(EvidenceError):
    """The step cannot be done now and is to be tried again by itself."""
