"""Writes emails as Outlook keeps them: properties (MS-OXMSG) in a compound file (MS-CFB)."""

import struct
from collections.abc import Sequence

SECTOR, SMALL, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
TEXT, BINARY, NUMBER = 0x001F, 0x0102, 0x0003
Tree = dict[str, "bytes | Tree"]


def outlook_email(
    words: str = "",
    *,
    page: bytes = b"",
    sender: str = "Zhang Weiming",
    attachments: Sequence[tuple[str, bytes]] = (),
    inside: int = 0,
    message_class: str = "IPM.Note",
) -> bytes:
    """An email with so many emails `inside` it."""
    texts = {0x001A: message_class, 0x0037: "My secret evidence", 0x0C1A: sender, 0x1000: words}
    values: list[tuple[int, int, bytes | int]] = [
        (number, TEXT, text.encode("utf-16-le")) for number, text in texts.items() if text
    ]
    if page:
        values += [(0x1013, BINARY, page), (0x3FDE, NUMBER, 65001)]
    count = len(attachments) + inside
    tree = properties(values, header=struct.pack("<8x4I8x", 1, count, 1, count))
    tree["__nameid_version1.0"] = {"__substg1.0_00020102": b""}
    tree["__recip_version1.0_#00000000"] = properties(
        [
            (0x3001, TEXT, "Ann Othername".encode("utf-16-le")),
            (0x39FE, TEXT, "ann@c.example".encode("utf-16-le")),
        ],
        header=bytes(8),
    )
    for at, (name, content) in enumerate(attachments):
        tree[f"__attach_version1.0_#{at:08X}"] = properties(
            [
                (0x3705, NUMBER, 1),
                (0x3707, TEXT, name.encode("utf-16-le")),
                (0x3701, BINARY, content),
            ],
            header=bytes(8),
        )
    for at in range(len(attachments), count):
        tree[f"__attach_version1.0_#{at:08X}"] = properties([(0x3705, NUMBER, 5)], header=bytes(8))
    return compound_file(tree)


def properties(values: Sequence[tuple[int, int, bytes | int]], *, header: bytes) -> Tree:
    """The property stream of one object, and a stream for each longer value."""
    tree: Tree = {}
    stream = header
    for number, kind, value in values:
        if isinstance(value, int):
            stream += struct.pack("<HHIII", kind, number, 6, value, 0)
            continue
        size = len(value) + (2 if kind == TEXT else 0)
        stream += struct.pack("<HHIII", kind, number, 6, size, 0)
        tree[f"__substg1.0_{number:04X}{kind:04X}"] = value
    tree["__properties_version1.0"] = stream
    return tree


class _Writer:
    def __init__(self) -> None:
        self.entries: list[bytearray] = []
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self.small = b""
        self.small_fat: list[int] = []

    def add(self, content: bytes) -> int:
        """Store a chain of sectors; its first one."""
        if not content:
            return END
        first = len(self.sectors)
        for at in range(0, len(content), SECTOR):
            self.sectors.append(content[at : at + SECTOR].ljust(SECTOR, b"\0"))
            self.fat.append(len(self.sectors))
        self.fat[-1] = END
        return first

    def add_small(self, content: bytes) -> int:
        if not content:
            return END
        first = len(self.small_fat)
        for at in range(0, len(content), SMALL):
            self.small += content[at : at + SMALL].ljust(SMALL, b"\0")
            self.small_fat.append(len(self.small_fat) + 1)
        self.small_fat[-1] = END
        return first

    def enter(self, name: str, kind: int) -> int:
        made = bytearray(name.encode("utf-16-le").ljust(128, b"\0"))
        struct.pack_into("<HBB", made, 64, 2 * len(name) + 2, kind, 1)
        struct.pack_into("<III", made, 68, FREE, FREE, FREE)
        self.entries.append(made)
        return len(self.entries) - 1

    def fill(self, tree: Tree, parent: int) -> None:
        """Enter what a storage holds, as a chain of right siblings (MS-CFB 2.6.4)."""
        previous = None
        for name in sorted(tree, key=lambda name: (len(name), name.upper())):
            content = tree[name]
            entry = self.enter(name, STREAM if isinstance(content, bytes) else STORAGE)
            if previous is None:
                struct.pack_into("<I", self.entries[parent], 76, entry)
            else:
                struct.pack_into("<I", self.entries[previous], 72, entry)
            previous = entry
            if isinstance(content, bytes):
                add = self.add if len(content) >= CUTOFF else self.add_small
                struct.pack_into("<IQ", self.entries[entry], 116, add(content), len(content))
            else:
                self.fill(content, entry)


def compound_file(tree: Tree) -> bytes:
    writer = _Writer()
    root = writer.enter("Root Entry", ROOT)
    writer.fill(tree, root)
    struct.pack_into("<IQ", writer.entries[root], 116, writer.add(writer.small), len(writer.small))
    small_fat = b"".join(struct.pack("<I", number) for number in writer.small_fat)
    first_small = writer.add(small_fat.ljust(-(-len(small_fat) // SECTOR) * SECTOR, b"\xff"))
    directory = writer.add(b"".join(bytes(entry) for entry in writer.entries))
    tables = 1
    while tables * SECTOR // 4 < len(writer.sectors) + tables:
        tables += 1
    first_table = len(writer.sectors)
    fat = [*writer.fat, *[FAT] * tables]
    packed = b"".join(struct.pack("<I", number) for number in fat).ljust(tables * SECTOR, b"\xff")
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, tables, directory)
    small_tables = -(-len(small_fat) // SECTOR)
    struct.pack_into("<IIIII", header, 56, CUTOFF, first_small, small_tables, END, 0)
    numbers = [first_table + at for at in range(tables)]
    struct.pack_into("<109I", header, 76, *numbers, *[FREE] * (109 - tables))
    return bytes(header) + b"".join(writer.sectors) + packed
