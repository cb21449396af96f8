def inner():
    raise ValueError("from a module body")


inner()
