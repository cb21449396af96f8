import pkg.broken_syntax
