"""Neutral text without end: the chronicle of a town where nothing happens that is ever asked about.

Every sentence is made of a form and words for its gaps, all written for this project. A form has from some
ten thousand to some millions of sentences, so that one seldom comes twice in a prompt of any length.
"""

from __future__ import annotations

import functools
import random
from typing import Final, NamedTuple, Protocol

from llmbench_inspect.suites.longcontext.tokens import quick_estimate
from llmbench_inspect.suites.longcontext.word_list import phrases


class Sentence(NamedTuple):
    """A piece of text that is not taken apart."""

    text: str
    tokens: int
    """By tiktoken."""


class Source(Protocol):
    """Where the text comes from that surrounds what is asked about."""

    @property
    def most(self) -> int | None:
        """How many tokens it has, by tiktoken; `None` for as many as one likes."""
        ...

    def sentences(self, tokens: int, chance: random.Random) -> list[Sentence]:
        """Take sentences in their order.

        Args:
            tokens: They have no more than these together, and at most a sentence less.
            chance: Chooses them, or where they begin.
        """
        ...


_WORDS: Final = {
    "who": phrases(
        """
        the miller, the harbour clerk, the old schoolmaster, the baker, the ferry pilot, the
        apothecary, the widow from the corner house, the new postman, the bell ringer, the
        clockmaker, the choir leader, the younger gardener, the night watchman, the innkeeper, the
        bookbinder, the cooper, the tailor, the surveyor, the mayor, the librarian, the roof mender,
        the fishmonger, the shepherd, the carpenter, the judge, the chimney sweep, the beekeeper,
        the painter from the mill, the doctor, the stonemason, a traveller with a grey hat, a cousin
        of the baker, the inspector of weights, the ropemaker, the glazier, the lamplighter, a
        retired captain, the washerwoman, the saddler, the dancing teacher
        """
    ),
    "name": phrases(
        """
        Aldren, Berit, Calla, Dorrin, Edda, Fenwick, Gisla, Harrow, Idony, Jorun, Kester, Lisbet,
        Marten, Nella, Osric, Petra, Quill, Rosamund, Sefton, Tilda, Ulric, Verena, Wystan, Yrsa,
        Ambrose, Bettina, Corwin, Delphine, Emeric, Florian, Greta, Hollis, Ingram, Jessamy, Konrad,
        Lavinia, Merrick, Norah
        """
    ),
    "place": phrases(
        """
        the lower mill, the north bridge, the market hall, the salt store, the chapel yard, the
        brick works, the upper lock, the tannery, the railway shed, the town archive, the fish quay,
        the orchard wall, the old toll house, the dyers' lane, the pump room, the school garden, the
        east gate, the ropewalk, the customs house, the paper mill, the cattle market, the boat
        yard, the reading room, the ice cellar, the weaving school, the lime kiln, the poor house,
        the signal tower, the barley field, the foundry
        """
    ),
    "town": phrases(
        """
        Larkhollow, Saltmere, Oxbarrow, Thornwick, Vellingham, Brackenford, Dunmarsh, Eastermoor,
        Fallowby, Greywater, Hathersea, Inglebeck, Kestleton, Lowmoor, Marshgate, Netherby,
        Ottersford, Pennick, Quarley, Rushden Cross, Stonehythe, Tarnside, Underhill, Wickham Sands,
        Yarrowdale, Coldbrook
        """
    ),
    "thing": phrases(
        """
        a crate of pears, three rolls of canvas, an iron kettle, a box of candles, two ladders, a
        sack of oats, a chest of linen, a barrel of tar, an oak table, a bundle of letters, a brass
        lamp, a coil of rope, a basket of eels, four panes of glass, a cart of gravel, a bag of
        nails, a pair of oars, a clock case, a stack of ledgers, a wheel of cheese, a keg of cider,
        a roll of maps, a spare anchor, a music stand, a load of turf, a tin of varnish, six
        blankets, a jar of honey, a carved chair, a hay rake
        """
    ),
    "goods": phrases(
        """
        wool, barley, copper wire, slate, dried fish, roof tiles, apples, coal, paper, soap, timber,
        flax, salt, butter, cement, hops, leather, glass beads, turnips, lamp oil, bricks, cork,
        seed potatoes, chalk, pottery, linseed, tin plate, beeswax, oysters, straw hats
        """
    ),
    "day": phrases(
        """
        Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, market day, the first day of
        the month, the last day of the fair, the day after the flood, the eve of the regatta
        """
    ),
    "month": phrases(
        """
        January, February, March, April, May, June, July, August, September, October, November,
        December
        """
    ),
    "when": phrases(
        """
        before breakfast, after the noon bell, late in the evening, at first light, during the long
        rain, while the tide was out, in the second week of term, once the snow had gone, just
        before the fair, between two trains, on a windless afternoon, at the end of the shift, when
        the lamps were lit, after the council had met, while the others were at supper, in the worst
        of the heat
        """
    ),
    "count": phrases(
        """
        two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, fourteen, fifteen,
        sixteen, eighteen, twenty, thirty, forty, 13, 17, 19, 21, 22, 24, 26, 28, 32, 36, 45, 48,
        52, 60, 75, 80, 96, 120
        """
    ),
    "manner": phrases(
        """
        without hurry, with great care, to nobody's surprise, for the second time, under protest, in
        good spirits, almost by accident, with borrowed tools, as usual, against all advice, in
        silence, with a limp, by the light of a lantern, on foot, in the wrong order, at half the
        usual price, with the help of two apprentices, much to the annoyance of the council, in a
        single morning
        """
    ),
    "look": phrases(
        """
        pale, crooked, freshly painted, heavier than expected, damp, a little too short, well kept,
        half empty, covered in dust, warm to the touch, surprisingly cheap, worn at the edges, as
        good as new, locked, longer than the plan had shown, out of order, smaller than last year,
        bent, quiet, full of sand
        """
    ),
    "did": phrases(
        """
        counted, repaired, sold, measured, painted, hid, cleaned, weighed, lent out, carried home,
        asked about, complained about, forgot, described, borrowed, polished, drew, took apart,
        looked for, paid for
        """
    ),
    "reason": phrases(
        """
        because the ferry was late, since nobody else had offered, as the rules of the guild demand,
        although the road was closed, until the rain came in from the west, so that the children
        could see it, while the town band practised next door, because the old one had rusted
        through, out of plain habit, in spite of the price, since the council had asked for it
        twice, before anyone could object, as had been the custom for years, because the cellar had
        flooded again, although it was not needed
        """
    ),
    "weather": phrases(
        """
        a thin fog, a cold wind from the hills, steady rain, bright frost, a dry east wind, low
        cloud, the first snow, a heavy dew, a warm haze, hail, a red evening sky, a storm that
        turned away
        """
    ),
    "talk": phrases(
        """
        the price of coal, the new timetable, a leak in the school roof, the colour of the town hall
        doors, the missing weather vane, who should ring the bell, the width of the bridge, a stray
        goat, the lamp at the corner, the smell from the tannery, seats for the regatta, the depth
        of the harbour, an unpaid bill, the last harvest, a recipe for plum bread, the rules of
        bowls, the state of the road
        """
    ),
}
_FORMS: Final = """
    On {day} {who} brought {thing} to {place} {reason}.
    {name} of {town} {did} {thing} {manner}.
    In {month} the boats from {town} landed {count} loads of {goods}, which was {look} or so people said.
    {place} stood empty {when}, and {who} {did} {thing} there.
    The minutes record that {who} spoke for {count} minutes about {talk}.
    {name} and {name} walked from {town} to {place} {when}.
    There was {weather} over {town}, and the {goods} stayed under cover for {count} days.
    {who} found that {thing} was {look}, and sent it back to {town}.
    Nobody in {town} remembered so much {goods} at {place} in {month}.
    A letter from {town} asked for {count} more baskets of {goods} {reason}.
    {name} wrote in the day book that {place} was {look}.
    {when} {who} {did} {thing}, and {name} held the lantern.
    The council of {town} argued about {talk} {manner}.
    Two carts with {goods} met at {place}, and neither would give way {reason}.
    {who} taught {name} how to mend {thing} {manner}.
    By {month} the wall behind {place} was {look}, {reason}.
    {name} bought {thing} from {who} and sold it in {town} on {day}.
    They say in {town} that {goods} should never be weighed {when}.
    {weather} kept {who} at home on {day}, so {name} opened {place}.
    The children counted {count} swallows above {place} {when}.
    {name} had {thing} repainted, although it was {look}.
    The train to {town} left {count} minutes late with {goods} and {who} on board.
    {who} and {name} played bowls behind {place} and talked about {talk}.
    At the fair in {town} {thing} was given away {manner}.
    The keys of {place} were lent to {name} {reason}.
    A notice about {talk} hung at {place} for {count} days.
    {name} dreamed of {town} and told {who} about it {when}.
    The price of {goods} fell in {month}, and {who} {did} {thing}.
    {who} planted {count} lime trees along the road to {town} {manner}.
    The new floor in {place} was laid by {name} and {count} others {reason}.
    {name} left {thing} at {place} and did not come back for it until {month}.
    It took {count} people to move {thing} out of {place} {when}.
    {who} had heard from {name} that {goods} from {town} were {look}.
    On {day} a painter set up his easel at {place}, under {weather}.
    {talk} was again the subject on {day}, and {name} left early.
    The bridge at {town} was closed for {count} days {reason}.
    {name} kept {goods} in {place}, where it was {look}.
    {who} counted the steps from {place} to the river: there were {count}.
    A story in the almanac tells how {name} carried {thing} to {town} {manner}.
    {place} was swept on {day}, and {thing} turned up behind the door.
"""


