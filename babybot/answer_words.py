"""The words by which parents answer: yes, no, not sure, numbers. How they are read is left to `answers.py`.

They stand in the code and not in the knowledge, so that no edit of it can lose a "yes".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babybot.text import tokens


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Phrases parted by commas, longest first."""
    found = [tuple(token.word for token in tokens(phrase)) for phrase in text.split(",")]
    return tuple(sorted(set(found), key=lambda phrase: (-len(phrase), phrase)))


def found_at(words: Sequence[str], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many words the longest phrase found at a place has; 0 for none."""
    return next((len(phrase) for phrase in phrases if tuple(words[at : at + len(phrase)]) == phrase), 0)


YES: Final = _phrases(
    "yes, yeah, yea, yep, yup, yip, ye, yh, yus, yas, yess, ya, aye, y, uh huh, mhm, mm hm, mmhm, indeed, "
    "affirmative, haan, si, oui, ja, ok yes"
)
HEDGED: Final = _phrases(
    "a bit, a little, a wee bit, a tiny bit, a little bit, bit of, sometimes, some times, somtimes, occasionally, "
    "now and then, now and again, on and off, once, once or twice, twice, a few, a few times, a few of them, few of "
    "them, a couple, a couple of them, maybe, mebbe, mabye, possibly, perhaps, might have, might be, could be, could "
    "have been, i think so, think so, i guess, i guess so, i suppose, suppose so, kind of, kinda, sort of, sorta, "
    "slightly, somewhat, one of them, one of those, one of these, one or two, some of them, some of those, some of "
    "these, two of them, two of those, most of them, i have, i did, i do, i have seen, i've seen, we've seen, we "
    "have, we did, he does, she does, he did, she did, he has, she has, they do, they did, it does, it did, it has, "
    "i am afraid so, afraid so, i fear so, more or less, that one, this one, those, these, sadly, unfortunately, of "
    "course, every time, all the time, always, often, usually, a lot, quite a bit, there is one, there was one, at "
    "times, from time to time, rarely, hardly ever, barely, correct, definitely, absolutely, probably, any of them, "
    "one, half, half of them, half of those, half the list, most, most of the list, the middle one, the middle ones, "
    "middle one, middle ones"
)
"""Answers that stand for a yes only where nothing but a condition follows: "sometimes when he is cold", but not
"maybe it is wind"."""
NO: Final = _phrases(
    "i said no, said no, already said no, told you no, noo, "
    "not that i can think of, not that i can remember, not that i remember, "
    "no, nope, nah, naw, nay, nae, na, non, nein, nada, never, none, none of them, none of those, none of these, "
    "none of that, none of it, not any, not any of them, not any of those, not one, not a one, not one of them, "
    "nothing, nothing like that, nothing of the sort, not really, not at all, not that i have seen, not "
    "that i saw, not that i know, not that i know of, not that i have noticed, not that i noticed, not that i can "
    "see, not seen any, not seen any of them, have not seen any, have not seen any of them, have not seen any of "
    "those, have not, has not, did not, does not, do not, is not, was not, he does not, she does not, he has not, "
    "she has not, i have not, i do not think so, do not think so, not to my knowledge, neither, no thank god, no "
    "thankfully, thankfully not, thank god no, luckily no, luckily not, not so far, not yet, not that i've seen, not "
    "that i've noticed, not that we've seen, i've not, we've not, n, no signs, no sign, no sign of them, no sign of "
    "any, no to all, no to everything, no to them all, all no, doubt it, i doubt it, i think not, no way, god no, do "
    "not believe so, all clear, nowt, zero, 0, none apply, none applies"
)
NONE_OF: Final = _phrases(
    "none of them, none of those, none of these, none of that, not any of them, not any of those, none apply"
)
UNDERSTOOD: Final = _phrases(
    "i understand, i understood, i read, i read it, i read them, i read that, i have read it, i have read them, i have "
    "read that, i read the list, i have read the list, i see, i know, i know that, i get it, i will, i will do, "
    "understood, got it, got that, will do, do that, i can do that, i heard you"
)
"""What makes the "yes" before it no answer: "ok yes i understand"."""
UNSURE: Final = _phrases(
    "not sure, unsure, not certain, not too sure, not really sure, not 100 sure, not entirely sure, do not know, i "
    "do not know, dunno, dont no, idk, i dno, dno, no idea, no clue, not a clue, have not a clue, hard to say, hard "
    "to tell, hard to know, hard to see, difficult to say, difficult to tell, difficult to know, can not tell, could "
    "not tell, can not say, could not say, can not be sure, could not be sure, could not see, can not see, did not "
    "see, did not notice, did not look, could not really see, it was dark, too dark, was dark, who knows, i was "
    "asleep, half asleep, never noticed, never looked, not noticed, have not noticed, have not looked, have not "
    "checked, did not check, have not been able to tell, can not remember, do not remember, not looked, i would not "
    "know, would not know, unclear, no way of knowing, i forget, impossible to say, impossible to tell, do not "
    "have a clue, no way to tell, no way to know, no one has seen it, no one saw"
)
LEADS: Final = frozenset(
    (
        "i am mean meant we he she they ok okay oh um uh er erm em ah well so hi hello sorry hang on wait actually "
        "right hmm eh aw and but like just honestly the to be honest tbh i think id say would say mm god now that you "
        "mention it come think of look listen thanks ta thank you oops ooh again my our baby"
    ).split()
)
"""Words that may stand before an answer."""
TAILS: Final = frozenset(
    "thanks ta thank you x xx lol really actually i think so far though tho love sorry mate please pls he she they "
    "it is was does did has have do had fine ok okay grand good that those them these of one ones to all any but "
    "only just very well with me as know noticed seen saw"
    " sometimes maybe but i would say guess suppose for sure afraid on in"
    " the a at and honest be honestly baby babys my our his her there already".split()
)
"""Words that say nothing further after an answer."""
CONDITIONS: Final = frozenset(
    "when if but only though in at after before while during as just since last yesterday today tonight".split()
)
WELL: Final = frozenset("fine ok okay grand good well".split())
ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4,
    "4th": 4, "fifth": 5, "5th": 5, "sixth": 6,
    "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
}  # fmt: skip
CARDINALS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
PICKING: Final = frozenset(
    "the and or to number numbers no nr num option item point sign signs answer one ones thing bit part is it its a "
    "also maybe probably possibly yes yeah yep ye aye i think have seen see saw noticed he she they does do did has "
    "had that this these those both on list from of your my them just only please pls actually ok so well sometimes "
    "really definitely certainly mainly mostly think looks like would say about plus with as too tho though"
    " but sorry oh um er hang wait meant mean top bottom uh first second last all above"
    " everything every any hmm is was been in on at then pick choose picked her his are were"
    " my baby son daughter we said either omg def defo prob probs kinda slightly id nothing".split()
)
"""Words that may stand around the numbers of a pick."""
BESIDE: Final = frozenset(
    "to and the for is its it was has had number item on of a only just so ok okay i think say said answer answers "
    "rest other others else everything all them those these ones if anything or above most happened happens".split()
)
"""Words that may stand between the answers to several items: "no to 1, yes to 3", "3 yes, the rest no"."""
WHOLE_REST: Final = frozenset("rest other others else everything all anything".split())
"""Words by which an answer covers what is not named."""
MAYBE: Final = frozenset("maybe mebbe mabye perhaps probably possibly think".split())
"""Words by which a question picks: "number 3 maybe?"."""
AROUND: Final = frozenset("number option item the one ones and or it its i".split())
"""Words that may stand beside these."""
UNITS: Final = frozenset(
    "second seconds sec secs minute minutes min mins hour hours day days week weeks wk wks month months mo year "
    "years times time night nights am pm degrees c f"
    " ml oz o x".split()
)
ALL: Final = _phrases(
    "all of them, all of those, all of these, all of the above, all, them all, every one, everyone, everything, the "
    "lot, whole lot, each of them, the whole list, everything on the list, everything on there, everything above, all "
    "on the list"
)
FINE: Final = _phrases(
    "fine, good, normal, ok, all fine, all good, all ok, all normal, all is fine, all is well, everything fine, "
    "everything is fine, everything good, everything is good, everything ok, everything normal, everything is normal, "
    "everything no, everything is ok, he is fine, she is fine, well, all well, nothing"
)
"""Words that stand for a "no" before what they leave out: "fine except 2"."""
BOTH: Final = _phrases("the first two, first two, both first, top two, first 2, the first couple")
LAST_TWO: Final = _phrases("the last two, last two, bottom two, last 2, the last couple")
EXCEPT: Final = frozenset("except excepting apart aside bar besides but other".split())
"""Words that take something out of a "none" or an "all"; `EXCEPT_JOINS` may follow them."""
EXCEPT_JOINS: Final = frozenset("from than for".split())
EITHER: Final = ("yes", "or", "no")
"""Asks for an answer instead of giving one."""
ASKING: Final = frozenset("what how explain mean means do does you by me tell more can".split())
"""Words that may stand around the number of an item that is asked about."""
QUESTION: Final = frozenset(
    "what how why when where which who does do is are can could should would will if did".split()
)
