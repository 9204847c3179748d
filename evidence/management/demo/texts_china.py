"""Long papers by people who study China and what other countries do."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender

MARSH = """
# Pressure on the study of contemporary China

## Who I am and what I can speak to

1. I am Reader in Chinese Politics at the University of Leeds and have taught and written on China's
   party-state for nineteen years. I lived in Wuhan and Chengdu for four of them. I write in my own
   name. Nothing here is the position of my employer.

2. This submission rests on three things: my own experience; notes of conversations with
   thirty-one colleagues at fourteen universities between 2021 and 2025, all of whom agreed to be
   quoted without attribution; and documents shown to me, which I can describe to the Committee in
   private. Where I infer, I say so.

## Summary

- Interference in British universities is mostly quiet. It works by raising the cost of some
  subjects and lowering the cost of others, so that nobody has to be told to stop.
- The people who bear that cost are seldom senior British academics such as me. They are students
  and junior staff with family in China.
- Universities answer well to what looks like a crime and badly to what looks like a choice. A
  colleague who decides not to hold a seminar leaves no incident to record.
- The single most useful reform would be a national body to which a person can report without
  asking the permission of the institution that depends on the money.

## The means of pressure

3. I have found it useful to sort what I have seen by what is being used as leverage, because the
   remedies differ.

| Leverage | What it looks like in a department | Who feels it |
|------------|--------------------------------------------------|--------------------------|
| Access | A visa is refused; archive access ends; a co-author is silent | Researchers |
| Kin | Police visit relatives and mention a talk in Britain | Students, staff from China |
| Income | Could a title be "less provocative" before recruitment? | Managers, then everybody |
| Reputation | Organised complaints, edited clips, abuse on line | Lecturers, mostly women |
| Law | A solicitor's letter about an unpublished draft | Authors and presses |

: Five kinds of leverage, from my notes of 2021 to 2025

4. **Access.** I was refused a visa in 2019 and again in 2023. On neither occasion was I given a
   reason. I do not claim that this was punishment; the point is that I cannot know, and my younger
   colleagues draw the lesson that seems safest to them. Of the thirty-one people I spoke to, nine
   had moved their fieldwork to Taiwan or Singapore and six had moved to historical subjects.
   Once a scholar has changed fields she does not change back.[^1]

5. **Kin.** Four of my own students have told me that their parents were visited after they had
   done something in Leeds: attended a vigil, signed a letter, been seen in a photograph. The
   visits are polite. One father was asked whether he was proud of his daughter's English. She left
   our programme in the spring.

6. **Income.** No vice-chancellor has ever told me what not to say. What happens is more ordinary.
   In 2022 a faculty manager asked whether a workshop on forced labour in supply chains could be
   held in June and not in March, because March was when offers were accepted. We held it in June.
   I now think that we should not have agreed, and I include this because the Committee should not
   suppose that those who give way are always other people.

7. **Reputation.** A recording of ninety seconds from one of my lectures was put on line in 2020
   with subtitles that reversed its meaning. I received some four hundred messages in two days, of
   which about thirty were threats. The police were courteous. The university's press office asked
   me whether I could "clarify". Colleagues of Chinese heritage who had said much milder things
   were abused for much longer.

## What self-censorship is, and is not

8. The word is used loosely. In my notes I distinguish three things. There is *tact*, which every
   teacher exercises. There is *prudence*, as when a supervisor advises a student with parents in
   Urumqi not to put a name to a chapter; I have given that advice and would give it again. And
   there is *avoidance*, where a question is not asked because the asker fears for herself. Only
   the last is a chilling effect, and only the last can be reduced by anything that a university
   does. A survey that counts all three together will find an alarming figure and teach us nothing.

9. A colleague put it to me in these words, which I have her leave to quote:

> I have not been told to drop the topic. I have been told that it is brave. When your head of
> department tells you that your next article is brave, you understand that you are being shown
> the door through which you would leave.

## How universities respond

