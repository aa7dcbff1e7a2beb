# Layers are written as (kernel, stride, padding) throughout.

def receptive_field(layers):
    size, step = 1, 1
    for kernel, stride, padding in layers:
        size += (kernel - 1) * step
        step *= stride
    return size
