"""One portion of the namespace package space."""

NAME = __name__, __package__
