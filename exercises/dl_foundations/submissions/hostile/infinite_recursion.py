def receptive_field(layers):
    return receptive_field(layers) + 1


def deeper(n):
    return [deeper(n + 1)]


conv_params = 14714688
rf_trace = deeper(0)
