"""Evidence of students, of those who look after them and of their families."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

UNION = """
# Students speaking for themselves

Submission by the elected officers of Wharfside Students' Union

We are four sabbatical officers. Three of us were elected by students who did not know, when they
voted, that any of this was part of the job. We set out three things that happened in one academic
year and what we learnt from each.

## The lecture that moved

In October a society invited a speaker, a former journalist, to talk about the closure of newspapers
in Hong Kong. The room was booked in August. Nine days before the event the university's security
office sent us a new form with forty-one questions. We answered them. We were then told that the
risk could be managed only if the audience were limited to thirty, all of them named in advance.
The speaker did not want a list of who had come to hear her to exist. The event was cancelled by us,
in the end, and the university says truthfully that it never cancelled anything.

The photograph which we attach is of the notice board on the day.

## The association

A student association for students from China is affiliated to us, as are forty-four other national
societies. It runs a very good welcome week. In November its committee asked every candidate for
its presidency to attend a meeting at a consulate. A second-year student complained to us that
she had been told there not to stand. We had no rule about it. Our solicitor's advice came to eleven
pages and more than our budget for the year, and concluded that we should adopt a rule.

We want to be fair. The association has nine hundred members, and most of them wish for cheap
noodles, advice on bank accounts and someone to meet them at the airport. When we raised the matter,
newspapers rang us. Members of the association were shouted at in the street. We have therefore
become careful about raising things, which is a form of what this inquiry is about.

## The wall

In February a wall by the library was painted with slogans at night, and with other slogans the
following night. Students gathered. Some were filmed. Two officers of ours who are from Hong
Kong were followed to their halls by people who were not students. The police logged it. The
university wrote to all students about respect.

## What we should like

- A rule that the cost of security for a lawful event is met by the university and not by a
  society with eighty pounds in its account.
- A named officer, outside the international office, to whom a student can report harassment.
- Advice for student unions on associations with links to missions, written once, by lawyers, for
  all of us.
- For someone to ask Chinese students. They told us that they are discussed in every inquiry and
  called to none.
"""

HONGKONGERS = """
Written evidence from the Lantern Society of Hong Kong Students in Scotland

We represent about three hundred students at universities in Edinburgh, Glasgow, Aberdeen and
Dundee. Most of us hold British National (Overseas) status. Our committee signs its letters in
common, and we ask that the names on our constitution not be sought.

Since bounties were announced on people abroad, including in this country, membership has fallen
from 520 to about 300. People did not leave because they disagree with us. They left because
the membership list exists.

In 2025 we kept a log. It has 47 entries. We would sort them as follows.

- 19 of being photographed or filmed at an event by persons who would not say who they were;
- 11 of messages, some with a home address in them;
- 9 of family members in Hong Kong questioned by national security police about a student here;
- 5 of damage to posters or stalls;
- 3 of physical assault.

We reported 21 of the 47 to a university and 14 to the police. We know the outcome of two. In the
first a student was given a warning for conduct. In the second we were advised to hold our meetings
indoors.

The word surveillance sounds grand. What it means is that when a stranger sits down in the back
row with a telephone, thirty people stop talking. It takes one person to do that. It may not even be
a person who was sent.

We ask for three things. First, that the University of Edinburgh and the University of Glasgow,
whose welfare officers have been kind to individual members, be helped to say publicly what they
have told us privately. Secondly, that there be one telephone number in Scotland for transnational
repression, answered by people who know what that means. Thirdly, that the extraterritorial reach of
the national security law be explained to students at induction, because freshers arrive who have
never been told that a remark made in Leith can be an offence in Kowloon.
"""

WELFARE = """
# Being the subject of the conversation

**The Magnolia Network** gives practical help to students from China in the North of England. Our
volunteers are mostly former students. Two of them, 林小雨 (Lin Xiaoyu) and 欧阳文静 (Ouyang
Wenjing), drafted this paper and wish their names to be known in it.

## Who we are talking about

About one in twenty-five students in the country comes from China. Their mean age is twenty-three;
two thirds are women; more than half are here for a master's degree that lasts eleven months. They
arrive having borrowed from parents and grandparents. What most of them know about British politics
is what their group chats tell them.

## What they are afraid of

We run a telephone line in Mandarin and Cantonese on four evenings a week. In 2025 it took 2,914
calls.

| Subject of the call | Calls | Per cent |
|-------------------------------------------|------:|------:|
| Fraud, housing, money | 1,310 | 45 |
| Loneliness, exams, mental health | 931 | 32 |
| Abuse in the street or at work | 402 | 14 |
| Visa and police registration | 183 | 6 |
| Pressure because of opinions | 88 | 3 |

: Calls to the Magnolia line, 2025

The last row is this inquiry's subject and we do not make light of it. Those eighty-eight calls were
the longest that we took. Callers spoke of parents who had been telephoned, of a flatmate who asked
too many questions, and of a lecturer who had, with the best of intentions, read a student's essay
aloud. In twelve cases we helped somebody to change accommodation.

But the Committee should see the row above it but one. Four hundred people rang to say that they had
been spat at, refused a room, called a spy. The word "spy" occurs in 61 of our notes. Discrimination
does not excuse interference; nor does interference excuse discrimination. They also feed on each
other: the official who wishes to tell a student that Britain will never accept her needs only to
point.

## Three cases

*A.* was asked by her laboratory not to come to group meetings "until things are clearer". Her field
is the digestion of cattle.

