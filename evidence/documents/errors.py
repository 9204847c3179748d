"""The errors of readers and of renderers."""


class UnreadableFileError(Exception):
    """The file cannot be read into the document. `str(error)` says why and what to do."""


class NotWrittenError(Exception):
    """A rendition cannot be made. `str(error)` says why."""
