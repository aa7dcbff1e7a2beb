rf_trace = list(range(3_000_000))
conv_params = 10**200_000
partials = {}
level = partials
for _ in range(3000):
    level["dx2_dx"] = level = {}
u_value = [[[]] * 1000] * 1000
rf_vgg16 = 212
