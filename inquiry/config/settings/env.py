"""Reads settings from the environment, with a plain error for each that cannot be used."""

import os
import re
import secrets
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, validate

SHORTEST_TOKEN = 24
SEE = "See docs/settings.md."
T = TypeVar("T")
env = Env()


def unusable(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} cannot be used: {why} {SEE}")


def checked(parse: Callable[..., T], name: str, default: T, **options: Any) -> T:
    """What environs reads with `parse`; its errors say where settings are explained."""
    try:
        return parse(name, default, **options)
    except EnvValidationError as problem:
        raise unusable(name, " ".join(map(str, problem.error_messages))) from None


def text(name: str, default: str = "") -> str:
    return env.str(name, default).strip()


def required(name: str) -> str:
    """The value of an environment variable that has no safe default."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"Set {name}; see docs/settings.md for what it means.")
    return value


def token(name: str) -> str:
    """A secret that can be left out, but must not be easy to guess."""
    if not text(name):
        return ""
    return checked(env.str, name, "", validate=validate.Length(min=SHORTEST_TOKEN)).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off, whatever the case."""
    return checked(env.bool, name, default)


def whole_number(name: str, default: int, *, least: int = 1) -> int:
    return checked(env.int, name, default, validate=validate.Range(min=least))


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    one_of = validate.OneOf(sorted(allowed), error="“{input}” is none of {choices}.")
    return checked(env.str, name, default, validate=lambda value: one_of(value.upper())).upper()


def words(name: str) -> list[str]:
    """The parts of a value that is separated by commas."""
    parts: list[str] = env.list(name, [])
    return [part.strip() for part in parts if part.strip()]


def site_url(name: str, default: str) -> str:
    """The address people type, with scheme and without a path or a final slash."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise unusable(name, f"“{value}” is not an address such as https://evidence.example.")
    return value


def secure_url(name: str, default: str) -> str:
    """The address of a page on another site, with https://."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.username or re.search(r"\s", value):
        raise unusable(name, f"“{value}” is not an address such as https://www.bbc.co.uk/weather.")
    return value


def onion_url(name: str) -> str:
    """The address of this site as an onion service (Tor, version 3); empty without one."""
    value = text(name).rstrip("/")
    if value and not re.fullmatch(r"https?://([a-z0-9-]+\.)*[a-z2-7]{56}\.onion", value):
        raise unusable(name, f"“{value}” is not an address such as http://(56 letters).onion.")
    return value


def made_folder(name: str, folder: Path) -> Path:
    """A folder that a setting names, made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unusable(name, f"{folder} cannot be made ({fault.strerror}).") from None
    return folder


def kept_secret(name: str, folder: Path, make: Callable[[], str], *, embedded: bool) -> str:
    """A secret from the environment or, with the embedded defaults, one made at the first start.

    It is stored in `folder`, readable by its owner only. Of several processes that start at once,
    the first writes it and the others read it.
    """
    if given := text(name):
        return given
    if not embedded:
        return required(name)
    made_folder("DATA_DIR", folder)
    kept = folder / name.lower()
    if not kept.exists():
        draft = folder / f".{name.lower()}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text().strip()


def field_keys(raw: str) -> list[str]:
    """Keys of the encrypted fields, newest first. The others only decrypt older values."""
    keys = [key.strip() for key in raw.split(",") if key.strip()]
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            why = f"key {place} is not a Fernet key (32 bytes in URL-safe base64)."
            raise unusable("FIELD_KEYS", why) from None
    if not keys:
        raise unusable("FIELD_KEYS", "it holds no key.")
    return keys


def new_key() -> str:
    return Fernet.generate_key().decode()


def new_secret() -> str:
    return secrets.token_urlsafe(64)


SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"),
}


def database(name: str, folder: Path) -> dict[str, Any]:
    """The database; SQLite in `folder` unless an address is given.

    SQLite runs in WAL with IMMEDIATE transactions: a reader that becomes a
    writer half-way would otherwise be told "database is locked".
    """
    url = text(name)
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'inquiry.sqlite3'}"
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError, dj_database_url.UnknownSchemeError) as problem:
        shown = type(problem).__name__
        raise unusable(name, f"it is not a database address ({shown}).") from None
    engine = str(config["ENGINE"])
    if engine.endswith("sqlite3"):
        config["OPTIONS"] = {**config.get("OPTIONS", {}), **SQLITE}
        config["TEST"] = {"NAME": str(folder / "test.sqlite3")}
    elif engine.endswith("postgresql"):
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    else:
        raise unusable(name, "only sqlite and postgres are supported.")
    return config


def email(name: str, folder: Path) -> dict[str, Any]:
    """How letters leave: file://FOLDER (the default), console://, or smtp(s)://user:pass@host:port."""
    parts = urlsplit(text(name, f"file://{folder / 'letters'}"))
    backends = "django.core.mail.backends"
    match parts.scheme:
        case "file":
            return {
                "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
                "EMAIL_FILE_PATH": parts.path,
            }
        case "console":
            return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
        case "smtp" | "smtps" if parts.hostname:
            return {
                "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
                "EMAIL_HOST": parts.hostname,
                "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": parts.scheme == "smtps",
                "EMAIL_USE_TLS": "starttls" in parse_qs(parts.query, keep_blank_values=True),
                "EMAIL_TIMEOUT": 20,
            }
    raise unusable(name, "it is none of file://, console://, smtp://HOST, smtps://HOST.")


STORES = ("quarantine", "archive")


def stores(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """The file stores `quarantine` and `archive`, and the storage of witnesses' drafts."""
    parts = urlsplit(text(name, f"file://{folder}"))
    if parts.scheme == "file" and parts.path.startswith("/"):
        root = Path(parts.path)

        def here(place: str) -> dict[str, Any]:
            return {"location": str(root / place), "file_permissions_mode": 0o640}

        store = "evidence.files.storage.LocalFileStore"
        drafts = "django.core.files.storage.FileSystemStorage"
    elif parts.scheme == "s3" and parts.hostname:
        endpoint = parse_qs(parts.query).get("endpoint", [""])[0]
        more = {"endpoint_url": endpoint} if endpoint else {}

        def here(place: str) -> dict[str, Any]:
            return {
                "bucket_name": parts.hostname,
                "location": f"{parts.path.strip('/')}/{place}".lstrip("/"),
                "default_acl": None,
                "querystring_auth": True,
                **more,
            }

        store = "evidence.files.storage_s3.S3FileStore"
        drafts = "storages.backends.s3.S3Storage"
    else:
        raise unusable(name, "it is neither file:///FOLDER nor s3://BUCKET/PREFIX.")
    return {
        **{place: {"BACKEND": store, "OPTIONS": here(place)} for place in STORES},
        "drafts": {"BACKEND": drafts, "OPTIONS": here("drafts")},
    }


def accel_location(name: str, storages: dict[str, dict[str, Any]]) -> str:
    """nginx's internal location of the archive store, which must be in a folder."""
    value = text(name)
    if value and not value.startswith("/"):
        raise unusable(name, f"“{value}” does not begin with “/”.")
    if value and "bucket_name" in storages["archive"]["OPTIONS"]:
        raise unusable(name, "the files are not in a folder nginx could read; leave it out.")
    return value


def address(name: str, schemes: set[str], default: str = "") -> str:
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise unusable(name, f"it must begin with one of {', '.join(sorted(schemes))} and “://”.")
    return value
