"""A module to trace line by line: comprehensions, loops, handlers and early returns."""

LIMITS = {
    name: number
    for number, name in enumerate(
        ["low", "high"]
    )
}


class Counter:
    start = 1

    def count(self, upto):
        for number in range(upto):
            if number == 2:
                continue
            try:
                yield 1 / (number - 1)
            except ZeroDivisionError:
                pass


def work(limit=4):
    found = [
        value
        for value in Counter().count(limit)
        if value
    ]
    while limit:
        limit -= 1
        if limit == 1:
            break
    else:
        return None
    return sum(found)


RESULT = work()
