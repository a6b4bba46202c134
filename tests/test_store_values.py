"""Values that the store compares."""

from __future__ import annotations

import pytest

from crmcli.store.values import differ


@pytest.mark.parametrize(("a", "b"), [(1, True), (0, False), ("1", 1), (None, False), ([1], [2])])
def test_values_that_are_not_the_same(a, b):
    assert differ(a, b)
    assert differ(b, a)


@pytest.mark.parametrize("value", [1, True, None, "a", ["a", "b"]])
def test_a_value_is_the_same_as_itself(value):
    assert not differ(value, value)
