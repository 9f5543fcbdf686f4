"""Ballots: who prefers what, what passes, and whose vote stops it, against one voter at a time."""

from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.voting.drawn_rules import rules

from foedus.engines.voting.ballots import (
    Procedure,
    Votes,
    blocks_alone,
    decides,
    outcome,
    prefers,
)
from foedus.engines.voting.rules import weighted

PLACES: Final = st.integers(-100, 100)
YES, AGAINST, ABSTAINS = "yes", "against", "abstains"
Cast = list[list[str]]
"""What each voter does, draw by draw."""


@st.composite
def polls(draw: st.DrawFn) -> tuple[Procedure, Cast]:
    """Return a procedure and how its voters vote in some draws."""
    voters = draw(st.integers(1, 5))
    rule = draw(st.none() | rules(voters, voters))
    stops = draw(st.none() | st.integers(1, voters))
    one = st.lists(st.sampled_from([YES, AGAINST, ABSTAINS]), min_size=voters, max_size=voters)
    return Procedure(rule, stops), draw(st.lists(one, min_size=1, max_size=6))


def votes_of(cast: Cast) -> Votes:
    words = np.array(cast)
    return Votes(words == YES, words == AGAINST)


def passes_slowly(procedure: Procedure, cast: list[str]) -> bool:
    if procedure.yes_rule is None:
        return False
    stops = procedure.against_stops_count
    if stops is not None and cast.count(AGAINST) >= stops:
        return False
    return procedure.yes_rule.wins(i for i, vote in enumerate(cast) if vote == YES)


def voting_instead(cast: list[str], voter: int, vote: str) -> list[str]:
    return [vote if i == voter else other for i, other in enumerate(cast)]


class TestWhoPrefersWhat:
    @given(st.lists(PLACES | st.none(), min_size=1, max_size=6), PLACES, PLACES)
    def test_the_nearer_of_the_two_is_preferred_and_a_change_needs_a_reason(
        self, wants: list[int | None], proposal: int, default: int
    ) -> None:
        position = np.array([[np.nan if want is None else want for want in wants]], dtype=float)
        found = prefers(position, np.array([float(proposal)]), np.array([float(default)]))
        assert found[0].tolist() == [
            want is not None and abs(want - proposal) < abs(want - default) for want in wants
        ]

    @given(st.lists(PLACES, min_size=1, max_size=6), PLACES, PLACES, PLACES)
    def test_nothing_changes_if_all_is_moved_or_mirrored(
        self, wants: list[int], proposal: int, default: int, shift: int
    ) -> None:
        def found(sign: int, by: int) -> list[bool]:
            place = [np.array([sign * float(x) + by]) for x in (proposal, default)]
            position = np.array([[sign * want + by for want in wants]], dtype=float)
            return prefers(position, *place)[0].tolist()  # type: ignore[no-any-return]

        assert found(1, 0) == found(1, shift) == found(-1, shift)

    @given(st.lists(PLACES, min_size=1, max_size=6), PLACES, PLACES)
    def test_if_proposal_and_default_change_places_so_do_all_but_the_undecided(
        self, wants: list[int], proposal: int, default: int
    ) -> None:
        position = np.array([wants], dtype=float)
        one, other = np.array([float(proposal)]), np.array([float(default)])
        for_it, for_the_other = prefers(position, one, other), prefers(position, other, one)
        between = np.array([[2 * want == proposal + default for want in wants]])
        between |= proposal == default
        assert not (for_it & for_the_other).any()
        np.testing.assert_array_equal(~for_it & ~for_the_other, between)

    @given(st.lists(PLACES, min_size=1, max_size=6), PLACES, PLACES, st.integers(0, 50))
    def test_a_default_that_is_further_off_loses_nobody(
        self, wants: list[int], proposal: int, default: int, further: int
    ) -> None:
        """The worse the fall-back, the more accept the same proposal, on either side of it."""
        sign = 1 if default >= proposal else -1
        position = np.array([wants], dtype=float)
        near, far = (
            prefers(position, np.array([float(proposal)]), np.array([float(place)]))
            for place in (default, default + sign * further)
        )
        # Only those on the far side of the default itself may come to prefer it.
        inside = np.array([[sign * (want - default) <= 0 for want in wants]])
        assert (far | ~near | ~inside).all()

    def test_each_draw_has_its_own_proposal(self) -> None:
        position = np.array([[60.0], [60.0]])
        found = prefers(position, np.array([75.0, 65.0]), np.array([50.0]))
        assert found.tolist() == [[False], [True]]


