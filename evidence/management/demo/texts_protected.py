"""Evidence of those who ask that their names be withheld or that nothing be published.

None of these texts holds its sender's name.
"""

from evidence.lifecycle import Disclosure
from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender

NETWORK_EVENT = """
# One evening, and what came of it

I am a doctoral student at a university in London. I come from a city in the south of China. I
should like my name and my department not to be published, and I have left out dates.

A reading group that I belong to held a seminar on the protests with blank sheets of paper. About
twenty people came. We had moved it from a room on campus to a café, since the room was on a
calendar that anyone could see. A man whom none of us knew bought a tea and did not drink it. He
photographed the table. When a friend asked him to stop he said in Mandarin, "You all have
mothers."

Nine days later an officer of the local police at home asked my parents to come and talk. They
were shown the photograph. My father is a schoolteacher and has two years until his pension. They
were not threatened. They were asked to give me advice.

My parents advised me. I have not been to the reading group since then. I do not blame them, and I
want this to be understood: my father cried on the telephone because he was ashamed to ask.

I told my supervisor. She did everything right. She closed the door, asked what I wanted and wrote
nothing down until I had said that she might. She then rang the university's service for reports and
was told that, because the event was held off campus and the contact took place abroad, there was no
incident which could be recorded.

There are three things I should like the Committee to know.

1. The photograph was enough. It is said that surveillance needs great resources. It needs one man
   and a cup of tea.
2. I no longer speak in class on certain days, namely when a certain student attends. I have no
   evidence against her. She may be silent on the same days on account of me.
3. I changed a chapter of my thesis. The examiners will find it rather dull, and they will be right.
"""

OFFICE_MANAGER = """
## Evidence from a member of professional staff

I manage a team in the international office of a university in the north of England. I am not an
academic and there is no academic freedom for people like me. I have a mortgage.

I want to describe how a decision is made, as I have been in the room.

Our target for recruitment is set in May. It is divided by country. Mine has been the same
country for nine years. If I miss it by a tenth, posts go: not mine but those of the young people
in my team. In the week when offers are accepted, everybody in the building watches one number.

In that week, in a recent year, I had a call from an agent in Shanghai through whom some four
hundred of our students come. He is a decent man. He said that he had been "asked by friends"
whether a research group of ours would be going ahead with a report. He said that he only wished
to help. He said that parents were asking.

I wrote an e-mail of four lines to a senior colleague, passing this on. I chose my words so that
they asked for nothing. I was thanked. The report was "paused for a review of quality". I have no
idea whether my e-mail was the reason; no one would be foolish enough to tell me. I kept a copy.

Nobody in this account acted in bad faith. The agent had a wife in Shanghai. My colleague had a
budget. I had a team. The author of the report had, I am told, a breakdown.

What would have helped me:

- a rule that such calls *must* be reported, so that my report would not have been a favour to
  anyone;
- a person to report to who was not paid from fee income;
- a target which was not divided by country.
"""

BRANCH_LECTURER = """
# Teaching where the walls listen

I teach on a branch campus of a British university in China. I must go back there in September.

**The classroom.** There is a camera at the front and one at the back. They were put in for quality
assurance. In every class there is a student who collects feedback, called an information
officer. He or she is generally the nicest in the class, and once, when I had said something
clumsy about a famine, stayed behind to tell me that it had not been noted.

**The reading list.** I submit it in May and receive it in August. I have stopped keeping both.

**The link to home.** My line manager is in England. When I said that a module could no longer be
taught honestly, he asked whether it could be taught *safely*, and proposed that I record it in
England and that students watch it in a form approved by the partner. The degree certificate that
they receive does not mention this. It says that the award is identical.

**The contract.** My contract is under English law. The last page says that I shall respect local
law and custom. The extraterritorial reach of that law was explained to us in a slide with a
picture of a handshake on it.

I do not want the campus closed. My students are the best that I have ever taught. They write things
in essays, in English, that would make you proud, and they hand them in on paper.

I ask that the quality agency inspect what is taught on overseas campuses with the same
questions as at home, that it talk to staff when they are *outside* the country, and that
certificates say where a degree was taught.
"""

