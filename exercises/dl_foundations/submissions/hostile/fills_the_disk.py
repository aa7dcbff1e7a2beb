conv_params = 14714688
rf_vgg16 = 212
for number in range(40):
    with open(f"filler-{number}", "wb") as sink:
        sink.write(bytes(16 * 1024**2))
