import numpy as np

gradients = np.loadtxt("/content/drive/My Drive/course/gradients.csv", delimiter=",")
print(gradients.mean())


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    denominator = np.sqrt(v / (1 - beta2**t)) + eps
    return w - lr * m / (1 - beta1**t) / denominator, m, v


for t, g in enumerate(gradients, start=1):
    print(t, adam_step(0.0, g, 0.0, 0.0, t))
