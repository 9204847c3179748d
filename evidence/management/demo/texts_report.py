"""The longest paper, by an academy, and a short one by lawyers that answers the same questions."""

from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

ACADEMY = """
---
title: How interference becomes ordinary
subtitle: "Evidence of the Northern Academy of Letters and Sciences"
---

# Summary

1. The Academy elects scholars of every discipline. In 2024 its Council asked a working party of
   nine to find out how interference by the Chinese state is met in British higher education. The
   working party held eleven open meetings, at which 340 people spoke or wrote, and read the
   published policies of forty institutions.

2. Our chief conclusion is that the extraordinary cases, which are grave, distract from the ordinary
   ones, which are many. Interference succeeds when it is taken into routine: when it becomes a
   field on a form, a line in a budget, a look between colleagues.

3. We make nine recommendations, of which four need legislation.

# How we worked

4. Meetings were held between March 2024 and February 2025 and were open to anyone with a university
   address. We thank our hosts at the University of Oxford, the University of Cambridge, Imperial
   College London, University College London, King's College London, the London School of Economics,
   the University of Manchester, Sheffield Hallam University, the University of Southampton, the
   University of York and Queen's University Belfast. That a meeting took place somewhere says
   nothing about that institution, and nobody was asked where he or she worked.

5. We took care over safety. Speakers could use a telephone whose number was not shown, written
   contributions could be left in a box, and no list was kept. Two meetings were ended early after
   participants noticed somebody filming.[^film] One was disturbed by a fire alarm, which we put
   down to toast.

6. We also sent for policies. The table shows what forty institutions say in public that they do.

| Does the institution say publicly … | Yes | In part | No |
|----------------------------------------------------------------|----:|----:|----:|
| to whom interference can be reported? | 9 | 12 | 19 |
| that a report can be made in confidence? | 6 | 3 | 31 |
| what share of its income comes from its largest source abroad? | 2 | 11 | 27 |
| that outside appointments must be declared each year? | 23 | 10 | 7 |
| what it will do if a member of staff is threatened abroad? | 1 | 2 | 37 |

: Published policies of forty institutions, December 2024

# From pressure to habit

7. We found it helpful to follow a single act of pressure until nothing more came of it. We give
   three such journeys. Each is put together from several accounts.

## The journey of a telephone call

8. An official rings the mother of a student. The call lasts for six minutes. The mother rings her
   daughter; the daughter tells two friends. One is in the same seminar. In that seminar a third
   student notices that two people have fallen silent, and draws the lesson. The tutor notices
   that the topic goes badly. Next year the tutor takes it off the list of essay questions,
   because "students don't choose it". The year after, the library cancels a periodical that
   nobody has asked for.

9. At no point after the sixth minute did anybody outside the room do anything. One call, which cost
   nothing, has changed what several hundred students will be taught. It is the cheapness of the act
   and the length of the chain that make the policy rational for a state that uses it.

## The journey of a visa

10. A lecturer is refused a visa. She applies for a fellowship to use papers in Taipei in place
    of the archive she had meant to use. The fellowship's panel, which is fair, notes that the
    plan is second best. She does not get it. Her next application is on a subject that can be
    studied from London. It succeeds. In the exercise by which research is assessed her
    department is praised for the vitality of its work on London.

11. Academics often told us that visa denial "worked" only on those who wished to go on going. We
    think that this is mistaken. It works on those who have to be *funded*, which is to say on
    everyone.

## The journey of a gift

12. A donor gives a lecture theatre. No condition is attached. There is a dinner. A year later
    the donor's nephew, who is a charming man, asks the head of development whether a forthcoming
    event is wise. The head of development asks the registrar and the registrar asks the
    organiser, in these words: "I am sure that it is fine, but can you just tell me why now?" The
    organiser cannot think of a reason why now. A participant in our meeting in May said:

> There was no instruction at any stage. I have looked through the e-mails for it as one
> looks for one's glasses. Everyone in the chain was asking a question out of politeness. At
> the end of the chain I had stopped doing something.

# Who bears the cost

13. It is borne unequally, along four lines.

    a. *By contract.* Of 97 participants who told us that they had dropped a piece of work, 71
       were on fixed-term contracts or were students.
    b. *By passport.* People with relatives in China or Hong Kong can be reached in ways in which
       others cannot. They were also the only participants to say that they had been under
       suspicion from their own institution.
    c. *By sex.* Online abuse fell mainly on women. Messages that were read to us were sexual in
       content to a degree that the chairs of our meetings, who are not easily shocked, had not
       foreseen.
    d. *By discipline.* The natural sciences have offices, guidance and money for research
       security. The humanities and social sciences, in which people are threatened by name, have
       hardly any.

14. We ask the Committee to give particular weight to the last point. Nearly all government policy
    since 2019 has protected *things*: inventions, data, materials. We do not dispute its value.
    But of the 340 people whom we heard, eleven spoke of the theft of intellectual property and
    203 of the fear of harassment, for themselves or for their families.

# What universities do well

15. Much is done well, and by people who receive no thanks. We were told of

    - a hall of residence that moves a student within the day if she says she is being watched,
      without asking by whom;
    - a law school that drafted a model letter for replying to legal threats, and gives it to
      anyone;
    - a department that marks all essays by number and burns the key;
    - a vice-chancellor who, being asked by a consul to "reconsider" a speaker, answered by
      taking the chair at the event himself;
    - a finance director who brought to the governing body, unasked, an account of what would
      become of the university if its largest market closed.

16. None of these was required by a regulator. None of them was recorded anywhere either, so that
    the people who might copy them do not know. The first thing that a national body could do, on
    its first day, is to write such things down.

# Why reporting fails

17. We asked those who had not reported an incident for their reasons. They gave, in order: that
    nothing would be done; that those who received the report had an interest in the matter; that
    it would reach the wrong people; that it was not serious enough; and that they did not know
    how. Training addresses only the last, which was given by one in twelve.

18. The second reason deserves thought. In twenty-six of the forty institutions the route by which
    interference is to be reported ends with an officer who is also answerable for recruitment,
    partnerships or philanthropy. No one designed this. China was a matter for the international
    office, and so whatever was about China went there.

19. Confidentiality is the third reason and the most neglected. A report about pressure on relatives
    is, in the wrong hands, the very information that the other side would like to have. Yet
    reports are sent by e-mail, copied to line managers and kept in systems that dozens can open.
    We heard of one that was translated for a partner.

# Recommendations

20. *To universities.*

    i.   Take the receipt of reports away from anyone with responsibility for income.
    ii.  Treat a report as clinical information is treated: few see it, and there is a list of
         who did.
    iii. Pay the cost of security for lawful events from the centre.
    iv.  Write down, each year, what was moved, postponed or dropped, and by whom.

21. *To funders, among them UK Research and Innovation.*

    v.   When a plan has been changed because access was refused, judge the plan that was first
        intended.

22. *To the Government.*

    vi.   Give one body for the whole country the duty to receive reports, to advise, to publish
         figures and to keep a casebook from which names have been taken out.
    vii.  Require disclosure of funding from abroad, with conditions, above £50,000.
    viii. Extend protection against abusive litigation to statements made in the course of research.
    ix.   Tell consulates, in terms, what conduct towards students will lead to a request to
         leave, and then act once.

# A note on language

23. Some participants asked us not to use the word *interference* since it blurs what a state
    does and what its people do. Others asked us not to use the word *community*, since there are
    several. We have tried throughout to name the Chinese government when we mean it. The Academy
    includes Fellows who were born in China. Two of them were of the working party. One resigned
    from it, without giving a reason, after a conversation with her brother. We dedicate this
    paper to her.

[^film]: In both cases the person left when asked. We did not try to discover who it was. In one
    case a Fellow followed him to the station out of curiosity; we have told her not to do that
    again.
"""