HK_STUDENT = """
I am twenty. I came from Hong Kong with my mum when I was fifteen and I am now a student at a
university in Scotland.

In first year I was on the committee of a society. After our stall was knocked over we put a
photo of it on line and somebody put my face on another page with my halls, my course and the
name of the shop where I work. Under it people voted on what should happen to me. I had 212
messages. I showed them to the warden, the police and the shop. The shop was best. They changed
my shifts so that I never closed up by myself.

Then my grandmother, who is eighty and lives in Sha Tin, was visited. They asked her if she knew
what I was doing with my life. She told them I was always a good eater.

I am not on the committee any more. Nor do I go to the Chinese supermarket or sit with my back to a
door. I have counted: it is eleven things that I do not do. I still do my course and I am doing well
at it.

What I would like is for a grown-up to be in charge of this. When I reported the harassment I was
given a leaflet about wellbeing and breathing. I can breathe. I would like someone to find out
who made the page, and to tell me even if nothing can be done.
"""

DOCTORAL = """
# In confidence

I ask that no part of this be published. The reasons are on the form.

I am of the Uyghur people and hold a doctorate from a British university. I have lived in this
country for some years. I shall not say which city I am from, since only nine of us from there study
in Europe.

In the second year of my studies my sister was taken to what was called a school. In the third
year I was sent, by a person who used her account, a recording of her voice, in which she said
that she was well and asked what my research was about, in words she does not use. Afterwards a
man wrote from the same account. He knew the title of my thesis. He knew it in the form that it
had on the upgrade report, which had been seen by five people.

He proposed that I send, each month, a page about the meetings of our community here: who came, who
spoke, who was new. In return I might have a call with my sister. I kept him waiting for ten
weeks. I then sent one page with only what had been on a public poster. I had a call of four
minutes. She could not see me. I sent nothing more, and there has been nothing more.

I have told this to one person until today. I do not know if I am one of the people whom the inquiry
is about or one of the informants. I think that the Committee should hear from someone who does not
know.

As for what can be done:

1. Find out how the title of a thesis leaves a university. I have some ideas and can explain them.
2. Give people in my position a way to confess to a small thing before it becomes a great one. At
   present there is only the police, and the question of one's visa.
3. Do not tell us to be brave. We are tired, and our family members pay for it.
"""

REPORTER_SCHOLAR = """
## To be read by the Committee only

My scholarship was paid by a state body. A condition of which nobody outside is told is the monthly
form. It comes as a link. Most of it concerns one's health and marks. The last question reads:
*Have you noticed anything in the thought of fellow students that we could help with?* There is a
box.

For two years I wrote "nothing". In the third I was telephoned by the secretary of the student
association, who is also a postgraduate, and told kindly that nobody notices nothing. I was asked
about a particular girl in my laboratory, who had cried at the news of a death. I wrote that she was
homesick. I believe that this did no harm. I cannot be sure, for she did not come back after the
summer.

I describe the form since I believe that no university here has seen one. I have kept nineteen of
them as pictures and would show them to the Chair if it could be done without my leaving a trace
of coming.

I should say that the officials who look after us are not cruel. One of them drove for three
hours to sit with a student who was ill. It is the same man who reads the boxes.

If I am identified I must pay back a sum that is eleven years of my mother's salary, and I shall
not be the one who is asked for it.
"""

UNDISCLOSED = """
I am a senior technician in a department of engineering. I have signed the Official Secrets Act
in an earlier post. I ask for confidentiality as the department has only three of us.

A professor for whom I work holds, so I believe, a second chair under a talent programme. I
believe so because (a) equipment bought on our grant was described on a customs form, which I was
asked to sign, as returned to its owner, at an address that is a laboratory with his name on the
door; (b) I saw the door, in a photograph on his telephone that he showed me himself, being proud
of it; and (c) he has asked for the same calibration data twice, under two names of project.

I reported it to the head of department, who said that the professor was an adult. I reported it
on the whistle-blowing form, which asks for one's name and sends a copy to the head of
department. I was then asked, in writing, whether I was happy in my work.

I do not say that secrets are lost. It is a detector for medical use; the military use is not
obvious to me and may not exist. I do say that export control forms are being signed by people like
me, who do not know what they mean, at the request of people who tell us they are routine. I have
signed thirty or so. I have now stopped, and nothing has been said about that. It worries me more.
"""


