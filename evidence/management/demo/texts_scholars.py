"""Evidence of people who teach and do research."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender

OKAFOR = """
# Dual-use research: what the laboratory sees

Written evidence from an engineer. I hold a chair in the University of Sheffield's tradition of
metals research and have worked with Chinese groups since 1998. About a third of my published
papers have a co-author in China. I regret very few of them.

## The question is seldom the paper

Public argument about research security imagines a secret formula carried away on a memory stick.
In twenty-seven years I have not seen one. What moves is *tacit* skill: how to keep a powder dry,
why the third heat treatment matters, which of the published settings is wrong. It moves because a
visitor stands beside a furnace for eleven months. No contract about intellectual property touches
it and no export control classification was written with it in mind.

## Three cases

The details are altered so that nobody can be identified. None concerns my own institution.

**The coating.** A group had a grant to improve turbine coatings for power stations. A sponsor
offered to double the money if the tests could be run at a temperature that no power station
reaches. The principal investigator noticed, asked, and was told that the sponsor "likes a margin".
The sponsor's parent company makes engines for military aircraft. The group declined. It then lost
the original half as well, and two research associates lost their posts.

**The visitor.** A doctoral visitor gave as his home institution a university of which nobody had
heard. It turned out to be the civilian name of a school under the armed forces. He was an able and
pleasant young man and I do not believe that he had been told to deceive anybody; the form had a box
for a name and he wrote the name on his card.

**The simulation.** Open-source software for crack growth, written over ten years with public money,
was found to have acquired a large and generous contributor. The contributions were good. They were
all in one direction: thin shells under very fast loading. It took eighteen months for someone to
ask who needs that.

## What would help

1. **An answer within ten working days.** When I ask the authorities whether a partner raises a
   concern I wait, on average, for fourteen weeks. Honest partners are lost in that time and the
   other kind are patient.
2. **A named person in every faculty** who has worked in a laboratory and can tell a coating for a
   boiler from a coating for a missile. Compliance staff trained in contract law cannot.
3. **Money to say no.** The coating group did the right thing and paid for it. A small fund under UK
   Research and Innovation to carry a group for one year after it gives up a tainted contract would
   change more behaviour than any number of training modules.
4. **Clarity about people.** Please say in terms that a student's nationality is not a risk
   indicator. Where the guidance is silent, frightened departments will make it one, and some have.

I would be glad to give oral evidence.
"""

HADDAD = """
# Legal threats before publication

My name is Farah Haddad (فرح حداد). I am a Senior Lecturer in media law at SOAS University of London
and I advise authors, without charge, who receive legal letters about scholarship. Over eight years
I have read fifty-three such letters. Nineteen concerned work on China. I describe the nineteen.

**Who writes.** In fourteen cases a British firm of solicitors, for a company or a businessman. In
three, a firm abroad. In two, an association of alumni. In none was the client a state. I can prove
no instruction by any government and do not suggest one. I observe that five of the businessmen hold
positions in bodies for united front work, and say so on their own web pages.

**What is asked.** Seldom damages. The letters ask for the deletion of a paragraph, for the names of
interviewees, or for "pre-publication sight". Seven were addressed not to the author but to the
vice-chancellor or the head of the press. This is the effective address.

**What happens.**

| Outcome | Cases |
|-------------------------------------------------|------:|
| Published unchanged | 6 |
| Published with passages removed | 7 |
| Withdrawn by the author | 4 |
| Contract ended by the publisher | 2 |
| Proceedings issued | 0 |

: Nineteen letters concerning scholarship on China, 2017 to 2025

No claim has ever been issued. The threat of defamation is enough, because the cost of a defence to
the first hearing is about the annual salary of a professor, and because a university's insurers
have a say in what it defends. The public interest defence and the statutory privilege for
peer-reviewed work are good law. They are of no use to somebody who cannot afford to arrive at the
point where they are heard.

**Three remedies**

i.  The protection against abusive claims that Parliament has given for economic crime should cover
    statements made in the course of research.
ii. Universities should undertake, in contracts of employment, to indemnify staff for work which was
    approved by their own ethics procedures. Two do. I know of no claim that either has paid.
iii. A letter that asks for the identity of a person promised anonymity should be treated by the
     university as an attempt at interference, recorded and reported. Today it is passed to the
     author with a request to "resolve" it.

I ask the Committee to note that three of my nineteen authors were doctoral students. They received
their letters at home. One of them opened hers on the morning of her viva.
"""

PRYDDERCH = """
# Tystiolaeth ysgrifenedig: archifau, mynediad a hunansensoriaeth

Dr Tŵm Prydderch, Prifysgol Aberystwyth

## Crynodeb

