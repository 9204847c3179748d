"""The typesetter's own process: reads one order per line, answers with a PDF or a reason.

It is run as a program (never imported by the product) in a session of its own, without a network
where the machine allows that, and knows only typst and its fonts. An order is a line of JSON:
`root` (a folder that holds all the document may read), `main` (the template's name in it),
`standards`, and after how many `seconds` of processor time, or `wall_seconds` by the clock, the
kernel ends this process. `label`, if not empty, is the label of metadata whose value is returned
too. An answer is one byte (1 a PDF follows, 0 a reason follows), twice eight bytes of length, the
content, the value as JSON.
"""

import contextlib
import gc
import importlib.util
import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any

import typst

FONT_PACKAGES = ("manimgx_fonts", "noto_cjk_sans_otc")
FOR_THEMSELVES = ("Noto Sans CJK", "Noto Sans Mono CJK", "Noto Sans Symbols", "Noto Emoji")
OWN_FONTS = Path(__file__).parents[1] / "fonts" / "noto"


def font_folders() -> list[str]:
    """The folders of the fonts of many scripts; typst's own fonts are built in."""
    folders = [str(OWN_FONTS)]
    for package in FONT_PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).parent))
    return folders


def load_fonts() -> typst.Fonts:
    """Loads fonts from packages only, so that a document looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=font_folders()
    )


def scripts(fonts: typst.Fonts) -> list[str]:
    """The fonts that can shape a script's letters. A template prefers them, by
    `sys.inputs.scripts`, to fonts that only have the letters."""
    names = sorted(name for name in fonts.families() if name.startswith("Noto "))
    return [name for name in names if not name.startswith(FOR_THEMSELVES)]


def compile_one(compiler: typst.Compiler, order: dict[str, Any]) -> tuple[bool, bytes]:
    """Compiles one document. Every error becomes an answer, so this process lives on."""
    root = order["root"]
    try:
        pdf = compiler.compile(
            str(Path(root) / order["main"]),
            root=root,
            format="pdf",
            pdf_standards=order["standards"],
            timestamp=0,  # the same data must give the same bytes
        )
    except Exception as error:  # noqa: BLE001 - whatever typst objects to is the reason we give
        return False, getattr(error, "message", str(error)).encode()
    return True, pdf if isinstance(pdf, bytes) else b""


def ask(compiler: typst.Compiler, order: dict[str, Any]) -> bytes:
    """The value of the label in the document compiled last, as JSON; `null` if there is none."""
    if not order["label"]:
        return b"null"
    try:
        values = json.loads(compiler.query(f"<{order['label']}>", field="value"))
    except Exception:  # noqa: BLE001 - a document without it is no error
        return b"null"
    return json.dumps(values[0] if len(values) == 1 else None).encode()


def serve() -> None:
    """Answers orders until the other end closes."""
    # Where the network is not cut off, package downloads go to a closed port.
    os.environ.update(
        dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    )
    fonts = load_fonts()
    compiler = typst.Compiler(
        font_paths=fonts,
        sys_inputs={"scripts": json.dumps(scripts(fonts))},
        package_path="no-packages",
        package_cache_path="no-packages",
    )
    for line in sys.stdin.buffer:
        order = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, float(order["seconds"]))
        signal.setitimer(signal.ITIMER_REAL, float(order["wall_seconds"]))
        well, content = compile_one(compiler, order)
        value = ask(compiler, order) if well else b"null"
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(struct.pack(">?QQ", well, len(content), len(value)))
        sys.stdout.buffer.write(content + value)
        sys.stdout.buffer.flush()
        gc.collect()


if __name__ == "__main__":
    serve()
    # The parent may have died before it removed the folder; it is removed only if empty.
    with contextlib.suppress(OSError):
        Path.cwd().rmdir()
