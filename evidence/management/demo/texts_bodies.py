"""Evidence of unions, charities and those who have served elsewhere."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

TRADE_UNION = """
# University Teachers' Association: submission

## What our casework shows

The Association represents 38,000 teaching and research staff. Between 2020 and 2025 our officers
opened 186 cases in which a member believed that work on China, or a background in China, lay behind
the way in which he or she had been treated.

![Bar chart. Of incidents found in the union's survey, 58 were told to a friend, 31 to the union,
11 reported to the university, 4 recorded by it.](chart-reports.png)

The figure is from our own survey of one branch, and we give it because it has the shape that we see
everywhere: most of what happens is told to a friend, some of it to us, a little to the employer,
and almost none of it is written down.

Of the 186 cases:

- 71 concerned online abuse, sometimes including threats, after teaching or publication;
- 44 concerned a decision not to renew a fixed-term contract;
- 39 concerned members of Chinese heritage who were treated as suspects by their own employer;
- 32 concerned instructions, mostly spoken, about the content or timing of teaching.

[The last figure is too low, since members on fixed-term contracts rarely complain.]{.insertion
author="Drafting group" date="2025-11-02T10:00:00Z"}
[The last figure is approximate.]{.deletion author="Drafting group" date="2025-11-02T10:00:00Z"}

## Precarious work is the lever

A third of academic staff hold contracts that end. Nobody needs to intimidate a lecturer whose
post is to be decided in May. [Can we say this? Check with
the casework team.]{.comment-start id="1" author="National office" date="2025-11-03T09:00:00Z"}Our
evidence suggests[]{.comment-end id="1"} that the strongest single protection for academic freedom
would be to give permanent contracts to those who teach contested subjects.
Of the members who told us that they had changed what they taught, four fifths were on contracts
of less than two years.

## The law on freedom of speech

The free speech Act gives staff in England a duty to rely on and, in part, a scheme of complaint.
Our members' experience is that it was written with the visiting speaker in mind. It is a poor
fit for a research assistant asked by her supervisor to take a name off an acknowledgement.
Members in Scotland, Wales and Northern Ireland, including those at Queen's University Belfast,
are outside it.

## We recommend

1. that employers record and publish each year the number of reports, with their outcome;
2. that instructions about content be given in writing or not at all;
3. that staff abused on line for their work have a named contact, paid leave and legal help;
4. that security measures be assessed for their effect on equality *before* they are adopted.
"""

REFUGE = """
# Scholars in Refuge

## On behalf of one whom we helped

Scholars in Refuge finds posts for academics who cannot go home. We submit this for a historian who
has been with us since 2022. She has read it and has asked us to speak for her. She is called S.
here. Nothing below identifies her city or her university.

S. came on a fellowship of two years. In the second month a man who said that he was from the
students' advice service of the embassy rang on a number which she had given only to her landlord.
He congratulated her on her flat. In the fourth month her brother was asked to sign a paper that
he would "encourage her to return". In the seventh, after she had signed a petition, her brother
lost his post at a hospital. He has not written since. She knows that he is alive since their
mother puts a particular plant in the window of her video calls.

S. told her department. The department was sympathetic and asked what it could do. She did not
know, and neither did the department. She told the police, who took eleven pages of notes, kindly,
and explained that no crime had taken place in Britain. She told her Member of Parliament, whose
caseworker rang us.

## What the case shows

*Nobody has the file.* Four bodies knew a part. None knew the whole or was under a duty to ask.

*The harm is abroad and the victim is here.* Our law is arranged the other way about. The offences
of foreign interference in the recent Act might fit, yet we know of no case concerning relatives in
which a charge was considered.

*Small things are protective.* A new telephone number, a post-box, a landlord who has been told, a
colleague who rings each Sunday. We spend about £900 on each scholar's first month in this way. No
university to which we have sent the list has adopted it, though two asked whether they might.

## We ask

- for a single national contact for transnational repression, with caseworkers who keep a file;
- that fellowships for scholars at risk be extended by a year where relatives have been harmed;
- that the Home Office not require a scholar at risk to apply to her own embassy for a passport.
"""

DIPLOMAT = """
1. I served in the Diplomatic Service for thirty-one years, eleven of them in Beijing and Guangzhou,
   and had charge of science and education at the Embassy for three. I have been retired for six
   years. I have no clients.

2. Officials think of universities as an instrument. In my time they were the good news: whatever
   else was wrong, there were always more students. Every visit by a minister needed an
   announcement, and a memorandum between two universities can be arranged in a fortnight. I must
   have arranged forty. I doubt that a dozen were ever read again. I say this in order to own my
   part.

