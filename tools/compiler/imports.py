"""Performs the import statements of a program's main file, and nothing else of it.

trainee.py runs this file in the process that records.
"""

import _ast

ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, whose module would be an import too many

# What record.py replaces later.
compile_source, run_code, evaluate = compile, exec, eval


class Imports:
    """Performs the import statements at a file's module level, without its other statements."""

    def __init__(self, describe, warnings):
        self.describe = describe  # of an exception: (type, message)
        self.warnings = warnings  # gets (module, type, message) of what failed

    def run(self, path, source, namespace):
        """Performs the imports of a source text as a module of that namespace would."""
        self.path = path
        self.namespace = namespace
        self.block(compile_source(source, path, "exec", ONLY_AST, True).body, quiet=False)

    def block(self, statements, quiet, stop=False):
        """Performs the imports of a block; returns whether all of them worked.

        quiet: a failure is expected; stop: it ends the block, as in a try.
        """
        worked = True
        for node in statements:
            kind = type(node).__name__
            if kind in ("Import", "ImportFrom"):
                done = self.statement(node, quiet)
            elif kind == "If":
                done = self.condition(node, quiet, stop)
            elif kind in ("Try", "TryStar"):
                done = self.attempt(node)
            elif kind == "With":
                done = self.block(node.body, quiet or suppresses(node), stop)
            else:
                continue
            if not done:
                worked = False
                if stop:
                    break
        return worked

    def attempt(self, node):
        if self.block(node.body, quiet=True, stop=True):
            self.block(node.orelse, quiet=True)
        else:
            for handler in node.handlers:
                self.block(handler.body, quiet=True)
        self.block(node.finalbody, quiet=True)
        return True

    def condition(self, node, quiet, stop):
        if is_main_check(node.test):
            return True  # what the program does once its imports are done
        truth = self.truth(node.test)
        if truth is None:  # it depends on what does not run: what fails may be meant for another case
            self.block(node.body, quiet=True)
            self.block(node.orelse, quiet=True)
            return True
        return self.block(node.body if truth else node.orelse, quiet, stop)

    def truth(self, test):
        """Returns whether a condition holds, None if it cannot be told."""
        if not is_plain(test):
            return None
        try:
            code = compile_source(_ast.Expression(test), self.path, "eval", 0, True)
            return bool(evaluate(code, dict(self.namespace, TYPE_CHECKING=False)))
        except Exception:  # most often a name that the program's own statements set
            return None

    def statement(self, node, quiet):
        worked = True
        if type(node).__name__ == "Import":
            parts = [(name.name, [name]) for name in node.names]  # each for itself
        else:
            parts = [("." * (node.level or 0) + (node.module or ""), node.names)]
        for module, names in parts:
            fields = {field: getattr(node, field, None) for field in node._fields + node._attributes}
            part = type(node)(**dict(fields, names=names))
            try:
                run_code(compile_source(_ast.Module([part], []), self.path, "exec", 0, True), self.namespace)
            except BaseException as e:  # SystemExit too
                worked = False
                if not quiet:
                    self.warnings.append((module, *self.describe(e)))
        return worked


def suppresses(node):
    """Tells whether a with statement is one of contextlib.suppress()."""
    for item in node.items:
        function = getattr(item.context_expr, "func", None)
        if "suppress" in (getattr(function, "id", None), getattr(function, "attr", None)):
            return True
    return False


def is_plain(node):
    """Tells whether an expression calls nothing: `sys.version_info >= (3, 12)`."""
    kind = type(node).__name__
    if kind in ("Constant", "Name"):
        return True
    if kind == "Attribute":
        return is_plain(node.value)
    if kind == "Subscript":
        return is_plain(node.value) and is_plain(node.slice)
    if kind == "Slice":
        return all(part is None or is_plain(part) for part in (node.lower, node.upper, node.step))
    if kind == "Compare":
        return all(is_plain(part) for part in [node.left, *node.comparators])
    if kind == "BoolOp":
        return all(is_plain(part) for part in node.values)
    if kind == "UnaryOp":
        return is_plain(node.operand)
    if kind in ("Tuple", "List", "Set"):
        return all(is_plain(part) for part in node.elts)
    return False


def is_main_check(test):
    """Tells whether a condition is `__name__ == "__main__"`."""
    if type(test).__name__ != "Compare" or len(test.ops) != 1 or type(test.ops[0]).__name__ != "Eq":
        return False
    values = {getattr(part, "id", getattr(part, "value", None)) for part in (test.left, test.comparators[0])}
    return values == {"__name__", "__main__"}
