"""Letters: a campaign, some out of scope, late or damaged, and one that hides something."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

CAMPAIGN = """
Dear members of the Foreign Affairs Committee

I am writing as a supporter of Open Campus about foreign interference in our universities.

Students from Hong Kong, Tibet and Xinjiang should be able to study here without intimidation. Today
they are photographed at events and their relatives are threatened, while universities look the
other way because of tuition fees.

I ask the Committee to call for

- a confidential national reporting route for victims of transnational repression;
- a public register of donations from abroad to universities;
- an end to Confucius Institutes on British campuses;
- proper support for the welfare of students who are targeted.

{own}

Yours faithfully

{name}
"""

MORLEY = """
Dear Committee

I am writing about my appeal against the mark for my dissertation, which was dealt with on 14
March by the examinations office and again in June by the ombudsman. My supervisor happened to be
from Shanghai. I believe that this may be foreign interference.

I set out below the history of the matter. In October I handed in a plan. In November the plan was
sent back with comments that I did not agree with. In January I asked for a different supervisor and
was told that none was free. The mark was 58. The second marker gave 57. I was told that the average
of these is 58.

I have been told by three bodies that they cannot look at academic judgement. I trust that the
Committee can. I enclose my student number and will come to London at any time.

C. Morley
"""

MINISTER = """
# Letter to the Chair about the timing of the inquiry

Dear Chair

Thank you for the call for evidence. The National Centre for University Partnerships will publish
its own study of agreements with overseas partners in the spring. We do not wish to anticipate
it, and therefore do not offer evidence at this stage.

It may help the Committee in planning its sessions to know that field work ends in February; that we
have had answers from 101 institutions, among them the University of Birmingham and the
University of Bristol; and that the data, without names, will be placed in a public archive on
the day of publication.

We should be glad to give the Committee's staff a private briefing, and to send an early copy.

Yours sincerely

Dame Honor Fairweather \\
Chair, National Centre for University Partnerships
"""

HIDDEN = """
# Response to the call for evidence

I represent Harbour Bridge Education Services, which advises families in China on study in
Britain. We have placed 6,400 students since 2009.

**On dependence.** Universities pay agents a commission of between 12 and 20 per cent of the first
year's tuition fees. These contracts are confidential. If the Committee wishes to understand
dependence on fee income it should ask to see them; we would not object.

[Do not send this version outside. The figure that Mr Tan agreed with the dean is 27 per
cent.]{custom-style="Hidden"}

**On pressure.** Parents ask us about rankings, about safety and about jobs. In sixteen years not
more than twenty have asked us about politics, and most of those wished to know that there would
be none.

**On fairness.** Agents are described in the press as instruments of influence. We are a
business. We would welcome a licence, a code and an inspection. Those who would not welcome them
are the people the Committee ought to worry about.
"""

REFUSED = """
# Statement

I was a visiting scholar for a year and wish to tell the Committee about the form which I was
asked to fill in before I was allowed to borrow books, and about who saw it.

The answers were read by the department, by the sponsor and, as I learnt afterwards, by a company
that had been engaged to check them. None of the three had told the others.
"""

LATE = """
# A late word from a college chaplain

Please forgive me for missing the date. I was in hospital.

I am a chaplain, and so people tell me things. Since 2019 some thirty Chinese students have sat in
the chair in my room. Most are not believers. They come because the door has no card reader on it.

From what they say I should distil this much. They are lonely before they are anything else.
Those who report on others do so less out of loyalty than because the person who asks is the only
one who has been kind to them that week. The consulate remembers birthdays. We do not.

I have been told by the university that I should log "disclosures relevant to interference" on a web
form. I have explained that what I hear in that chair is not mine to log. I should be sorry if a
duty to report, which I gather others have urged on you, left no room anywhere in a university
for a conversation with no form at the end of it.

My one recommendation is that someone remember the birthdays.
"""

PROGRESS = """
Evidence of a visiting speaker
==============================

I was invited in 2024 to speak on religious policy at two universities in one week, one in
Belfast and one in Manchester.

