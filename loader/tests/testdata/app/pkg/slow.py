import time

STATE = []
time.sleep(0.05)
STATE.append("ready")
