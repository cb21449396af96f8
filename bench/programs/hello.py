"""What every program pays: the start itself."""

print("hello, world")