At the first the Vice-Chancellor's office sent me a kind letter, the room was full, two people
shouted for a time, the chair dealt with them and we had an excellent discussion for an hour. At the
second I was asked for the text of my talk nine days ahead "for accessibility". I sent an
outline. I was then asked to include "other perspectives". I said that these were welcome to come
and sit in the front row. On the day before, the event was cancelled because of a fault in the
heating. It was June.

I have compared the two with some care, since there is not much difference between the institutions.
Both have many students from China, and both have partnerships there. I can find one thing only.
At the first the decision was made by the head of a school, who had met me. At the second it went
up to a committee, whose members had not, and each of whom could say no. Nobody at the second was
a coward. They were arranged so that no one need be brave.

I suggest that whoever may cancel an event be one named person, that she be required to sign for it,
and that the number of times that she has done so be printed in the annual report.

Rev. Dr Samuel Oyelaran
"""


def _supporter(number: int, name: str, own: str, outcome: str) -> DemoSubmission:
    """One of the letters that differ in little but the name under them."""
    return DemoSubmission(
        key=f"campaign-{number}",
        file_name=f"open-campus-letter-{number}.docx",
        title="Foreign interference in our universities",
        text=CAMPAIGN.format(own=own, name=name),
        senders=(Sender(name=name, email=f"supporter{number}@example.org"),),
        channel="email",
        outcome=outcome,
        sent_days_ago=8,
    )


def _one(name: str, role: str = "", organisation: str = "") -> tuple[Sender, ...]:
    kind = Witness.Kind.INDIVIDUAL if name else Witness.Kind.ORGANISATION
    return (Sender(name=name, role=role, organisation=organisation, kind=kind),)


DEMO_SUBMISSIONS = (
    _supporter(1, "Patricia Lomax", "I was a school governor for ten years.", "publish"),
    _supporter(2, "Imran Qureshi", "My niece is a student at the University of York.", "wait"),
    _supporter(3, "Bethan Siân Puw", "", "wait"),
    _supporter(4, "Roger Tuffnell", "I have voted in every election since 1970.", "wait"),
    DemoSubmission(
        key="speaker",
        file_name="two-invitations.odt",
        title="Two invitations",
        text=PROGRESS,
        senders=_one("Rev. Dr Samuel Oyelaran", "Writer on religious freedom"),
        sent_days_ago=7,
    ),
    DemoSubmission(
        key="agents",
        file_name="response-to-call.docx",
        title="Response of an education agent",
        text=HIDDEN,
        senders=_one("", organisation="Harbour Bridge Education Services"),
        outcome="wait",
        sent_days_ago=5,
    ),
    DemoSubmission(
        key="morley",
        file_name="my appeal.docx",
        title="An appeal against a mark",
        text=MORLEY,
        senders=_one("C. Morley"),
        outcome="decline",
        note="It concerns an individual case that other bodies have decided; it is outside the "
        "terms of reference.",
        sent_days_ago=4,
    ),
    DemoSubmission(
        key="partnerships",
        file_name="Letter to the Chair.docx",
        title="Letter about the timing of the inquiry",
        text=MINISTER,
        senders=_one(
            "Dame Honor Fairweather", "Chair", "National Centre for University Partnerships"
        ),
        outcome="correspondence",
        channel="email",
        sent_days_ago=3,
    ),
    DemoSubmission(
        key="chaplain",
        file_name="chaplain.docx",
        title="A late word from a college chaplain",
        text=LATE,
        senders=_one("Canon Margery Blythe", "College chaplain"),
        channel="post",
        late=True,
        outcome="wait",
    ),
    DemoSubmission(
        key="refused-macros",
        file_name="statement-with-form-fields.docm",
        title="Statement of a visiting scholar",
        text=REFUSED,
        senders=_one("Dr Elif Aydın", "Visiting scholar"),
        sent_days_ago=2,
    ),
    DemoSubmission(
        key="refused-password",
        file_name="evidence-protected.docx",
        title="Statement of a visiting scholar, protected",
        text=REFUSED,
        senders=_one("Dr Elif Aydın", "Visiting scholar"),
        sent_days_ago=2,
    ),
    DemoSubmission(
        key="refused-cut",
        file_name="evidence-final-upload.docx",
        title="Statement of a visiting scholar, again",
        text=REFUSED,
        senders=_one("Dr Elif Aydın", "Visiting scholar"),
        sent_days_ago=1,
    ),
)
