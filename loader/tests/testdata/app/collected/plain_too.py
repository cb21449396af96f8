VALUES = [[i] for i in range(100)]
