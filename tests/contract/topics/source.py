"""Source text by way of inspect, linecache, traceback, doctest, logging and the loader."""

import contextlib
import dis
import doctest
import inspect
import io
import linecache
import logging
import sys
import traceback


def run():
    from sample import language, shapes
    from sample.raising import functions

    for thing in (
        shapes.Square, shapes.Square.grown, shapes.Outer.Inner, shapes.Colour.lower.fget, shapes.double,
        shapes.triple, language.noted, functions.generator,
    ):
        print(inspect.getsource(thing), inspect.getsourcelines(thing)[1])
    print(inspect.getcomments(shapes.Square.grown), inspect.getdoc(shapes.Square), inspect.getdoc(shapes))
    print(inspect.signature(shapes.double), inspect.signature(shapes.Square), inspect.signature(shapes.Square.grown))
    print(inspect.getfile(shapes), inspect.getsourcefile(shapes.double), inspect.getmodule(shapes.Outer.Inner))
    print(inspect.getmodulename(shapes.__file__), inspect.getsource(shapes)[:60])
    print(inspect.get_annotations(shapes.Generic), inspect.getclosurevars(language.closures).builtins)
    print([name for name, _ in inspect.getmembers(shapes, inspect.isclass)])
    print(linecache.getline(shapes.__file__, 3), linecache.getlines(shapes.__file__)[:2])
    print(shapes.__loader__.get_source("sample.shapes") == inspect.getsource(shapes))
    print(shapes.__loader__.get_filename("sample.shapes") == shapes.__file__)
    print(shapes.__loader__.path, shapes.__loader__.name, shapes.__loader__.is_package("sample.shapes"))
    print(doctest.testmod(shapes))

    def here():
        traceback.print_stack(file=sys.stdout)
        for frame in inspect.stack()[:4]:
            print(frame.filename, frame.lineno, frame.function, frame.code_context, frame.index)

    list(map(lambda _: here(), [0]))
    try:
        functions.chained()
    except RuntimeError:
        print(traceback.format_exc())
        summary = traceback.TracebackException(*sys.exc_info(), capture_locals=True)
        print("".join(summary.format()))
        for frame, line in traceback.walk_tb(sys.exc_info()[2]):
            print(frame.f_code.co_qualname, line, sorted(frame.f_locals), frame.f_lasti, frame.f_globals["__name__"])
    logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(module)s %(filename)s:%(lineno)d %(funcName)s %(message)s")
    logging.warning("logged here")
    try:
        functions.operators(None, 1)
    except TypeError:
        logging.exception("logged with a traceback", stack_info=True)
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        dis.dis(functions)
        dis.dis(language.hot, adaptive=False, show_caches=True)
        dis.show_code(language.patterns)
    print(text.getvalue())
