from .main_like import __name__ as n

print("package main", n, __spec__.name)