Hanesydd wyf i sy'n astudio cenhadon o Gymru yn Tsieina rhwng 1860 ac 1950. Yr wyf wedi gweithio
mewn archifau yn Wuhan, Tianjin a Shanghai er 2004. Mae'r dystiolaeth hon yn disgrifio sut y caeodd
y drysau hynny, fesul un, a'r hyn a wnaeth fy myfyrwyr wedyn. Dŷn ni ddim yn sôn yma am gyfrinachau
gwladol: llythyrau gweinidogion Methodistaidd am ysgolion a thŷ cwrdd yw'r rhain.

## Evidence

I give the rest in English for the convenience of the Committee, and would be content to be
questioned in either language.

My subject ought to be the least sensitive in the world. Until 2012 I could order any file in the
municipal catalogue and had it within the hour. In 2013 the catalogue was "under revision for
digitisation". By 2016 whole classes had gone from it: foreign property, church schools, anything
on the famine relief of 1920. In 2018 I was told that archive access needed a letter from a host,
and the host told me that letters were no longer written. I last applied for a visa for fieldwork
in 2023 and have had no reply of any kind.

I have three points.

1. *The loss is not noisy.* Nobody was expelled. There is no event to protest at. A field has been
   narrowed by forms. The historians at Cardiff University and Swansea University with whom I share
   a research seminar report the same of their own, quite different, topics.

2. *Students learn from what we do.* Of the six doctoral students I have supervised since 2015, the
   first two worked in China, the next two in Taiwan, the last two on printed sources in London. All
   six chose freely. All six chose by looking at what had happened to the person before them.

3. *There are things we could do here.* The papers of missionary and trading bodies lie in British
   record offices, much of them uncatalogued. A national programme to catalogue and film them would
   cost less than a single research centre. It would give historians of modern China a base that no
   foreign office can close. It would be of use to scholars from China too, several of whom have
   asked me, in the corridor and not in writing, when it will begin.

Diolch i'r Pwyllgor am y cyfle i roi tystiolaeth.
"""

WHITCOMBE = """
Professor Emeritus A. J. Whitcombe

Sent by post

To the Clerk of the Foreign Affairs Committee

I am eighty-four and write on a typewriter, for which I apologise.

I taught Chinese history for thirty-six years and retired before any of the present troubles began.
I write because I have read that self-censorship among my successors is new. It is not.

In 1974 I was advised by a kind and distinguished man not to publish an essay on the famine until I
had been back to Peking, since if I published I should not go back. I waited. I went back. I
published in 1981, by which time others had said it better. I lost nothing by this but the thing
that I had to say. I have thought about that visa, on and off, for half a century.

What has changed is not that scholars trim. It is who pays for it. In my day a man trimmed for the
sake of his own journeys. The university neither knew nor cared, having no money at stake. Today, as
my former pupils tell me, the journeys matter less and the fees matter more, and so the trimming is
asked for by people who have never read a line of Chinese on behalf of students who were never
consulted about it.

I should like the Committee to consider one remedy that costs nothing. Let each university publish,
once a year, on a single sheet of paper, what part of its tuition fees comes from each country, and
what it would do if that part were gone by the following October. I served on the council of a
college for nine years and we never once asked. A governing body that has written down the answer
is a good deal harder to frighten.

I make no complaint against anyone living.

A. J. Whitcombe
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="okafor",
        file_name="dual-use-research-okafor.docx",
        title="Dual-use research: what the laboratory sees",
        text=OKAFOR,
        senders=(
            Sender(
                name="Professor Daniel Okafor",
                role="Professor of Metallurgy",
                organisation="University of Sheffield",
                email="d.okafor@example.org",
            ),
        ),
        sent_days_ago=21,
    ),
    DemoSubmission(
        key="haddad",
        file_name="Haddad - legal threats.docx",
        title="Legal threats before publication",
        text=HADDAD,
        senders=(
            Sender(
                name="Farah Haddad (فرح حداد)",
                role="Senior Lecturer in Media Law",
                organisation="SOAS University of London",
                email="farah.haddad@example.org",
            ),
        ),
        sent_days_ago=17,
    ),
    DemoSubmission(
        key="prydderch",
        file_name="Tystiolaeth Tŵm Prydderch.odt",
        title="Archifau a mynediad: archives and access",
        text=PRYDDERCH,
        senders=(
            Sender(
                name="Dr Tŵm Prydderch",
                role="Uwch Ddarlithydd mewn Hanes",
                organisation="Aberystwyth University",
                email="twm.prydderch@example.org",
                address="Tŷ Gwyn, Ffordd y Môr, Aberystwyth",
            ),
        ),
        sent_days_ago=14,
    ),
    DemoSubmission(
        key="whitcombe",
        file_name="letter-scanned.pdf",
        title="A letter on self-censorship, then and now",
        text=WHITCOMBE,
        senders=(Sender(name="Professor A. J. Whitcombe", role="Emeritus Professor of History"),),
        channel="post",
        sent_days_ago=12,
    ),
)
