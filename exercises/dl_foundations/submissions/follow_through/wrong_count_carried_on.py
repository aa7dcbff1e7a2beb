conv_params = 14_714_866  # two digits changed places on paper
fc_params = 25088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
total_params = conv_params + fc_params
conv_fc_ratio = conv_params / fc_params
