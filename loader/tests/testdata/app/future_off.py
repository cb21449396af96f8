"""Text run here inherits no future flag."""

def show(text):
    space = {}
    try:
        exec(text, space)
    except NameError as error:
        return str(error)
    code = compile(text, "<future>", "exec")
    alone = compile(text, "<future>", "exec", dont_inherit=True)
    try:
        annotations = space["typed"].__annotations__
    except NameError as error:
        annotations = str(error)
    return annotations, code.co_flags, alone.co_flags, eval("lambda x: x").__code__.co_flags, space["typed"].__code__.co_flags