class _Form(NamedTuple):
    """A sentence with gaps."""

    text: str
    """With `%s` in each gap."""
    gaps: tuple[tuple[str, ...], ...]
    """What may stand in each."""
    begins_in_gap: bool


def _form(line: str) -> _Form:
    names = [part.partition("}")[0] for part in line.split("{")[1:]]
    gaps = tuple(_WORDS[name] for name in names)
    return _Form(line.format_map(dict.fromkeys(names, "%s")), gaps, line.startswith("{"))


_READ: Final = tuple(_form(line.strip()) for line in _FORMS.strip().splitlines())
# Sentences are added up from what their parts cost: a prompt has thousands of them.
_cost: Final = functools.cache(quick_estimate)


@functools.cache
def _form_cost(text: str) -> int:
    return sum(map(quick_estimate, text.split("%s")))


class Chronicle:
    """The generated text: other sentences for every seed."""

    @property
    def most(self) -> int | None:
        """There is no end."""
        return None

    def sentences(self, tokens: int, chance: random.Random) -> list[Sentence]:
        """Make sentences; see `Source`."""
        uniform, forms = chance.random, len(_READ)  # nothing grander is as fast
        made: list[Sentence] = []
        left = tokens
        while True:
            text, gaps, begins_in_gap = _READ[int(uniform() * forms)]
            words = [choices[int(uniform() * len(choices))] for choices in gaps]
            cost = sum(map(_cost, words), _form_cost(text))
            left -= cost
            if left < 0:
                return made
            if begins_in_gap:
                words[0] = words[0][0].upper() + words[0][1:]
            made.append(Sentence(text % tuple(words), cost))
