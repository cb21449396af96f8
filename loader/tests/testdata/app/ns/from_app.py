WHERE = "app", __name__
