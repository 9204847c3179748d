"""Reduces forms, images, patterns and fonts to the keys needed to draw them.

Their other keys reveal who made them, when, with which program and in which folder. For example,
pdfTeX keeps all properties of an included figure. Keys: ISO 32000-2, 8.7, 8.9, 8.10, 9.5 to 9.9,
8.4.5.
"""

from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

DEEPEST: Final = 40
_STREAM: Final = frozenset({"/Length", "/Filter", "/DecodeParms"})
_FORM: Final = _STREAM | {
    "/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/OC",
}  # fmt: skip
_PICTURE: Final = _STREAM | {
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent",
    "/ImageMask", "/Mask", "/Decode", "/Interpolate", "/SMask", "/SMaskInData", "/Matte", "/OC",
}  # fmt: skip
_PATTERN: Final = _STREAM | {
    "/Type", "/PatternType", "/PaintType", "/TilingType", "/BBox", "/XStep", "/YStep",
    "/Resources", "/Matrix", "/Shading", "/ExtGState",
}  # fmt: skip
_FONT: Final = frozenset(
    {
        "/Type", "/Subtype", "/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/FontDescriptor",
        "/Encoding", "/ToUnicode", "/DescendantFonts", "/CIDSystemInfo", "/DW", "/W", "/DW2",
        "/W2", "/CIDToGIDMap", "/FontMatrix", "/FontBBox", "/CharProcs", "/Resources", "/Name",
    }
)  # fmt: skip
_DESCRIPTOR: Final = frozenset(
    {
        "/Type", "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/FontBBox",
        "/ItalicAngle", "/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV",
        "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth", "/FontFile", "/FontFile2",
        "/FontFile3", "/Style", "/Lang", "/FD", "/CIDSet", "/CharSet",
    }
)  # fmt: skip
_FONT_KINDS: Final = frozenset(
    {
        Name.Type0, Name.Type1, Name.MMType1, Name.Type3, Name.TrueType, Name.CIDFontType0,
        Name.CIDFontType2,
    }
)  # fmt: skip


def reduce_keys(pdf: Pdf) -> bool:
    """Drop every other key from all objects of the file. Returns whether there were any."""
    changed = False
    for thing in pdf.objects:
        changed = _reduce(thing, 0) or changed
    return changed


def _reduce(thing: object, depth: int) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(thing, Array):
        # Every entry is reduced, also after the first change.
        return sum(_direct(inner, depth) for inner in list(thing)) > 0
    if not isinstance(thing, Dictionary | Stream):
        return False
    changed = False
    allowed = _allowed(thing)
    for key in list(thing.keys()):
        if (allowed and key not in allowed) or key.startswith("/PTEX."):
            del thing[key]
            changed = True
        elif key == "/Properties" and isinstance(thing[key], Dictionary):
            changed = _empty(thing[key]) or changed
        else:
            changed = _direct(thing[key], depth) or changed
    return changed


def _direct(inner: object, depth: int) -> bool:
    """Skips indirect objects: each is reduced separately."""
    return isinstance(inner, Object) and not inner.is_indirect and _reduce(inner, depth + 1)


def _allowed(thing: Object) -> frozenset[str] | None:
    kind, subtype = thing.get("/Type"), thing.get("/Subtype")
    if isinstance(thing, Stream) and subtype == Name.Image:
        return _PICTURE
    if isinstance(thing, Stream) and subtype == Name.Form:
        return _FORM
    if isinstance(thing.get("/PatternType"), int):
        return _PATTERN
    if kind == Name.FontDescriptor:
        return _DESCRIPTOR
    if kind == Name.Font or (subtype in _FONT_KINDS and not isinstance(thing, Stream)):
        return _FONT
    return None


def _empty(properties: Object) -> bool:
    """Empties property lists: they belong to marked and optional content, which are gone."""
    changed = False
    for name in list(properties.keys()):
        value = properties[name]
        if isinstance(value, Dictionary) and len(value.keys()):
            properties[name] = Dictionary()
            changed = True
    return changed
