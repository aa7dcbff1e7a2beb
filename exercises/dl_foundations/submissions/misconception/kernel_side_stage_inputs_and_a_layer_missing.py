FILTERS = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512]


def count(filters, incoming, kernel):
    return filters * incoming * kernel + filters


conv_params = count(64, 3, 3)
for filters in FILTERS[1:]:
    conv_params += count(filters, filters, 3)

fc_params = 123642856
total_params = fc_params + conv_params
conv_fc_ratio = conv_params / fc_params
