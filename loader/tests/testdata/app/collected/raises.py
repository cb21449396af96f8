import collected.plain

VALUES = [[i] for i in range(5000)]
raise ValueError("raises")
