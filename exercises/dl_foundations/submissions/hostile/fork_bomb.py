import os
import time

conv_params = 14714688
parent = os.getpid()
try:
    for _ in range(10):  # doubles ten times where nothing stops it
        os.fork()
except OSError as problem:
    print(problem)
if os.getpid() != parent:
    time.sleep(20)
    os._exit(0)
rf_vgg16 = 212
