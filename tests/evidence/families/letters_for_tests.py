"""Letters of a campaign: the same words, with words of their own."""

import random

TEMPLATE = """Dear Committee,

I write as a resident of this town. Please look at how our universities are put under pressure.

Students who speak in public are watched, and their families abroad are visited by officials.

Lecturers tell us that they leave subjects out of courses, because visas and grants depend on it.

Please ask ministers what they know of this and which rules they mean to make about it this year.

I would also like you to publish each agreement that a university signs with a foreign state.

Yours sincerely,
{name}
"""
OWN = (
    "My daughter came home from her first term and would not say whom she had been to dinner with.",
    "At the chemistry department where I worked for thirty years nobody asked who paid the bills.",
)


def letter(name: str = "A. Writer", own: str = "") -> str:
    return TEMPLATE.format(name=name) + (f"\n{own}\n" if own else "")


def another_text(seed: int, words: int = 120) -> str:
    """A text that is like no other."""
    rng = random.Random(seed)
    return " ".join(f"w{rng.randrange(10**6)}" for _each in range(words)) + "."


def chain() -> tuple[str, str, str]:
    """Three texts: the first is like the second, the second like the third, and no others."""
    words = [f"word{number}" for number in range(400)]
    return " ".join(words[:260]), " ".join(words[50:310]), " ".join(words[100:360])
