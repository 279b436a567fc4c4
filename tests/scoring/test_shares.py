import pytest

from scoring import share, wilson


def test_a_share_says_of_how_many() -> None:
    found, limits = share(9, 12), wilson(9, 12)
    assert found is not None
    assert limits is not None
    assert (found.counted, found.n, found.percent) == (9, 12, 75)
    assert [found.interval.low, found.interval.high] == pytest.approx([100 * limits.low, 100 * limits.high])


def test_of_nobody_there_is_none() -> None:
    assert share(0, 0) is None
    with pytest.raises(ValueError, match="is no share"):
        share(3, 2)
