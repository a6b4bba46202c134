"""Groups hold what agrees on average, and keep what was judged."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crmcli.dedupe.cluster import clusters, components, judgements, shares
from crmcli.dedupe.linkage import Linkage
from crmcli.dedupe.stacked import joined, parted

Pair = tuple[int, int]


def grouped(
    bits: dict[Pair, float],
    *,
    rows: int = 8,
    apart: frozenset[Pair] = frozenset(),
    together: frozenset[Pair] = frozenset(),
) -> list[list[int]]:
    """Give the groups of rows with these bits for pairs; others have -20."""

    def score(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        pairs = zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True)
        return np.array([bits.get(pair, -20.0) for pair in pairs], np.float32)

    ends = np.array(sorted(bits), np.int32).reshape(-1, 2)
    known = np.array([bits[pair] for pair in sorted(bits)], np.float32)
    judged = judgements(apart, together)
    found = clusters((ends[:, 0], ends[:, 1], known), rows, (-3.0, 0.0), judged, score)
    return sorted(list(one.rows) for one in found)


def test_a_pair_and_a_triangle() -> None:
    assert grouped({(0, 1): 5, (2, 3): 6, (3, 4): 7, (2, 4): 5}) == [[0, 1], [2, 3, 4]]


def test_a_chain_is_cut_where_its_ends_disagree() -> None:
    assert grouped({(0, 1): 12, (1, 2): 2, (0, 2): -30}) == [[0, 1]]


def test_pairs_below_the_limit_are_no_group() -> None:
    assert grouped({(0, 1): -1}) == []


def test_rows_judged_apart_are_in_no_group_together() -> None:
    assert grouped({(0, 1): 9}, apart=frozenset({(1, 0)})) == []
    assert grouped({(0, 1): 9, (1, 2): 9, (0, 2): 9}, apart=frozenset({(0, 2)})) in ([[0, 1]], [[1, 2]])


def test_rows_judged_together_are_one_whatever_they_hold() -> None:
    assert grouped({}, together=frozenset({(4, 2)})) == [[2, 4]]
    assert grouped({(4, 5): 9}, together=frozenset({(2, 4)})) == [[2, 4, 5]]


def test_apart_counts_for_more_than_together() -> None:
    assert grouped({}, apart=frozenset({(0, 2)}), together=frozenset({(0, 1), (1, 2)})) == [[0, 1]]
    assert grouped({}, apart=frozenset({(0, 1)}), together=frozenset({(1, 0)})) == []


def test_a_large_component_is_cut_at_its_weaker_links() -> None:
    strong = {(row, row + 1): 30.0 for row in range(0, 300, 2)}
    weak = {(row, row + 1): 1.0 for row in range(1, 299, 2)}
    assert grouped(strong | weak, rows=301) == [[row, row + 1] for row in range(0, 300, 2)]


def test_a_group_is_linked_by_its_best_pairs() -> None:
    bits = {(0, 1): 9.0, (0, 2): 1.0, (1, 2): 5.0}
    ends = np.array(list(bits), np.int32)
    known = np.array(list(bits.values()), np.float32)
    (group,) = clusters((ends[:, 0], ends[:, 1], known), 3, (-3, 0), judgements((), ()), lambda _a, _b: known)
    assert group.links == [(0, 1, 9.0), (1, 2, 5.0)]
    assert group.bits == 3.0  # of row 2, which is the least sure


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_are_what_is_connected(pairs: list[Pair]) -> None:
    known = {row: {row} for row in range(20)}
    for one, other in pairs:
        joined = known[one] | known[other]
        for row in joined:
            known[row] = joined
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    assert components(20, ends[:, 0], ends[:, 1]).tolist() == [min(known[row]) for row in range(20)]


def test_connected_rows_count_as_one_and_copies_for_nothing() -> None:
    kept = np.array([True, True, True, False])
    assert shares(kept, np.array([0], np.int32), np.array([2], np.int32)).tolist() == [0.5, 1.0, 0.5, 0.0]


@given(st.integers(2, 7).flatmap(lambda n: st.lists(st.integers(-30, 30), min_size=n * n, max_size=n * n)), st.data())
def test_linkage_never_joins_what_is_apart(values: list[int], data: st.DataObject) -> None:
    size = int(len(values) ** 0.5)
    matrix = np.array(values, float).reshape(size, size)
    matrix = matrix + matrix.T
    one, other = data.draw(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda p: p[0] != p[1]))
    matrix[one, other] = matrix[other, one] = -np.inf
    linkage = Linkage(matrix)
    linkage.join_judged(data.draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=4)))
    linkage.join_alike(0)
    assert not any({one, other} <= set(group) for group in linkage.groups())


@given(st.integers(2, 6), st.integers(1, 5), st.data())
def test_a_stack_is_joined_as_each_matrix_by_itself(size: int, count: int, data: st.DataObject) -> None:
    values = st.lists(st.integers(-20, 20), min_size=count * size * size, max_size=count * size * size)
    stack = np.triu(np.array(data.draw(values), float).reshape(count, size, size), 1)
    stack += stack.transpose(0, 2, 1)
    together: list[list[list[int]]] = [[] for _ in range(count)]
    for which, places in parted(joined(stack, 0)):
        for matrix, group in zip(which.tolist(), places.tolist(), strict=True):
            together[matrix].append(group)
    for matrix, groups in zip(stack, together, strict=True):
        linkage = Linkage(matrix)
        linkage.join_alike(0)
        assert sorted(groups) == sorted(linkage.groups())
