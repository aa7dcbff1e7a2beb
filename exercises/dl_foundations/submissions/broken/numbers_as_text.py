u_value = "8.2"
conv_params = "14 714 688"
rf_vgg16 = "about 200"
