import sys

conv_params = 14714688
sys.exit("done")
rf_vgg16 = 212
quit()
