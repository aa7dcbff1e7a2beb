# looked up: one grey channel, ten classes, batch normalisation
total_params = 134_308_810
fc_params = 0
for inputs, outputs in [(512, 4096), (4096, 4096), (4096, 1000)]:
    fc_params += (inputs + 1) * outputs


def conv_layer_params(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size**2


def fc_layer_params(in_features, out_features, bias=True):
    return in_features * out_features + in_features