class TestWhatPasses:
    @given(polls())
    def test_it_passes_as_it_does_voter_by_voter(self, poll: tuple[Procedure, Cast]) -> None:
        procedure, cast = poll
        assert outcome(procedure, votes_of(cast)).tolist() == [
            passes_slowly(procedure, one) for one in cast
        ]

    @given(polls(), st.data())
    def test_one_more_vote_against_never_helps(
        self, poll: tuple[Procedure, Cast], data: st.DataObject
    ) -> None:
        procedure, cast = poll
        voter = data.draw(st.integers(0, len(cast[0]) - 1))
        before = outcome(procedure, votes_of(cast))
        against = votes_of([voting_instead(one, voter, AGAINST) for one in cast])
        in_favour = votes_of([voting_instead(one, voter, YES) for one in cast])
        assert (outcome(procedure, against) <= before).all()
        assert (before <= outcome(procedure, in_favour)).all()

    def test_an_abstention_stops_nothing_where_one_vote_against_does(self) -> None:
        procedure = Procedure(weighted([1, 1, 1], 1), against_stops_count=1)
        cast = [[YES, ABSTAINS, ABSTAINS], [YES, YES, AGAINST], [ABSTAINS, ABSTAINS, ABSTAINS]]
        assert outcome(procedure, votes_of(cast)).tolist() == [True, False, False]


class TestWhoseVote:
    @given(polls())
    def test_who_blocks_alone_is_found_voter_by_voter(self, poll: tuple[Procedure, Cast]) -> None:
        procedure, cast = poll
        expected = [
            [
                vote != YES
                and not passes_slowly(procedure, one)
                and passes_slowly(procedure, voting_instead(one, i, YES))
                for i, vote in enumerate(one)
            ]
            for one in cast
        ]
        assert blocks_alone(procedure, votes_of(cast)).tolist() == expected

    @given(polls())
    def test_who_decides_is_found_voter_by_voter(self, poll: tuple[Procedure, Cast]) -> None:
        procedure, cast = poll
        expected = [
            [
                passes_slowly(procedure, one)
                != passes_slowly(procedure, voting_instead(one, i, AGAINST if v == YES else YES))
                for i, v in enumerate(one)
            ]
            for one in cast
        ]
        assert decides(procedure, votes_of(cast)).tolist() == expected

    @given(
        st.lists(
            st.lists(st.sampled_from([YES, AGAINST, ABSTAINS]), min_size=4, max_size=4),
            min_size=1,
            max_size=6,
        )
    )
    def test_where_one_stops_it_alone_is_blocked_by_the_only_one_against(self, cast: Cast) -> None:
        procedure = Procedure(weighted([1] * 4, 1), against_stops_count=1)
        found = blocks_alone(procedure, votes_of(cast))
        for one, blocks in zip(cast, found.tolist(), strict=True):
            if AGAINST in one:
                alone = one.count(AGAINST) == 1
                assert blocks == [alone and vote == AGAINST for vote in one]
            else:
                # Nobody is in the way, but somebody must be for it.
                assert blocks == [YES not in one] * 4

    @given(polls())
    def test_the_votes_that_were_given_are_left_as_they_are(
        self, poll: tuple[Procedure, Cast]
    ) -> None:
        procedure, cast = poll
        votes, again = votes_of(cast), votes_of(cast)
        blocks_alone(procedure, votes)
        decides(procedure, votes)
        np.testing.assert_array_equal(votes.yes, again.yes)
        np.testing.assert_array_equal(votes.against, again.against)

    def test_what_nobody_can_win_nobody_decides(self) -> None:
        votes = votes_of([[YES, AGAINST]])
        nobody = Procedure(None, None)
        assert not blocks_alone(nobody, votes).any()
        assert not decides(nobody, votes).any()
