"""Evidence of universities, their officers, learned societies and presses."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

CALDERMOUTH = """
# Response of Caldermouth University

## Our position

Caldermouth is a university of 14,000 students on the coast, 1,900 of whom come from China. We
welcome the inquiry. We have been asked by colleagues in the sector to be cautious and have decided
to be candid, because the Committee cannot make good recommendations on the strength of
prospectuses.

## What we found when we looked

In 2024 our governing body asked for a review of every relationship with a partner in China. It was
led by a lay member who had been a county treasurer. It took seven months. She found:

- 63 agreements, of which our register had listed 38;
- four agreements that had lapsed and were still being performed;
- one memorandum signed on our behalf by a person who had left us two years before;
- a joint research centre with a governance board that had not met since 2019;
- no instance of anything that we should call espionage.

She also found that our fee income from China was about 17 per cent of turnover, and that the
surplus from one master's course in finance met the deficit of the departments of history, music
and modern languages together. Members of the Committee may think, as we did, that this is a
strange foundation on which to rest the study of history.

## What we changed

| Before | Now |
|------------------------------------|---------------------------------------------|
| Agreements signed by any dean | Signed by the registrar; none without a review date |
| Reports go to the international office | Reports go to the secretary of the governing body |
| No record of events moved or cancelled | A public log, whoever cancelled them |
| Language of "mutual respect" accepted | Struck out, with a standard letter explaining why |
| One country may fill a course | No course may draw more than 40 per cent from one country |

The last rule cost us £2.1 million in its first year. We met it by closing a building. No student
has noticed the building.

## What we cannot do alone

**Information.** We were told by an official at a conference that one of our partners was "of
concern". We asked which. He was not at liberty to say.

**Insurance.** A member of our staff was threatened with proceedings abroad. Our insurers pointed
out that the policy excludes claims outside the United Kingdom. No insurer offers otherwise.

**Competition.** When we raised our requirements, two partners moved to other British universities.
Rules that bind only the scrupulous are a subsidy to everybody else. We ask for common rules.
"""

TULLOCH = """
## Purpose

I have been head of research security at two universities. In both I was the first. There are now
perhaps seventy of us. We meet twice a year, and a good deal of what follows was said by others.

## A week in the office

On a Monday I receive between thirty and fifty applications from doctoral students in subjects that
need a certificate from the Foreign Office. On Tuesday a professor tells me that he has agreed, by
shaking hands, to join a laboratory in Shenzhen for two months every summer. On Wednesday the
purchasing office asks whether a drone may be exported. On Thursday a visiting scholar writes to ask
why her access to a cluster has been withdrawn; no one knows who withdrew it. On Friday I write a
paper for the audit committee in which all of these are a green square.

## Undisclosed appointments

The case of the professor is the most common serious matter that I see. A talent programme offers
a salary, a laboratory and a title. Often the contract, of which there may be two versions, asks
that the appointment not be made known. Some who sign are vain and some are badly paid. A few are
lonely. I have dealt with eleven such cases. In nine the person told me of it when asked
directly, with visible relief. Nobody had asked directly before.

We have no power to compel disclosure of an undisclosed appointment beyond the ordinary contract of
employment. Some contracts date from 1988.

## Two failures of my own

I refused a visitor on the strength of a name that turned out to belong to another institution with
a similar one. He had sold his flat. I apologised to him, and I now check names in characters.

I approved a contract for image recognition in crops because the crops were real. The funder used
the method at a border. It was public; I read it in a newspaper.

## Recommendations

- A single declaration of outside interests for all staff of publicly funded research, made every
  year, false statements being a matter for dismissal.
- One portal for advice from government in place of the present five, with the same answer from
  each.
- Training for heads of department in how to ask. The conversation is worth more than the form.
- Exchange among institutions of the bare fact that a partner was refused, without which a refused
  partner simply goes next door. Lawyers for UK Research and Innovation and for Universities UK have
  been discussing since 2022 whether this is lawful.
- An honest statement of what security costs. My office costs £340,000 a year. None of it is funded
  by anyone who benefits.
"""

CHAIRS = """
# The view from the governing body

**Evidence of the Council of Lay Members, an association of chairs and lay governors**

Governors are trustees. We are unpaid, we come six times a year, and we read what we are sent. The
Committee should understand how little of its subject we are sent.

We asked our 212 members three questions. How often in the past two years had foreign interference
been on the agenda? *In 61 per cent of cases, never.* Was there a reporting route by which a member
of staff could reach the governing body without passing through the executive? *In 78 per cent, no.*
Had the governing body seen the terms of its largest overseas contract? *In 83 per cent, no.*

