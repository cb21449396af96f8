"""A file that does not compile. It is data: it is not archived and fails as under stock."""

def broken(:
    pass
