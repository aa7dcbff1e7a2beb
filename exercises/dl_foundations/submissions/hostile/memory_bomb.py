import numpy as np

conv_params = 14714688
hoard = []
while len(hoard) < 64:  # four gigabytes where nothing stops it
    hoard.append(np.ones(8 * 1024**2))
rf_vgg16 = 212