There is an explanation that falls short of neglect. Risk is presented to us as a table of colours.
Interference is not a risk to the institution's strategy; at times it is a consequence of it. Nobody
puts in front of trustees a paper that says that the plan they approved in March has made it less
likely that a lecturer will speak in November.

We recommend that codes of governance require three things: an annual statement to the whole body by
the secretary (not the vice-chancellor) of every report received; a named lay member with the duty
of hearing staff in confidence, as boards in the health service have; and the publication of the
terms of any contract which amounts to more than two per cent of income.

We were asked by several members to add a sentence about fear. Lay members who raised the subject
were told that it was "commercially sensitive", that it was "operational", and, once, that it was
"not the sort of thing one minutes". It ought to be minuted.
"""

SOCIETY = """
# The British Society for East Asian Scholarship

The Society has 1,150 members. It publishes a journal and holds a conference.

**On the journal.** In 2023 the publisher of our journal asked whether articles with certain
words in their keywords could be left out of the package sold to libraries in China. It said that
the package as a whole was otherwise at risk. Our council refused by nine votes to two. The
package was not withdrawn. We draw no moral from a single case except that we were asked, and
that had a clerk in an office answered in place of a council we should never have known.

**On the conference.** Two panels have been interrupted in five years. More troubling are those
that were never proposed. Abstracts on Xinjiang, Tibet and Hong Kong were 21 per cent of all those
sent to us in 2016 and were 8 per cent in 2025. Over the same time abstracts on cinema doubled. We
like cinema. We do not think that it became twice as interesting.

**On members in China.** About ninety colleagues there remain members. They ask not to be listed.
Several have let us know, by indirect ways, that they are glad when foreign scholars write what they
cannot. We ask that no recommendation of this Committee make it harder for them to visit us.

**On language.** Fewer than four hundred students now begin single-honours Chinese in a year. The
Government's policy papers call for a China-capable public service. It is being wished for at the
same time as departments at several universities, among them some of the oldest, are closing. If the
state does not want a Confucius Institute to teach Chinese then it has to pay someone else to do it.

*Adopted by the Council of the Society.*
"""

TEACHER = """
# Nine years in a language institute

I taught Mandarin for nine years at a Confucius Institute attached to a university in the Midlands
and I now teach in a secondary school. I grew up in Nanjing. I am a British citizen and I write with
my own name, after talking about it with my husband for a month.

Most of what is said about the institutes is said by people who never sat in one. On a normal day I
taught the four tones to retired doctors and to children. We had a calligraphy evening and a
choir. I loved my pupils, and I believe that I was a good teacher. Everything in this letter is
true at the same time as that.

These are the things that I should have told somebody:

1. The textbook had a map. Pupils would ask about the map. In my first week the Chinese director
   said to me, "You can say: let us look at the verbs." For nine years I looked at the verbs.
2. Teachers sent from China were called to a meeting on the last Friday of each month, and each was
   asked how the others were. They called it *caring*. I was employed locally and did not have to
   go. I was asked about in my absence; a friend told me.
3. In 2017 a pupil in the adult class wore a badge. A photograph of the class that I had put in our
   chat group came back to me from the consulate with a ring around the badge. It was a nice lady
   who sent it. She asked whether he was a friend of mine.
4. Contracts for teachers sent from China forbade membership of a certain religious movement. That
   part was in the Chinese version. The university's director had read the English one.

I never saw espionage. I never saw anybody punished. I saw twenty intelligent people look at the
verbs, and I saw a university be grateful, because the language institute cost it nothing.

When ours closed, forty adults had no class to go to. I now teach some of them in my front room.
Please do not only close things.

Mei Harrington
"""

CYBER = """
Evidence of an information security team
-----

**Submitted by the Fenland Universities Shared Security Service**

We watch the networks of five universities. This note has as little technical language as we can
manage.

### What we see

Every research university is scanned all the time by everybody. We leave that out. Below we count
only campaigns that were aimed at particular people and which the national authorities, in published
advisories, have attributed to groups working for the Chinese state.

| Year | Campaigns | People aimed at | Opened | Account taken over |
|------|----:|------:|-----:|-----:|
| 2022 | 7 | 96 | 21 | 4 |
| 2023 | 9 | 141 | 26 | 6 |
| 2024 | 15 | 388 | 40 | 5 |
| 2025 | 12 | 512 | 33 | 2 |

: Targeted phishing at five universities

The people aimed at were of three kinds: staff in a few fields of engineering; staff and students
who work on human rights; and, since 2024, the *organisers of conferences*, whose lists of
delegates are worth having.

### How it is done

The commonest letter is an invitation to review a paper. It comes from the real name of a real
scholar at an address with one letter changed. There is no attachment. Only after two or three
polite exchanges does a link come. One doctoral student corresponded for five weeks with someone
who knew her subject well and gave her, she says, useful comments on chapter two.

### Pressure by blocking

