"""Counts of the deeper network of the same paper."""

stages = {64: 2, 128: 2, 256: 4, 512: 4, "512 again": 4}

rf_vgg16, jump = 1, 1
conv_params, before = 0, 3
for name, repeats in stages.items():
    width = 512 if isinstance(name, str) else name
    for _ in range(repeats):
        conv_params += width * (before * 9 + 1)
        before = width
        rf_vgg16 += 2 * jump
    rf_vgg16 += jump
    jump *= 2

fc_params = 102764544 + 16781312 + 4097000
total_params = conv_params + fc_params
