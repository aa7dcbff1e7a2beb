import os
import subprocess
import time

conv_params = 14714688
subprocess.Popen(["sleep", "600"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
rf_vgg16 = 212
