"""Raises while its body runs, in the second line of an expression."""

NUMBERS = [3, 2, 1, 0]


def total(numbers):
    return sum(
        10 // number
        for number in numbers
    )


TOTAL = (
    1 +
    total(NUMBERS)
)