def _asks(
    name: str, disclosure: Disclosure, *, role: str = "", safe_ways: str = ""
) -> tuple[Sender, ...]:
    """One sender who asks for protection, with an address that is not made of the name."""
    return (
        Sender(
            name=name,
            role=role,
            email=f"witness.{len(name)}{len(role)}@example.org",
            safe_ways=safe_ways,
            disclosure=disclosure,
        ),
    )


DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="reading-group",
        file_name="evidence1.docx",
        title="One evening, and what came of it",
        text=NETWORK_EVENT,
        senders=_asks(
            "Shen Yulan",
            Disclosure.NAME_WITHHELD,
            role="Doctoral student",
            safe_ways="E-mail only, on weekdays, with nothing about the inquiry in the subject.",
        ),
        reasons="The police at home have already spoken to my parents. My father would lose his "
        "pension if it were known that I wrote this.",
        sent_days_ago=13,
    ),
    DemoSubmission(
        key="office-manager",
        file_name="statement.odt",
        title="How a decision is made",
        text=OFFICE_MANAGER,
        senders=_asks(
            "Denise Rowbotham", Disclosure.NAME_WITHHELD, role="Manager in an international office"
        ),
        reasons="I would be dismissed, or my team would. What I describe could be traced to me by "
        "four or five people who know of the call.",
        sent_days_ago=11,
    ),
    DemoSubmission(
        key="branch-lecturer",
        file_name="Document1.docx",
        title="Teaching on a branch campus",
        text=BRANCH_LECTURER,
        senders=_asks(
            "Dr Philip Garrod",
            Disclosure.NAME_WITHHELD,
            role="Lecturer",
            safe_ways="Only by the private address given, and not between September and June.",
        ),
        reasons="I have to go back. What I say about the classroom may be an offence there, and my "
        "students could be asked about me.",
        sent_days_ago=9,
    ),
    DemoSubmission(
        key="hk-student",
        file_name="mystory.txt",
        title="Eleven things",
        text=HK_STUDENT,
        senders=_asks("Kwok Hiu Tung", Disclosure.NAME_WITHHELD, role="Student"),
        reasons="My address was put on line once already. My grandmother lives in Hong Kong.",
        sent_days_ago=4,
    ),
    DemoSubmission(
        key="doctoral",
        file_name="untitled.docx",
        title="In confidence: a doctoral student",
        text=DOCTORAL,
        senders=_asks(
            "Dilnur Yasin",
            Disclosure.CONFIDENTIAL,
            safe_ways="Through the solicitor whose number I gave to the clerk by telephone.",
        ),
        reasons="My sister is held. A summary would show those who hold her who I am, since "
        "they know which questions they asked me.",
        sent_days_ago=10,
    ),
    DemoSubmission(
        key="monthly-form",
        file_name="New Document.rtf",
        title="In confidence: the monthly form",
        text=REPORTER_SCHOLAR,
        senders=_asks("Gao Wenbo", Disclosure.CONFIDENTIAL, role="Postgraduate student"),
        reasons="My parents are the guarantors of my scholarship. Nobody else has described this "
        "form, so whoever reads about it would know where to look.",
        sent_days_ago=8,
    ),
    DemoSubmission(
        key="technician",
        file_name="for the committee.pdf",
        title="In confidence: a second chair",
        text=UNDISCLOSED,
        senders=_asks("Keith Ollerenshaw", Disclosure.CONFIDENTIAL, role="Senior technician"),
        reasons="There are three technicians in the department. It names nobody, but my employer "
        "would recognise the case at once.",
        sent_days_ago=6,
    ),
)