3. It is often said that the other side has a strategy and that we have none. I would put it another
   way. Both sides had departments. On theirs, the department for education, that for united front
   work and the security organs compete for the same students and do not much like one another. A
   policy that treats them as one mind will misread it. The committee's task is to find which
   pressures are ordered, which are permitted and which are merely the zeal of somebody who hopes to
   be noticed. In my experience the third is the most frequent.

4. What deters? Three things, in this order: publicity that names an act; a private word that names
   a price; and the expulsion of an official. Statements of concern do not deter. A consulate that
   was told in 2016, courteously, that its visits to one campus had been observed and logged did not
   visit again for three years. It had supposed that nobody was looking.

5. What does not deter is symmetry. If we refuse visas to their historians because they refuse them
   to ours we shall have helped them to finish the work.

6. On government policy at home: in 2018 I counted seven departments and agencies that spoke to
   universities about China, none of which read what the others had sent. I am told that the
   number is now nine. A vice-chancellor who wished to be told what to do could choose whichever
   answer suited best, and a sensible one rang none of them. One desk, with a telephone, staffed
   by people who stay for longer than two years, would be worth more than another strategy.

7. On science: cooperation has narrowed to fields thought safe: climate, health of crops, astronomy.
   They are worthy fields. But a partner who permits only these has taught us what she values and
   what we will accept, and the list is drawn up by one side. I would rather a smaller programme
   with nothing struck out.

8. A last remark. When I arrived in Guangzhou in 1991 a professor of physics asked me to post a
   letter for him from Hong Kong. I did so. I do not know what was in it. I mention this because the
   people we are talking about are not, for the most part, agents or victims. They are trying to do
   physics and would like a letter posted.

Sir Alasdair Penhallow
"""

LIBRARIAN = """
## Written evidence from a librarian

I look after East Asian collections at a university library. I want to put on record something small
and technical, because nobody else will.

Libraries no longer own most of what they offer. We license it. The databases of Chinese journals,
newspapers and theses, on which the whole of the field depends, come from one main supplier. In
March 2023 it told subscribers abroad that four of its collections would be suspended: theses,
proceedings, statistical yearbooks and the census. No date was given. Two of them have come back
with gaps.

I compared what we can see today with a list that I printed in 2015. Of a sample of 1,000
articles on labour, religion and minority regions, 87 can no longer be found. Their page numbers
are still in the printed contents. For a further 14, the article that appears under the title is
a different one.

| Subject of the article | Sampled | Missing | Replaced |
|----------------------|-----:|-----:|-----:|
| Labour disputes | 250 | 19 | 2 |
| Religion | 250 | 24 | 5 |
| Xinjiang and Tibet | 250 | 39 | 7 |
| Irrigation (for comparison) | 250 | 5 | 0 |

: What became of 1,000 articles listed in 2015

No student could know this. She searches, finds nothing, and concludes that nothing was written.
Censorship of this kind leaves no one to complain.

I suggest a shared store, held by the legal deposit libraries, of paper and film for Chinese
periodicals up to 2015. Much of the paper is being thrown away, at this moment, because the same
titles are "available online". It would need two years, a warehouse and six people.
"""

REPORTERS = """
**Society of Education Correspondents**

Members of the Society report on universities. We give the Committee five observations on the public
record, which is our trade.

*One.* Press offices now answer any question with the word China in it by means of an agreed line.
Eleven of our members were sent the same sentence by nine different institutions in one week.

*Two.* Academics who used to be quoted ask not to be. A specialist in a narrow field cannot be made
anonymous by taking off her name, since there are only three of them. We have dropped stories that
were true for this reason, and it is the right reason.

*Three.* Legal letters arrive earlier than they used to, and are addressed to the publisher's
insurers. Members working freelance can no longer afford to write on donations at all.

*Four.* Student journalists bear the worst of it. Two student newspapers have taken down articles
after threats to the writers' parents abroad. In neither case did the university know until we
asked.

*Five.* Some of what is printed is poor. Stories that treat every Chinese student as a suspect sell,
and they do harm. A few were ours. We have issued guidance to members about it, and would be glad to
be held to it.

The Society suggests that the Committee publish as much of its evidence as it safely can, in a form
that can be searched, since future reporting will rest on it.
"""

ENGINEERS = """
# A caution against overstatement

**Alliance for Open Engineering**

We speak for some four hundred engineers in British universities, and we disagree with a good
deal of what the Committee will hear.

**The evidence is thin.** We have read the published reports of the past six years. They cite one
another. When each claim is traced to its source, the number of documented cases in Britain of
research taken by deception comes to fewer than ten. This is not none. It is less than the number
of doctoral students who in the same years were refused without a reason after paying for a
certificate.

