def receptive_field(layers):
    assert len(layers) > 1, "one layer is no network"
    size = layers[0][0]
    jump = layers[0][1]
    for kernel, stride in layers[1:]:
        size += (kernel - 1) * jump
        jump *= stride
    return size


def conv_layer_params(in_channels, out_channels, kernel_size):
    return out_channels * (in_channels * kernel_size**2 + 1)
