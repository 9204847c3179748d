"""Flattens optional content: removes what is hidden and makes the rest ordinary content.

Dropping the list of layers alone would make hidden ones visible. Rules: ISO 32000-2, 8.11.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

Key = tuple[int, int]
Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

FILL_OR_STROKE: Final = frozenset(["S", "s", "f", "F", "f*", "B", "B*", "b", "b*"])
SHOWS: Final = frozenset(["Tj", "TJ", "Do", "sh", "INLINE IMAGE"])
DEEPEST: Final = 20


def flatten(pdf: Pdf, pages: Iterable[Object]) -> bool:
    """Removes from the pages all optional content that is off, and unmarks the rest.

    Returns whether anything was hidden. A file without layers is not touched.
    Raises `pikepdf.PdfError` where a page that uses layers cannot be read.
    """
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return False
    settler = _Flattener(pdf, hidden_groups(properties))
    for page in pages:
        settler.page(page)
    settler.unmark()
    return settler.removed


def hidden_groups(properties: Object) -> set[Key]:
    """The optional content groups that are off when the document is opened for viewing."""
    groups = {group.objgen for group in _dictionaries(properties.get("/OCGs"))}
    config = properties.get("/D")
    if not isinstance(config, Dictionary):
        return set()
    hidden = set(groups) if config.get("/BaseState") == Name.OFF else set()
    hidden -= {group.objgen for group in _dictionaries(config.get("/ON"))}
    hidden |= {group.objgen for group in _dictionaries(config.get("/OFF"))}
    for rule in _dictionaries(config.get("/AS")):
        if rule.get("/Event") == Name.View:
            hidden |= {g.objgen for g in _dictionaries(rule.get("/OCGs")) if _view_is_off(g)}
    return hidden


def _view_is_off(group: Object) -> bool:
    usage = group.get("/Usage")
    view = usage.get("/View") if isinstance(usage, Dictionary) else None
    return isinstance(view, Dictionary) and view.get("/ViewState") == Name.OFF


def _dictionaries(entry: Object | None) -> Iterator[Object]:
    if isinstance(entry, Array):
        yield from (item for item in entry if isinstance(item, Dictionary))


class _Flattener:
    def __init__(self, pdf: Pdf, hidden: set[Key]) -> None:
        self._pdf = pdf
        self._hidden_groups = hidden
        self._seen: set[Key] = set()
        self._layered: list[Object] = []
        self.removed = False

    def page(self, page: Object) -> None:
        resources = page.get("/Resources")
        if not isinstance(resources, Dictionary):
            return
        names = self._hidden_names(resources)
        if names:
            page["/Contents"] = self._pdf.make_stream(self._without(pikepdf.Page(page), names))
        self._inside(resources, 0)
        annotations = page.get("/Annots")
        if isinstance(annotations, Array):
            page["/Annots"] = Array([a for a in annotations if not self._is_off(a)])

    def _is_off(self, holder: Object) -> bool:
        return isinstance(holder, Dictionary | Stream) and self.is_hidden(holder.get("/OC"))

    def is_hidden(self, content: Object | None, depth: int = 0) -> bool:
        """Whether a group, or a membership dictionary over groups (8.11.2.2), is off."""
        if not isinstance(content, Dictionary) or depth > DEEPEST:
            return False
        if content.get("/Type") != Name.OCMD:
            return content.objgen in self._hidden_groups
        expression = content.get("/VE")
        if isinstance(expression, Array):
            return not self._visible(expression, depth)
        groups = content.get("/OCGs")
        members: list[Object] = list(_dictionaries(groups))
        if isinstance(groups, Dictionary):
            members = [groups]
        return bool(members) and not self._policy(str(content.get("/P", "/AnyOn")), members)

    def _policy(self, policy: str, members: list[Object]) -> bool:
        on = [member.objgen not in self._hidden_groups for member in members]
        answers = {"/AllOn": all(on), "/AnyOff": not all(on), "/AllOff": not any(on)}
        return answers.get(policy, any(on))

    def _visible(self, expression: Object, depth: int) -> bool:
        if depth > DEEPEST or not isinstance(expression, Array) or not len(expression):
            return not self.is_hidden(expression, depth + 1)
        operator = str(expression[0])
        terms = [self._visible(term, depth + 1) for term in list(expression)[1:]]
        if operator == "/Not":
            return not all(terms)
        return any(terms) if operator == "/Or" else all(terms)

    def _hidden_names(self, resources: Object) -> set[str]:
        """The names by which this content refers to groups that are off."""
        properties = resources.get("/Properties")
        if not isinstance(properties, Dictionary):
            return set()
        self._layered.append(properties)
        return {name for name in list(properties.keys()) if self.is_hidden(properties[name])}

    def unmark(self) -> None:
        """Removes the groups, once all content is read: their names are metadata too."""
        for properties in self._layered:
            for name in list(properties.keys()):
                kind = properties[name].get("/Type") if _is_dictionary(properties[name]) else None
                if kind in {Name.OCG, Name.OCMD}:
                    properties[name] = Dictionary()

    def _inside(self, resources: Object, depth: int) -> None:
        for stream in _streams(resources):
            if stream.objgen in self._seen or depth > DEEPEST:
                continue
            self._seen.add(stream.objgen)
            if self._is_off(stream):
                self._empty(stream)
                continue
            if "/OC" in stream:
                del stream["/OC"]
            own = stream.get("/Resources")
            if isinstance(own, Dictionary) and stream.get("/Subtype") != Name.Image:
                names = self._hidden_names(own)
                if names:
                    stream.write(self._without(stream, names))
                self._inside(own, depth + 1)

    def _empty(self, stream: Object) -> None:
        """Replace a hidden picture or form by one that draws nothing."""
        self.removed = True
        for key in list(stream.keys()):
            if key != "/Length":
                del stream[key]
        stream.write(b"")
        stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Form
        stream["/BBox"] = Array([0, 0, 0, 0])

    def _without(self, content: Object | pikepdf.Page, names: set[str]) -> bytes:
        """The content without what it paints on hidden layers.

        Graphics state set there (position, colour, clip) is kept, as the standard requires.
        """
        kept: list[Instruction] = []
        nesting: list[bool] = []
        for instruction in pikepdf.parse_content_stream(content):
            operator = str(instruction.operator)
            if operator in {"BDC", "BMC"}:
                nesting.append(_begins_hidden(instruction, names))
            hidden = any(nesting)
            if operator == "EMC" and nesting:
                nesting.pop()
            if not hidden:
                kept.append(instruction)
                continue
            self.removed = True
            if replacement := _painting_nothing(instruction, operator):
                kept.append(replacement)
        return pikepdf.unparse_content_stream(kept)


def _begins_hidden(instruction: Instruction, names: set[str]) -> bool:
    operands = list(instruction.operands)
    return operands[:1] == [Name.OC] and any(str(name) in names for name in operands[1:])


def _painting_nothing(instruction: Instruction, operator: str) -> Instruction | None:
    if operator in FILL_OR_STROKE:
        return pikepdf.ContentStreamInstruction([], pikepdf.Operator("n"))
    if operator in {"'", '"'}:
        return pikepdf.ContentStreamInstruction([], pikepdf.Operator("T*"))
    return None if operator in SHOWS | {"BDC", "BMC", "EMC"} else instruction


def _is_dictionary(value: Object | None) -> bool:
    return isinstance(value, Dictionary)


def _streams(resources: Object) -> Iterator[Object]:
    """All content streams in these resources: forms, images, patterns, glyphs."""
    for kind in ("/XObject", "/Pattern", "/Font"):
        group = resources.get(kind)
        if not isinstance(group, Dictionary):
            continue
        for name in list(group.keys()):
            if isinstance(group[name], Stream):
                yield group[name]
            elif kind == "/Font" and isinstance(group[name], Dictionary):
                yield from _glyphs(group[name])


def _glyphs(font: Object) -> Iterator[Object]:
    drawings = font.get("/CharProcs")
    if isinstance(drawings, Dictionary):
        yield from (drawings[n] for n in list(drawings.keys()) if isinstance(drawings[n], Stream))
