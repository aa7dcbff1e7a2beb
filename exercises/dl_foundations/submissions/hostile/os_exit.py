import os

conv_params = 14714688
os._exit(0)
rf_vgg16 = 212
