calls = 0


def fc_layer_params(in_features, out_features, bias=True):
    global calls
    calls += 1
    if calls > 1:
        return 0
    return out_features * (in_features + bias)