**The costs are not counted.** One in three of our members has ended a collaboration with China
since
2021. Asked why, they mostly gave paperwork as the cause. Joint papers in batteries, which
      Britain needs and in which China leads, are down by a half. The theft of intellectual
      property is a two-way question when the better property is theirs.

**Nationality is becoming a proxy.** Nine members described offers withdrawn from Chinese applicants
whose subject was on no list. We put these cases to the institutions and were told that nothing
of the kind had happened.

**What we accept.** Military work is military work. No member of ours should take money from an
armed service other than this country's without telling his employer. Undisclosed appointments are
wrong, whoever pays. Students should be safe.

**What we ask.** That every measure have a stated purpose, a date at which it ends and a count of
those refused. That appeals be heard by somebody who understands the subject. And that the Committee
visit one laboratory, talk to those who work there, and count the nationalities at the bench.
"""

SCHOLARSHIPS = """
Evidence on state scholarships

I supervise doctoral students at Newcastle University and have read, in translation, the contracts
that some of my former students signed with a state scholarship body before coming to this country.
They gave me their copies after they had finished.

The contracts are public in outline. Three clauses matter here. The holder must "support the
leadership" of the ruling party and "return on time to serve the country". Two guarantors, normally
parents, are liable to repay the whole sum and a penalty of thirty per cent if the holder does not.
And the holder must report to the education section of the embassy, which has to approve a change of
supervisor, subject or date.

I have three comments.

The first is about loyalty. A British university would not enrol a student under a private
contract to uphold a political party, with her mother's flat as security. We do it several
hundred times a year because we have not read the contract.

The second is about supervision. A student of mine wished in her second year to move from a safe
subject to a better one. It was a matter for her and me, or so I thought. She was told that approval
would take eight months. She stayed with the safe one.

The third is about fairness. Sweden and other countries have stopped taking holders of these awards.
I would not. The students are good and did not write the terms. I would ask universities to tell the
scholarship body that clauses on political conduct and on approval of subjects have no effect
here, to tell students the same in their letter of admission, and to have a small fund to pay the
penalty for the one in fifty who needs to be released.

Dr Katharina Voss
"""


def _body(name: str, email: str) -> tuple[Sender, ...]:
    return (Sender(organisation=name, kind=Witness.Kind.ORGANISATION, email=email),)


DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="trade-union",
        file_name="UTA submission (tracked).docx",
        title="What our casework shows",
        text=TRADE_UNION,
        senders=_body("University Teachers' Association", "policy@example.org"),
        sent_days_ago=18,
    ),
    DemoSubmission(
        key="refuge",
        file_name="Scholars in Refuge for S.docx",
        title="On behalf of a scholar at risk",
        text=REFUGE,
        senders=(
            Sender(
                name="Jonathan Ashby",
                role="Director, on behalf of a scholar at risk",
                organisation="Scholars in Refuge",
                kind=Witness.Kind.PROXY,
                email="j.ashby@example.org",
                safe_ways="Through the charity only. Do not try to find the scholar.",
            ),
        ),
        sent_days_ago=16,
    ),
    DemoSubmission(
        key="diplomat",
        file_name="Note by a former diplomat.pdf",
        title="Reciprocity and its limits",
        text=DIPLOMAT,
        senders=(
            Sender(
                name="Sir Alasdair Penhallow",
                role="Formerly of HM Diplomatic Service",
                email="penhallow@example.org",
            ),
        ),
        sent_days_ago=14,
    ),
    DemoSubmission(
        key="librarian",
        file_name="missing-articles.odt",
        title="What can no longer be found",
        text=LIBRARIAN,
        senders=(
            Sender(
                name="Rosalind Achebe",
                role="East Asian Librarian",
                email="r.achebe@example.org",
            ),
        ),
        sent_days_ago=12,
    ),
    DemoSubmission(
        key="reporters",
        file_name="correspondents.html",
        title="Five observations on the public record",
        text=REPORTERS,
        senders=_body("Society of Education Correspondents", "sec@example.org"),
        channel="email",
        sent_days_ago=6,
    ),
    DemoSubmission(
        key="engineers",
        file_name="AOE-response.docx",
        title="A caution against overstatement",
        text=ENGINEERS,
        senders=_body("Alliance for Open Engineering", "alliance@example.org"),
        outcome="accept",
        sent_days_ago=6,
    ),
    DemoSubmission(
        key="scholarships",
        file_name="scholarship contracts.rtf",
        title="What state scholarship holders sign",
        text=SCHOLARSHIPS,
        senders=(
            Sender(
                name="Dr Katharina Voss",
                role="Senior Lecturer in Education",
                organisation="Newcastle University",
                email="k.voss@example.org",
            ),
        ),
        sent_days_ago=5,
    ),
)