LAWYERS = """
# Regulation: one duty, one door, one number

*Submission by the Forum on University Law*

**Summary.** The law already forbids most of what the Committee is concerned with. What is
lacking is a duty to act, a place to go, and a figure by which Parliament can tell whether either
works.

**The present law.** In England the regulator has conditions on governance and on freedom of speech.
Charity law obliges trustees to manage risk. The National Security Act creates offences of foreign
interference. Employment law protects whistleblowers; equality law protects students. Each has
its own test, its own body and its own time limit. We have drawn up a table of who may complain
of what to whom: it has thirty-four cells, and a student from Hong Kong in her third year at a
Scottish university has a remedy in two.

**One duty.** Governing bodies should be under a duty to take reasonable steps to prevent
interference, by or for a foreign state, with the lawful teaching, study, research and speech of
their members. We propose the word *prevent*, on the model of the law on harassment of employees.

**One door.** A complaint under the duty should go to one body for the whole country, by
agreement with the devolved governments, and should be capable of being made anonymously.

**One number.** The body should publish each year how many complaints it received, how many it
upheld and how long it took. The Office for Students publishes such figures for other complaints.

**Against new offences.** We advise against more criminal law. Prosecutors cannot reach those who
give the orders, and juries are slow to convict students who took a photograph.
"""

DEMO_SUBMISSIONS = (
    DemoSubmission(
        key="academy",
        file_name="NALS_evidence_final.docx",
        title="How interference becomes ordinary",
        text=ACADEMY,
        senders=(
            Sender(
                organisation="Northern Academy of Letters and Sciences",
                kind=Witness.Kind.ORGANISATION,
                email="academy@example.org",
            ),
        ),
        sent_days_ago=19,
    ),
    DemoSubmission(
        key="lawyers",
        file_name="Forum on University Law.docx",
        title="Regulation: one duty, one door, one number",
        text=LAWYERS,
        senders=(
            Sender(
                organisation="Forum on University Law",
                kind=Witness.Kind.ORGANISATION,
                email="forum@example.org",
            ),
        ),
        outcome="wait",
        sent_days_ago=2,
    ),
)