*B.* told his personal tutor that men had visited his mother. The tutor, alarmed, wrote to six
people. One of the six was the partnership manager for China. *B.* asked us whether he had made a
mistake in telling anyone. We did not know what to answer.

*C.* wanted to go to a vigil. She went in a mask, came home, and reported herself to her counsellor
at home before anyone else could. She rang us the next day and cried for an hour. Nobody had
threatened her at all. This is how it works.

## What would improve wellbeing

1. Confidentiality that is real: a rule that a report of pressure is seen by no more than two
   people, neither of them responsible for recruitment or partnerships.
2. Counsellors who speak Chinese and who are employed by the health service or a charity. Students
   assume that a counsellor employed by a university tells the university.
3. Public language that names a government and not a people. We were glad that the Committee's call
   for evidence does so.
4. Chinese students on the bodies that decide about Chinese students.
"""

PARENT = """
Dear Committee

I am a parent. I run a garage in Derbyshire and have never written to Parliament before, so please
excuse me if this is not how it is done.

My daughter went to the University of Nottingham to do Chinese. It was the proudest day of our
lives. In her second year she went to a city in the north of China for the language year. She was
nineteen. There were eight in her group.

In November she got talking to a woman in a tea shop who said she was from a cultural exchange
foundation and would pay 300 yuan for a page about what young people in England think about Taiwan.
My daughter wrote it. It was only what you would read in any paper. Then there was another page, 800
yuan, about what her teachers think. Then they asked whether she would like a scholarship for a
second year, all found, and would she apply for the civil service when she got back because they
liked to have friends there.

She was frightened then and she rang us. I did not know who to ring. I rang the university’s
emergency number and got a very nice young man who dealt with lost passports. I rang the Foreign
Office and was told to look at travel advice. In the end her old tutor got her on a plane. She has
never been back and she has dropped the language, which she loved.

I am not blaming anybody. What I would say is this –

- The talk they gave her before she went was two hours. It was about food hygiene, drugs and
  not overstaying a visa. It did not have one word about this in it.
- There should be one number for parents and students, day and night, and somebody at the end of it
  who does not laugh.
- The other seven had all been asked as well. All seven. They found out from each other afterwards.

She knows that I am writing and says I can.

Yours sincerely

Graham Tindall
"""

RETURNEE = """
# A year abroad, and the form I signed

I read Chinese and Economics and spent 2023 and 2024 as a scholarship student at a university in
Zhejiang. It was, mostly, the best year of my life. I learnt to argue about football in dialect. I
am writing because of one sheet of paper.

Holders of the scholarship sign an agreement. Mine had twelve clauses. Clause 7 said that I should
"not participate in any form of activity that endangers the social order or national interests".
Clause 9 said that my home university would receive "a comprehensive appraisal". I signed, as we all
did, on a clipboard, in a queue, with a cold pen.

In May a friend posted a poem. It was not a very good poem. I had translated it for him. A teacher
from the international college invited me for tea and had a printed copy of my translation. She was
embarrassed. She asked me to think about clause 9, and said, "Your appraisal is also our appraisal."
I deleted the translation.

When I got home I told my department in an e-mail. The answer thanked me for my feedback on the
year abroad and asked me to put it in the survey. The survey has no box for it.

I have since asked for a copy of the agreement, and of the appraisal. My university says that it
holds neither. If Britain is going to send students on another government's scholarship, it could at
least read what they sign. Clauses about loyalty ought to be struck out before we get to the
clipboard, or we ought to be told not to sign.

Cerys Hopcroft
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="union-officers",
        file_name="SU evidence.docx",
        title="Students speaking for themselves",
        text=UNION,
        senders=(
            Sender(
                organisation="Wharfside Students' Union",
                kind=Witness.Kind.ORGANISATION,
                email="officers@example.org",
            ),
        ),
        extras=("notice-board.jpg",),
        sent_days_ago=18,
    ),
    DemoSubmission(
        key="lantern",
        file_name="lantern_society.rtf",
        title="Hong Kong students in Scotland",
        text=HONGKONGERS,
        senders=(
            Sender(
                organisation="Lantern Society of Hong Kong Students in Scotland",
                kind=Witness.Kind.ORGANISATION,
                email="lantern@example.org",
                safe_ways="Write to the shared mailbox only; never telephone.",
            ),
        ),
        sent_days_ago=15,
    ),
    DemoSubmission(
        key="magnolia",
        file_name="Magnolia Network – evidence.docx",
        title="Being the subject of the conversation",
        text=WELFARE,
        senders=(
            Sender(
                name="Lin Xiaoyu 林小雨",
                role="Volunteer coordinator",
                organisation="The Magnolia Network",
                kind=Witness.Kind.ORGANISATION,
                email="magnolia@example.org",
            ),
        ),
        sent_days_ago=13,
    ),
    DemoSubmission(
        key="parent",
        file_name="my-letter.txt",
        title="A letter from a parent",
        text=PARENT,
        senders=(Sender(name="Graham Tindall", email="g.tindall@example.org"),),
        channel="email",
        sent_days_ago=11,
    ),
    DemoSubmission(
        key="returnee",
        file_name="the form I signed.odt",
        title="A year abroad, and the form I signed",
        text=RETURNEE,
        senders=(Sender(name="Cerys Hopcroft", role="Graduate", email="cerys@example.org"),),
        sent_days_ago=9,
    ),
)
