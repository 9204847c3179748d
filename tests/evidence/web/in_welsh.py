"""A witness who reads Welsh."""

from django.utils import translation

from tests.evidence.drafts.witness import AtTheForm, begin, file


class AtTheWelshForm(AtTheForm):
    """A browser with a form open in it, in Welsh."""

    def address(self, name: str = "form", *more: object) -> str:
        with translation.override("cy"):
            return super().address(name, *more)


def begin_in_welsh(call) -> AtTheWelshForm:
    with translation.override("cy"):
        form = begin(call)
    return AtTheWelshForm(form.client, form.handle, form.code, form.call)


def ready_in_welsh(call, **changed) -> AtTheWelshForm:
    form = begin_in_welsh(call)
    form.fill_in(**changed)
    form.upload(file())
    return form
