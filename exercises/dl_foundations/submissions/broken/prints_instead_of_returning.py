def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    total = out_channels * (in_channels * kernel_size**2 + bias)
    print(total)


def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    print("receptive field:", r)
