WHERE = "dep", __name__
