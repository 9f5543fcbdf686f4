"""All coalitions of a rule, one bit each: which win, which are minimal, and who is critical.

For rules that no shortcut fits. 64 coalitions share a word, so that most questions about all of
them are answered by a handful of operations on a word: voters 0 to 5 are the place in the word, the
others the number of the word.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import IntArray
from foedus.engines.voting.rules import VotingRule
from foedus.engines.voting.shapes import LARGEST_SUM

MOST_SWEPT: Final = 30
"""Voters; the coalitions then take 128 megabytes, and a look at all of them some seconds."""

IN_WORD: Final = 6

WITHOUT: Final = np.array(
    [
        0x5555555555555555,
        0x3333333333333333,
        0x0F0F0F0F0F0F0F0F,
        0x00FF00FF00FF00FF,
        0x0000FFFF0000FFFF,
        0x00000000FFFFFFFF,
    ],
    dtype=np.int64,
)
"""Shape (6,): the coalitions of a word that do not hold voter 0, 1, ..."""


class Games(NamedTuple):
    """A rule as arrays."""

    weights: IntArray
    """Shape (list, voter): every list of weights once."""
    lists: IntArray
    """Shape (game,): the list of weights of each game, clause after clause."""
    quotas: IntArray
    """Shape (game,)."""
    starts: IntArray
    """Shape (clause + 1,): the first game of each clause."""


def winning_words(rule: VotingRule) -> IntArray:
    """Return which coalitions win, one bit each.

    Returns
    -------
    shape (word,)
        Bit b of word w is set if the coalition wins whose members are the bits of 64 w + b.

    Raises
    ------
    ValueError
        If there are more than `MOST_SWEPT` voters, or weights sum to more than 64 bits hold.

    Examples
    --------
    Of two voters, only both together pass:

    >>> from foedus.engines.voting.rules import weighted
    >>> winning_words(weighted([1, 1], 2)).tolist()
    [8]
    """
    voters = rule.voters_count
    if voters > MOST_SWEPT:
        raise ValueError(
            f"the rule has {voters} voters with weight, in games with different weights: all "
            f"coalitions of at most {MOST_SWEPT} can be looked at"
        )
    games = [game for clause in rule.any_of for game in clause]
    lists = list(dict.fromkeys(game.weights for game in games))
    if max(map(sum, lists)) >= LARGEST_SUM:
        raise ValueError("the weights of a game sum to 2**62 or more: that does not fit 64 bits")
    words = np.zeros(1 << max(voters - IN_WORD, 0), dtype=np.int64)
    _fill(
        Games(
            weights=np.array(lists, dtype=np.int64),
            lists=np.array([lists.index(game.weights) for game in games], dtype=np.int64),
            quotas=np.array([game.quota for game in games], dtype=np.int64),
            starts=np.cumsum([0, *map(len, rule.any_of)], dtype=np.int64),
        ),
        words,
    )
    return words


@njit(cache=True, nogil=True, error_model="numpy")
def minimal_words(winning: IntArray, voters: int) -> IntArray:
    """Return which coalitions win and would lose without any one member, one bit each.

    Parameters
    ----------
    winning : shape (word,)
        As `winning_words` returns.
    voters
        Count of voters.

    Returns
    -------
    shape (word,)

    Examples
    --------
    Of three voters, two pass: {0, 1} is bit 3, {0, 2} bit 5 and {1, 2} bit 6.

    >>> from foedus.engines.voting.rules import weighted
    >>> words = winning_words(weighted([1, 1, 1], 2))
    >>> [b for b in range(8) if minimal_words(words, 3)[0] >> b & 1]
    [3, 5, 6]
    """
    minimal = np.empty_like(winning)
    for word in range(winning.size):
        spare = 0
        for i in range(min(voters, IN_WORD)):
            spare |= (winning[word] & WITHOUT[i]) << (1 << i)
        for i in range(IN_WORD, voters):
            bit = 1 << (i - IN_WORD)
            if word & bit:
                spare |= winning[word ^ bit]
        minimal[word] = winning[word] & ~spare
    return minimal


@njit(cache=True, nogil=True, error_model="numpy")
def members_by_size(words: IntArray, voters: int) -> IntArray:
    """Return how many coalitions there are of each size, and how many hold each voter.

    Parameters
    ----------
    words : shape (word,)
        The coalitions, one bit each.
    voters
        Count of voters.

    Returns
    -------
    shape (voters + 1, voters + 1)
        Row k counts coalitions of k: column i those that hold voter i, the last column all.
    """
    counts = np.zeros((voters + 1, voters + 1), dtype=np.int64)
    for word in range(words.size):
        if words[word] == 0:
            continue
        for b in range(1 << IN_WORD):
            if (words[word] >> b) & 1:
                coalition = (word << IN_WORD) | b
                size = _size(coalition)
                counts[size, voters] += 1
                for i in range(voters):
                    counts[size, i] += (coalition >> i) & 1
    return counts


@njit(cache=True, nogil=True, error_model="numpy")
def coalitions_up_to(words: IntArray, most_size: int, count: int) -> IntArray:
    """Return the coalitions of at most a size, bit by bit, of which there must be `count`.

    Parameters
    ----------
    words : shape (word,)
        The coalitions, one bit each.
    most_size
        Most members.
    count
        As `members_by_size` counts them.

    Returns
    -------
    shape (count,)
    """
    found = np.empty(count, dtype=np.int64)
    next_ = 0
    for word in range(words.size):
        if words[word] == 0 or _size(word) > most_size:
            continue
        for b in range(1 << IN_WORD):
            coalition = (word << IN_WORD) | b
            if (words[word] >> b) & 1 and _size(coalition) <= most_size:
                found[next_] = coalition
                next_ += 1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def critical_by_company(winning: IntArray, voters: int) -> IntArray:
    """Return in how many coalitions each voter is critical, by how many members are.

    Parameters
    ----------
    winning : shape (word,)
        As `winning_words` returns.
    voters
        Count of voters.

    Returns
    -------
    shape (voter, voters + 1)
        Column c counts coalitions with c critical members, this voter one of them.

    Examples
    --------
    Of weights 3, 2, 1 the heaviest is critical alone in {3, 2, 1}, beside another in two more:

    >>> from foedus.engines.voting.rules import weighted
    >>> critical_by_company(winning_words(weighted([3, 2, 1], 4)), 3).tolist()
    [[0, 1, 2, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
    """
    counts = np.zeros((voters, voters + 1), dtype=np.int64)
    critical = np.zeros(voters, dtype=np.int64)
    for word in range(winning.size):
        wins = winning[word]
        if wins == 0:
            continue
        anyone = 0
        for i in range(min(voters, IN_WORD)):
            critical[i] = wins & ~WITHOUT[i] & ~((wins & WITHOUT[i]) << (1 << i))
            anyone |= critical[i]
        for i in range(IN_WORD, voters):
            bit = 1 << (i - IN_WORD)
            critical[i] = wins & ~winning[word ^ bit] if word & bit else 0
            anyone |= critical[i]
        if anyone == 0:
            continue
        for b in range(1 << IN_WORD):
            if (anyone >> b) & 1:
                company = 0
                for i in range(voters):
                    company += (critical[i] >> b) & 1
                for i in range(voters):
                    counts[i, company] += (critical[i] >> b) & 1
    return counts


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(games: Games, words: IntArray) -> None:
    """Set the bits of winning coalitions in `words`, which must be zero."""
    lists, voters = games.weights.shape
    inside = 1 << min(voters, IN_WORD)
    in_word = np.zeros((lists, inside), dtype=np.int64)
    for g in range(lists):
        for b in range(inside):
            for i in range(min(voters, IN_WORD)):
                in_word[g, b] += games.weights[g, i] * ((b >> i) & 1)
    sums = np.zeros(lists, dtype=np.int64)
    word = 0
    for step in range(words.size):
        # In Gray's order one voter joins or leaves from word to word.
        if step > 0:
            i = _size((step & -step) - 1)
            word ^= 1 << i
            sign = 1 if (word >> i) & 1 else -1
            for g in range(lists):
                sums[g] += sign * games.weights[g, IN_WORD + i]
        for c in range(games.starts.size - 1):
            won = -1
            for game in range(games.starts[c], games.starts[c + 1]):
                g = games.lists[game]
                won &= _reaching(in_word[g], games.quotas[game] - sums[g])
                if won == 0:
                    break
            words[word] |= won


@njit(cache=True, nogil=True, error_model="numpy")
def _reaching(in_word: IntArray, missing: int) -> int:
    """Return which coalitions of a word bring what is missing, one bit each."""
    # The last one is all voters of the word together.
    if in_word[-1] < missing:
        return 0
    reaching = 0
    for b in range(in_word.size):
        if in_word[b] >= missing:
            reaching |= 1 << b
    return reaching


@njit(cache=True, nogil=True, error_model="numpy")
def _size(coalition: int) -> int:
    """Return the count of set bits."""
    size = 0
    while coalition:
        coalition &= coalition - 1
        size += 1
    return size
