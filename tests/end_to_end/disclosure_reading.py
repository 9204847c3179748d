"""Reads everything in a response: headers, text, file names, and the contents of its files."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator

import pikepdf
import pypdfium2
from django.http import HttpResponseBase
from django.test import Client

# What is drawn anew for each page, whoever reads it.
TOKEN = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]+|(nonce=")[^"]+|(name="batch" value=")[^"]+'
)
DATALIST = re.compile(r"<datalist.*?</datalist>", re.DOTALL)
SPOKEN: dict[str, str] = {}


def body_of(response: HttpResponseBase) -> bytes:
    """The whole body. A stream is read to its end, which closes its file."""
    return response.getvalue()


def text_of_response(response: HttpResponseBase, path: str) -> str:
    """All the words of a response: its headers, and its body taken apart; not its own address."""
    content = body_of(response)
    digest = hashlib.sha256(content).hexdigest()
    if digest not in SPOKEN:
        SPOKEN[digest] = words_in(content)
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    text = f"{headers}\n{SPOKEN[digest]}"
    return without_address(text, path)


def without_address(text: str, path: str) -> str:
    """The text without the address that was asked for, which a page may repeat."""
    for key in re.findall(r"[0-9a-f-]{36}|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}|QT?HERE\d+", path):
        text = text.replace(key, "KEY")
    return text


def words_in(content: bytes) -> str:
    """One PDF lies in many bundles: each is read once."""
    if content.startswith(b"%PDF-"):
        digest = hashlib.sha256(content).hexdigest()
        if digest not in SPOKEN:
            SPOKEN[digest] = words_in_pdf(content)
        return SPOKEN[digest]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            inside = [f"{name}\n{words_in(pack.read(name))}" for name in pack.namelist()]
        return "\n".join(inside)
    return content.decode("utf-8", "replace")


def words_in_pdf(content: bytes) -> str:
    words = []
    opened = pypdfium2.PdfDocument(content)
    for page in opened:
        text = page.get_textpage()
        words.append(text.get_text_bounded())
        text.close()
        page.close()
    opened.close()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        words += [str(value) for value in pdf.docinfo.values()]
        if "/Metadata" in pdf.Root:
            words.append(pdf.Root.Metadata.read_bytes().decode("utf-8", "replace"))
        with pdf.open_outline() as outline:
            words += list(titles(outline.root))
    return "\n".join(words)


def titles(items) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from titles(item.children)


def fetched(client: Client, address: str) -> HttpResponseBase:
    response = client.get(address)
    # What Django tells on the next page repeats the key that was asked for.
    client.cookies.pop("messages", None)
    return response


def comparable_response(response: HttpResponseBase, path: str) -> tuple[int, str, str]:
    """An answer to the byte, but for tokens and the address itself."""
    content = body_of(response).decode("utf-8", "replace")
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    headers = re.sub(r"nonce-[^']+|Content-Length: \d+|Expires: .*", "", headers)
    return (
        response.status_code,
        without_address(TOKEN.sub("", content), path),
        without_address(headers, path),
    )
