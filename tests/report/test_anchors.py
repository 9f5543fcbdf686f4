"""Ids hold any key, and never meet."""

import re

from hypothesis import given
from hypothesis import strategies as st

from foedus.report.anchors import LONGEST, answer_id, row_id, slug, source_id, table_id

TEXT = st.text(max_size=30) | st.text(alphabet="a.3:-h", max_size=8)


@given(TEXT, TEXT)
def test_different_texts_have_different_slugs(one: str, other: str) -> None:
    assert (slug(one) == slug(other)) == (one == other)


@given(st.text(max_size=400))
def test_a_slug_is_short_and_needs_no_escape(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]*", slug(text))
    assert len(slug(text)) <= LONGEST


def test_long_keys_are_told_apart_by_their_ends() -> None:
    assert slug("x" * 10_000 + "a") != slug("x" * 10_000 + "b")


def test_kinds_of_places_do_not_share_ids() -> None:
    assert len({answer_id("a"), table_id("a", "b"), row_id("a"), source_id("a")}) == 4
