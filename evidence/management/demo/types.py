"""The fields of a made-up submission."""

from dataclasses import dataclass

from evidence.lifecycle import Disclosure
from evidence.submissions.receive import Sender


@dataclass(frozen=True)
class DemoSubmission:
    """A file, its senders and what the committee is to do with it.

    `outcome` is publish, accept, decline, correspondence or wait. `supplements` is the key of an
    earlier submission, `extras` are names of further files, `note` is the reason of a decline.
    """

    key: str
    file_name: str
    title: str
    text: str
    senders: tuple[Sender, ...]
    reasons: str = ""
    outcome: str = "publish"
    sent_days_ago: int = 5
    channel: str = "page"
    late: bool = False
    supplements: str = ""
    extras: tuple[str, ...] = ()
    note: str = ""

    @property
    def disclosure(self) -> Disclosure:
        return self.senders[0].disclosure
