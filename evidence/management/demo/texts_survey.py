"""A survey by three authors, a mapping of money, and the annex and pictures that come with them."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

SURVEY = """
---
title: Speech in the seminar room
subtitle: "Evidence from a survey at twelve universities"
---

# 1. What we did

Between January and April 2025 we asked students and staff at twelve universities in England,
Scotland and Wales how they speak about China in class. We received 1,184 usable answers: 803 from
students and 381 from staff. The twelve were chosen to differ in size and region. We promised not to
name them, and we ask the Committee not to guess.

The questionnaire was offered in English, in simplified and in traditional characters. It was
hosted on a server in Wales, kept no network addresses and could be answered from a library
computer. Those precautions lowered our response rate. We think that they raised its value.

# 2. What we found

![Bar chart. Share of respondents who had changed what they said in class: UK students 9 per
cent, staff 24, Chinese students 41, Hong Kong students 63.](chart-survey.png)

The figure shows the share in each group who said that in the last twelve months they had changed or
withheld something in a seminar *because of what might follow for themselves or for somebody they
know*. We put the question in that form in order to exclude courtesy.

| Who might learn of it? | UK students | Staff | From the mainland | From Hong Kong |
|:---------------------------------|-----:|-----:|-----:|-----:|
| Other students in the room | 7 | 11 | 38 | 59 |
| The university's management | 2 | 17 | 4 | 3 |
| An embassy or consulate | 1 | 9 | 22 | 47 |
| People on line | 6 | 14 | 19 | 26 |
| No answer | 1 | 3 | 11 | 8 |

: Per cent of each group; more than one answer was allowed

Three results surprised us.

- Students from the mainland fear one another more than they fear any official. Forty-one of them
  told us that they had been photographed at an event by a fellow student. Six said that they had
  themselves taken such photographs, and four of those that they had been asked to.
- Staff fear management almost as much as anything else. The written comments suggest that this
  is not fear of dismissal. It is fear of being thought *difficult* at a time of redundancies.
- UK students are hardly affected, and are hardly aware that anyone is. Only 14 per cent
  believed that "some people in my seminar cannot speak freely".

# 3. What helps

We compared seminars in which the tutor had set out rules of discussion at the start of term with
those in which there were none. Where written contributions could be made without a name, the share
of mainland students who held something back was 29 per cent and not 48. Where recording was
forbidden, and the rule was read aloud, it was 31. These differences cannot be put down to chance
alone.[^chance] They cost nothing.

We saw no effect of general training on freedom of speech, which most staff had attended.

# 4. Limits

People answer surveys about fear when they are neither wholly at ease nor truly afraid. Those in
most danger will not have replied. Fifty-two respondents broke off at the question about family
members; we do not know why, and we report it because it should not be lost.

# 5. Recommendations

1. A short protocol for seminars (no recording, written contributions without a name, assessed work
   marked under a number) should be adopted by every department that teaches on contemporary
   politics. The Office for Students could ask for it.
2. Student unions should be able to refuse recognition to a student association that reports to a
   mission, after a hearing, and should have legal advice in doing so.
3. Our questions should be asked again, by somebody larger than ourselves, every second year.

[^chance]: Logistic regression with university as a random effect; odds ratios 0.45 (95 per cent
    interval 0.31 to 0.66) and 0.50 (0.33 to 0.75). The questionnaire is in the annex.
"""

SURVEY_ANNEX = """
# Annex: the questions that were asked

1. Are you a student or a member of staff? *(student / staff / both)*

2. Where did you finish school? *(United Kingdom / mainland China / Hong Kong / Taiwan /
   elsewhere / I would rather not say)*

3. In the last twelve months, have you changed or held back something you would otherwise have said
   in a seminar, because of what might follow for yourself or for somebody you know? *(often /
   sometimes / once / never)*

4. If so, who might learn of it? *(tick all that apply)*

5. Has anyone at an event photographed or filmed you against your wish? *(yes / no / not sure)*

6. Has a member of your family been contacted by any authority about something you did or said in
   the United Kingdom? *(yes / no / I would rather not say)*