10. In 2024 I asked the same fourteen universities three questions: to whom should a member of
    staff report suspected interference; how many reports were received in the last year; and what
    was done. Eleven answered. Four named an office. Two gave a number. One described an outcome.

11. I draw two conclusions. First, a reporting route that ends on the desk of the officer who is
    also responsible for international recruitment is not a reporting route. Second, the absence of
    numbers is itself a finding: what is not counted cannot be put before a governing body.

## What I ask the Committee to recommend

12. That the Government give an existing regulator a duty to receive reports of interference from
    any member of a university, in confidence, and to publish their number and kind each year.

13. That the terms of research contracts and gifts from abroad above a modest sum be registered
    within three months, so that the argument about dependence can be had with figures.

14. That the Foreign, Commonwealth and Development Office tell universities plainly what it knows.
    I have sat in briefings at which officials asked us what was happening and told us nothing.

15. That whatever is done should not be done to Chinese students. They are the first to suffer
    from interference and the first to be suspected of it. A policy that treats a hundred and fifty
    thousand people as a risk will lose the help of those who understand the problem best.

[^1]: There is no British register of moves between fields. I count people who published on
    a subject in at least three of five years and not at all in the following five.
"""

MARSH_MORE = """
## Supplementary evidence: the visa figures

The Committee's staff asked me whether the figures in paragraph 4 of my evidence could be set
against any wider count. I have since written to the thirty-one colleagues and received answers
from twenty-six.

| Since 2015 | Applied | Granted | Refused | Withdrawn after long delay |
|--------------------------|--------:|--------:|--------:|--------:|
| Short visits, conferences | 61 | 50 | 4 | 7 |
| Fieldwork over one month | 38 | 19 | 8 | 11 |
| Archive access (letter of a host) | 22 | 7 | 6 | 9 |

: Applications by twenty-six scholars, 2015 to 2025

Two cautions. The group chose itself, and people with a grievance answer letters. And delay is
ambiguous: at least five of the eleven withdrawals in the second row fell in the pandemic.

What I find instructive is the difference between the rows. A visa to read a paper in a hotel in
Shanghai was nearly always granted. A visa to sit in a county archive, or to talk to villagers, was
refused or outlasted in half of all cases. Access is not closed; it is rationed towards whatever
teaches us least.

I should also like to correct paragraph 10. A twelfth university has now answered. It names an
office, gives no number and describes no outcome.
"""

LINDQVIST = """
## Purpose of this paper

Four democracies have met the problem before this Committee within the last decade and have
answered it in different ways. I have studied three of them closely: Australia, Canada and Sweden.
I take each in turn and ask what was tried, what it cost and what was left undone. I teach
comparative public policy at the University of Warwick; I am a Swedish citizen and served for two
years as an adviser on higher education in Stockholm, which the reader may wish to bear in mind.

## Australia: guidelines first, law afterwards

Australia began with a task force in which universities and security agencies sat as equals. Its
guidelines, first issued in 2019, were written jointly and it shows: they speak of due diligence,
of communication and of culture, and they leave most decisions to the institution. Two years later
a parliamentary inquiry found that practice was uneven and that nobody could say how uneven.

The law went further. A scheme for the registration of foreign influence, and a power for the
federal government to cancel arrangements made by public bodies with foreign governments, were both
applied to universities. Thousands of agreements were notified under the second. Very few were
cancelled. Officials to whom I spoke held that the benefit lay elsewhere: for the first time, each
university had been made to find its own agreements and read them.

The cost was borne in administration and in mood. Staff of Chinese heritage described to a learned
academy how they had begun to decline joint work that was perfectly lawful, since explaining it
was too tiring. An approach that sets out to reduce one chilling effect can produce another.

What was left undone is the protection of students. The guidelines came to speak of harassment and
intimidation only in their second edition, and no agency was made responsible for acting on a
complaint.

## Canada: follow the money

Canada's first instrument was the research grant. Since 2021 applicants to the national granting
councils who have a private partner have filled in a risk questionnaire, and since 2024 work in
listed sensitive fields cannot be funded at all if any of the named researchers is affiliated with
a listed institution. Both lists are published.

