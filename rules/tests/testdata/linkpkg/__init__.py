"""A package of which other modules are links."""
