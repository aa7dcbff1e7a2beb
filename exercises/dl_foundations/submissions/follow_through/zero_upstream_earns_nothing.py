conv_params = 0
fc_params = 123_642_856
total_params = conv_params + fc_params
conv_fc_ratio = conv_params / fc_params