Publication is the interesting choice. A list can be evaded, it dates quickly and it gives offence.
But a young engineer in Saskatoon can read it. She does not need a friend in the capital or a
compliance office to tell her which collaborations will end her eligibility. In interviews,
researchers who disliked the policy nevertheless said that they knew where they stood, which their
colleagues in Britain hardly ever say.

The weakness is that only the councils' own money is reached. A department that takes a donation or
a contract from abroad, and asks the councils for nothing, is untouched. Nor does the policy deal
with teaching, with events or with life on campus. A separate public inquiry into foreign
interference in elections heard moving testimony about transnational repression of students, and
its reports have as yet had little effect on universities.

## Sweden: ending the institutes and not replacing them

Sweden opened the first Confucius Institute in Europe and was the first European state to have
closed them all. The decisions were taken by the universities one at a time. There was no law.
Contracts were simply allowed to lapse, with polite letters.

The closures have been described abroad as a success for academic freedom. I think that the verdict
should be mixed. The language teaching they did was not replaced by public money, and the number of
students who take advanced Chinese at Swedish universities has fallen. A country that wishes to be
less dependent on what Beijing tells it now has fewer citizens who can read what Beijing says.

Sweden's later step is less known. A national function for responsible internationalisation was
set up with three agencies as hosts. It offers advice, runs a network of contact persons, and keeps
what it is told in confidence. It has no powers. Its staff believe that this is why people ring.

## Five lessons

- Joint authorship of rules by universities and government costs a year and is worth it.
- Publish lists, and publish the reasons for an entry. A secret list is a rumour.
- Registering agreements does more good by making institutions read them than by their cancellation.
- Replace what you close. Teaching of the language and of the society must be paid for by
  somebody, and whoever pays will have opinions.
- None of the three has built a place to which a threatened student can go. This is the gap, and
  the United Kingdom could be the first to fill it.

## A caution about borrowing

Each of these systems rests on an institution that the United Kingdom lacks or has in another form.
Australian universities are creatures of statute and report to ministers; Canadian research councils
fund nearly all academic work in the natural sciences; Swedish universities are mostly government
agencies whose letters anyone may read. Here a university is an independent charity with a royal
charter or an Act of its own and more than one regulator. An order that would be obeyed in Uppsala
would be litigated in Britain.

It follows that the instruments most likely to work here are those that change what people know:
registers, published guidance, an advisory service with a telephone, and a duty on a governing
body to report each year what it was told and what it did. These sound modest. In all three of the
countries that I have studied, they are the parts which nobody now proposes to repeal.
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="marsh",
        file_name="Marsh FAC submission v3 FINAL.docx",
        title="Pressure on the study of contemporary China",
        text=MARSH,
        senders=(
            Sender(
                name="Dr Helen Marsh",
                role="Reader in Chinese Politics",
                organisation="University of Leeds",
                email="helen.marsh@example.org",
                phone="0113 496 0000",
            ),
        ),
        sent_days_ago=24,
    ),
    DemoSubmission(
        key="lindqvist",
        file_name="Three democracies compared.pdf",
        title="What Australia, Canada and Sweden have tried",
        text=LINDQVIST,
        senders=(
            Sender(
                name="Dr Anna Lindqvist",
                role="Associate Professor of Public Policy",
                organisation="University of Warwick",
                email="anna.lindqvist@example.org",
            ),
        ),
        sent_days_ago=19,
    ),
    DemoSubmission(
        key="marsh-more",
        file_name="Marsh supplementary.docx",
        title="Supplementary evidence: the visa figures",
        text=MARSH_MORE,
        senders=(
            Sender(
                name="Dr Helen Marsh",
                role="Reader in Chinese Politics",
                organisation="University of Leeds",
                email="helen.marsh@example.org",
            ),
        ),
        supplements="marsh",
        sent_days_ago=3,
    ),
)