In 2024 the web site was blocked in China of one school in one of our five universities, in the week
after a report was published there. Applications through the agents' portal, which shared the same
address, fell by a third. We can show the block. We cannot show who ordered it. The marketing
department asked us whether the report could be "hosted somewhere else". We hosted the portal
somewhere else.

### Disinformation

Twice, fabricated letters on university paper have circulated on Chinese social media, announcing
that students from China would be expelled or inspected. Both caused real distress. Both were
rebutted in English on a web page which those who had read the letters could not open.

### Recommendations

1. Report targeted attacks on researchers to one place and tell the researcher. At present she is
   often the last to hear.
2. Give the people at risk hardware keys. They cost £40. Of the six accounts lost in 2023 none
   had one.
3. Fund security for the humanities. Every scheme we know of is for science.
"""

OVERSEAS = """
# Overseas campuses and the reach of other people's law

I was for five years the deputy provost of a joint institute in eastern China run by a British and a
Chinese university. I have since retired to Southampton. I write to supply detail which is missing
from a debate in which such places are either bridges or betrayals.

A branch campus is a company. Ours had a board of nine, five of them appointed by the Chinese side.
The secretary of its party committee sat *ex officio* after 2018. I do not complain of that: it was
the law when we signed again, and the British side did sign again.

What the law meant in practice was this. Books were ordered through an approved importer, and about
one order in thirty did not come. The network carried a private line to Britain for staff; students
were given the same line in 2014 and lost it in 2019. External examiners came from Britain and saw
what had been written; they could not see the questions that had not been set. Staff on contracts
under English law were, once there, wholly under Chinese law, including an extraterritorial security
law which applied to what they had published before they came. Two withdrew on that ground. We did
not record the reason.

At home the effect runs the other way. The parent university had £31 million invested in the joint
institute, guaranteed by a bank. While I held office three proposals for events at the British
campus were "discussed with colleagues overseas". One took place. I took part in those
discussions and I should do so differently now.

I suggest that before an overseas campus is opened or renewed the governing body should publish:
what happens to staff if they are detained; which law governs what they say while *in Britain*; who
may close it and at whose cost; and what the university will do if it is asked to choose. We had
never put the last of these to ourselves. It is the only one that matters.
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="caldermouth",
        file_name="Caldermouth University response.docx",
        title="Response of Caldermouth University",
        text=CALDERMOUTH,
        senders=(
            Sender(
                organisation="Caldermouth University",
                kind=Witness.Kind.ORGANISATION,
                email="registrar@example.org",
            ),
        ),
        sent_days_ago=22,
    ),
    DemoSubmission(
        key="tulloch",
        file_name="research security - a practitioner.docx",
        title="Research security: a practitioner's account",
        text=TULLOCH,
        senders=(
            Sender(
                name="Margaret Tulloch",
                role="Head of Research Security",
                email="m.tulloch@example.org",
            ),
        ),
        sent_days_ago=21,
    ),
    DemoSubmission(
        key="chairs",
        file_name="Council of Lay Members.odt",
        title="The view from the governing body",
        text=CHAIRS,
        senders=(
            Sender(
                organisation="Council of Lay Members",
                kind=Witness.Kind.ORGANISATION,
                email="secretary@example.org",
            ),
        ),
        sent_days_ago=17,
    ),
    DemoSubmission(
        key="society",
        file_name="BSEAS-council-paper.rtf",
        title="A learned society's experience",
        text=SOCIETY,
        senders=(
            Sender(
                organisation="British Society for East Asian Scholarship",
                kind=Witness.Kind.ORGANISATION,
                email="council@example.org",
            ),
        ),
        sent_days_ago=15,
    ),
    DemoSubmission(
        key="teacher",
        file_name="Nine years.docx",
        title="Nine years in a language institute",
        text=TEACHER,
        senders=(
            Sender(name="Mei Harrington", role="Teacher of Mandarin", email="mei@example.org"),
        ),
        sent_days_ago=10,
    ),
    DemoSubmission(
        key="cyber",
        file_name="FUSSS evidence.docx",
        title="Targeted attacks on researchers",
        text=CYBER,
        senders=(
            Sender(
                organisation="Fenland Universities Shared Security Service",
                kind=Witness.Kind.ORGANISATION,
                email="security@example.org",
            ),
        ),
        outcome="accept",
        sent_days_ago=8,
    ),
    DemoSubmission(
        key="overseas",
        file_name="joint-institute.docx",
        title="Overseas campuses and the reach of other people's law",
        text=OVERSEAS,
        senders=(
            Sender(
                name="Professor Ian Stroud",
                role="Formerly Deputy Provost of a joint institute",
                email="ian.stroud@example.org",
            ),
        ),
        sent_days_ago=7,
    ),
)
