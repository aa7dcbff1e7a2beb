import os
import sys

conv_params = 14714688
sys.stdout.close()
sys.stderr = None
os.close(1)
os.close(2)
rf_vgg16 = 212
