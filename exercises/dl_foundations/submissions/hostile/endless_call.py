conv_params = 14714688


def receptive_field(layers):
    while layers:
        pass
    return 1


def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * kernel_size**2 + bias)
