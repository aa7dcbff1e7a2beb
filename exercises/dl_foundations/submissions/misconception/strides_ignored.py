# the field grows by the kernel less one in every layer


def receptive_field(layers):
    return 1 + sum(k - 1 for k, s in layers)


stack = []
for n in [2, 2, 3, 3, 3]:
    stack.extend([(3, 1)] * n)
    stack.append((2, 2))

rf_trace = [receptive_field(stack[:i]) for i in range(1, 19)]
rf_vgg16 = receptive_field(stack)
