"""What was perhaps meant."""

from bot.alike import alike


def test_the_likeliest_first_whatever_the_capitals() -> None:
    assert alike("SPRIGN", ("Autumn", "spring", "Spring 2")) == ("spring", "Spring 2")
    assert alike("sprign", ("Autumn", "Spring", "Spring 2"), most=1) == ("Spring",)
    assert alike("winter", ("spring",)) == ()


def test_of_full_likeness_only_other_spellings() -> None:
    assert alike("account manager", ("Account Manager", "account_manager"), likeness=1) == (
        "Account Manager",
    )
    assert alike("a-b", ("a_b",), likeness=1, fold=lambda text: text.replace("_", "-")) == ("a_b",)
