"""What can identify the witnesses of a submission."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Identity:
    """Names of the witnesses and of the person they write for, as typed; their contact details;
    their organisations and roles."""

    names: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in ("names", "contact", "organisations", "roles"):
            entries = [entry.strip() for entry in getattr(self, field)]
            object.__setattr__(self, field, tuple(dict.fromkeys(filter(None, entries))))

    def to_json(self) -> dict[str, list[str]]:
        return {field: list(entries) for field, entries in asdict(self).items()}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        return cls(**{field: tuple(map(str, entries)) for field, entries in fields.items()})
