"""A dependency on an import root of its own."""
__path__ = __import__("pkgutil").extend_path(__path__, __name__)
VERSION = "1"