7. Does the tutor of your seminar allow contributions without a name? May the seminar be recorded?

8. Is there anything that would help?

The Chinese versions (简体 and 繁體) were checked by two readers each, who did not know one another.
"""

DONATIONS = """
# Gifts, contracts and what can be found out about them

Evidence of the Open Ledger Trust

## Introduction

The Open Ledger Trust is a charity of six people which reads accounts. For this inquiry we asked
one hundred and twenty-four universities under the Freedom of Information Act for every donation,
contract and sponsorship above £100,000 received since 2015 from a person or body in China,
including Hong Kong. We report what it was possible to learn.

## What came back

| Answer | Universities | Share |
|--------------------------------------------|-----:|-----:|
| Full list with names and amounts | 19 | 15% |
| Total only | 41 | 33% |
| Refused: commercial interests | 37 | 30% |
| Refused: cost of finding out | 18 | 15% |
| No answer within a year | 9 | 7% |

: Answers of 124 universities to one request

Eighteen universities told us that to find out from whom they have had money would take more than
eighteen hours. We believe them, and it troubles us more than any of the refusals.

The nineteen full lists hold 412 entries, worth £186 million. Three fifths of the money is research
income from companies. One tenth is gifts. The rest is fees for training, rent and licences.

## Dependence is not the same as income

![Bar chart. Share of tuition fee income by students' domicile: United Kingdom 46 per cent, China
23, India 12, other 19.](chart-fees.png)

The largest sum does not come as a donation at all. The figure is drawn from the published accounts
of one large university that we do not name, since it is typical of about fifteen. Twenty-three
per cent of its tuition fees are paid by students from one country. Its risk register, which it
disclosed, gives "geopolitical disruption to recruitment" the highest score of any risk. The column
headed *mitigation* says "continue to engage positively".

We asked twenty members of university councils, in confidence, whether they had ever seen a
calculation of what would happen if recruitment from China fell by half. Three had.

## Conditions

We read 61 gift agreements that were released to us. Most are unremarkable. We note:

- eleven with a clause under which both parties "respect each other's laws and core interests", a
  phrase that has no meaning in English law and a well-understood one elsewhere;
- four that give the donor a seat on a committee which appoints to a post;
- two under which the gift may be recalled if the recipient "damages the reputation" of the donor;
- none in which the university undertakes to publish the agreement.

## Recommendations

1. Disclosure of funding should be a condition of registration with the regulator: a public,
   machine-readable entry for every gift, contract or loan of more than £50,000 from abroad, within
   ninety days, with its conditions.
2. The register should cover intermediate charities, through which a quarter of the gifts came.
3. Council members should receive each year a stress test of dependence on any single country.
4. Clauses of "mutual respect" should be void in agreements for teaching or research.

The Trust takes no money from any government or university. Its own donors are listed on its site.
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="survey",
        file_name="Seminar survey, joint evidence.docx",
        title="Speech in the seminar room: a survey at twelve universities",
        text=SURVEY,
        senders=(
            Sender(
                name="Dr Priya Nair",
                role="Lecturer in Sociology",
                organisation="Durham University",
                email="priya.nair@example.org",
            ),
            Sender(
                name="Dr Tomasz Wilk",
                role="Research Fellow",
                organisation="University of Glasgow",
                email="tomasz.wilk@example.org",
            ),
            Sender(
                name="Professor Ruth Adeyemi",
                role="Professor of Social Statistics",
                organisation="Cardiff University",
                email="ruth.adeyemi@example.org",
            ),
        ),
        extras=("annex-questionnaire.docx",),
        sent_days_ago=20,
    ),
    DemoSubmission(
        key="donations",
        file_name="Open Ledger Trust response.docx",
        title="Gifts, contracts and what can be found out about them",
        text=DONATIONS,
        senders=(
            Sender(
                organisation="Open Ledger Trust",
                kind=Witness.Kind.ORGANISATION,
                email="office@example.org",
            ),
        ),
        sent_days_ago=16,
    ),
)

ANNEXES = {"annex-questionnaire.docx": SURVEY_ANNEX}
