import sys
import warnings

warnings.warn("this machine has no accelerator")
print("starting", file=sys.stderr)


def receptive_field(layers):
    warnings.warn("slow implementation", DeprecationWarning)
    print("layers:", len(layers), file=sys.stderr)
    seen = 1
    jump = 1
    for layer in layers:
        seen += (layer[0] - 1) * jump
        jump *= layer[1]
    return seen


rf_vgg16 = receptive_field(
    [(3, 1)] * 2 + [(2, 2)] + [(3, 1)] * 2 + [(2, 2)] + ([(3, 1)] * 3 + [(2, 2)]) * 3
)
