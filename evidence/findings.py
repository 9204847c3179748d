"""What a check, a reader or a draft finds: a code, its parameters and a location.

A finding holds no message. Messages are made where it is shown, in the reader's language:
`evidence.intake.finding_messages` for clerks, `evidence.drafts.exposure_check` for witnesses,
`evidence.intake.finding_locations` for places.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, cast, get_args

Severity = Literal["info", "warn", "hold"]
Parameter = str | int

SEVERITIES: Final = frozenset(get_args(Severity))


class InvalidFindingError(ValueError):
    """Stored JSON is no finding or no location. `str(error)` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands, such as paragraph 3, or hidden text within footnote 1.

    `code` is a key of `finding_locations.PLACES`. `name` is a name as the file has it. `others` are
    further locations of the same finding.
    """

    code: str
    number: int | None = None
    name: str = ""
    within: "Location | None" = None
    others: "tuple[Location, ...]" = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _storable(self.name))

    def to_json(self) -> dict[str, Any]:
        """Only what is set."""
        fields: dict[str, Any] = {"code": self.code}
        if self.number is not None:
            fields["number"] = self.number
        if self.name:
            fields["name"] = self.name
        if self.within is not None:
            fields["within"] = self.within.to_json()
        if self.others:
            fields["others"] = [other.to_json() for other in self.others]
        return fields

    @classmethod
    def from_json(cls, fields: object) -> Self:
        """Raises `InvalidFindingError`."""
        row = _row(fields, cls.__name__, ("code", "number", "name", "within", "others"))
        number, within, others = row.get("number"), row.get("within"), row.get("others", [])
        if number is not None and type(number) is not int:
            raise InvalidFindingError(f"Location: “number” is not a whole number: {number!r}")
        if not isinstance(others, list):
            raise InvalidFindingError(f"Location: “others” is not a list: {others!r}")
        return cls(
            _text(row, "code", cls.__name__),
            number,
            _text(row, "name", cls.__name__) if "name" in row else "",
            None if within is None else cls.from_json(within),
            tuple(cls.from_json(other) for other in others),
        )


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    "hold" stops the submission until a clerk decides; "warn" asks a clerk to check; "info" is for
    information. Parameters that are common to many codes: `words`, the witness's own words;
    `name`, a name as it stands in a file; `count` and `limit`; `kind`, which of the messages of
    the code is meant; `detail`, the reason that another program gives, for clerks only. Empty
    parameters are dropped.
    """

    code: str
    severity: Severity
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    location: Location | None = None

    def __post_init__(self) -> None:
        storable = {
            key: _storable(value) if isinstance(value, str) else value
            for key, value in self.parameters.items()
        }
        parameters = {key: value for key, value in storable.items() if value != ""}
        object.__setattr__(self, "parameters", parameters)

    def __hash__(self) -> int:
        return hash((self.code, self.severity, tuple(sorted(self.parameters)), self.location))

    @classmethod
    def quoting(
        cls, code: str, severity: Severity, words: str, location: Location | None = None
    ) -> Self:
        """A finding about the witness's own words."""
        return cls(code, severity, {"words": words}, location)

    @property
    def words(self) -> str:
        """The witness's own words it is about, if any."""
        return str(self.parameters.get("words", ""))

    @property
    def sign(self) -> str:
        """What is equal when the same thing is found again, even with another severity."""
        location = self.location.to_json() if self.location else None
        return json.dumps([self.code, self.parameters, location], sort_keys=True)

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "parameters": dict(self.parameters),
            "location": self.location.to_json() if self.location else None,
        }

    @classmethod
    def from_json(cls, fields: object) -> Self:
        """Raises `InvalidFindingError`."""
        row = _row(fields, cls.__name__, ("code", "severity", "parameters", "location"))
        severity, parameters, location = (
            row.get("severity"),
            row.get("parameters", {}),
            row.get("location"),
        )
        if severity not in SEVERITIES:
            raise InvalidFindingError(f"Finding: {severity!r} is no severity")
        if not isinstance(parameters, dict) or not all(
            isinstance(key, str) and type(value) in {str, int} for key, value in parameters.items()
        ):
            raise InvalidFindingError(
                f"Finding: “parameters” are not texts and whole numbers by name: {parameters!r}"
            )
        return cls(
            _text(row, "code", cls.__name__),
            cast("Severity", severity),
            parameters,
            None if location is None else Location.from_json(location),
        )


def _row(fields: object, kind: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise InvalidFindingError(f"{kind}: not an object: {fields!r}")
    if unknown := sorted(map(str, fields.keys() - set(known))):
        raise InvalidFindingError(f"{kind}: unknown fields: {', '.join(unknown)}")
    return fields


def _text(row: Mapping[str, Any], key: str, kind: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or (key == "code" and not value):
        raise InvalidFindingError(f"{kind}: “{key}” is not a text: {value!r}")
    return value


def _storable(text: str) -> str:
    """The text without what PostgreSQL refuses in JSON: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
