import os


class Trap(dict):
    def __reduce__(self):
        return os.system, ("echo unpickled > trap.txt",)

    __getitem__ = items = keys = lambda self, *args: os._exit(1)


partials = Trap()
rf_vgg16 = type("Number", (float,), {"__reduce__": Trap.__reduce__})(212.0)
conv_params = 14714688
