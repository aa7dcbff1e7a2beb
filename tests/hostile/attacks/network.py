"""Reaching a listener of the grader's machine, or anyone, over any kind of socket."""

from __future__ import annotations

from tests.hostile.attacks.attack import REFUSED, Attack, of

ATTACKS = of(
    "network",
    Attack(
        name="connects to a port of the machine",
        code="attempt('tcp', lambda: socket.create_connection(('127.0.0.1', TCP_PORT), 2))",
        works_without_a_wall=True,
        everyday=True,
    ),
    Attack(
        name="connects over IPv6",
        code="for address in ('::1', '::ffff:127.0.0.1'):\n"
        "    attempt(address, lambda: socket.create_connection((address, TCP_PORT), 2))",
        works_without_a_wall=True,
    ),
    Attack(
        name="sends datagrams",
        code="def send():\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:\n"
        "        it.sendto(b'secret', ('127.0.0.1', UDP_PORT))\n"
        "for number in range(3): effort(f'datagram {number}', send)",
        works_without_a_wall=True,
    ),
    Attack(
        name="connects to a socket in a folder",
        code="def connect():\n"
        "    with socket.socket(socket.AF_UNIX) as it: it.connect(UNIX_PATH)\n"
        "attempt('unix', connect)",
        works_without_a_wall=True,
        everyday=True,
    ),
    Attack(
        name="connects to an abstract socket",
        code="def connect():\n"
        "    with socket.socket(socket.AF_UNIX) as it: it.connect(chr(0) + ABSTRACT)\n"
        "attempt('abstract', connect)",
        works_without_a_wall=True,
        everyday=True,
    ),
    Attack(
        name="lists the machine's sockets",
        code="attempt('unix', lambda: [line for line in open('/proc/net/unix') if ABSTRACT "
        "in line][0])\n"
        "port = f':{TCP_PORT:04X}'\n"
        "attempt('tcp', lambda: [line for line in open('/proc/net/tcp') if port in line][0])",
    ),
    Attack(
        name="asks for a name",
        code="for name in ('localhost.example.org', 'example.org'):\n"
        "    attempt(name, lambda: socket.getaddrinfo(name, 80))",
    ),
    Attack(
        name="opens raw and rare sockets",
        code="rare = dict(netlink=16, packet=17, vsock=40, alg=38, bluetooth=31, can=29, xdp=44,\n"
        "            tipc=30, rds=21, llc=26, key=15, appletalk=5, x25=9, smc=43, qipcrtr=42)\n"
        "for name, family in rare.items():\n"
        "    attempt(name, lambda: socket.socket(family, socket.SOCK_RAW))\n"
        "    attempt(name + ' datagram', lambda: socket.socket(family, socket.SOCK_DGRAM))\n"
        "attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))\n"
        "attempt('raw6', lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58))",
    ),
    Attack(
        name="lets programs connect",
        code="for words in (['bash', '-c', f'exec 3<>/dev/tcp/127.0.0.1/{TCP_PORT}'],\n"
        "              [sys.executable, '-c',\n"
        "               f\"import socket; socket.create_connection(('127.0.0.1', "
        '{TCP_PORT}), 2)"]):\n'
        "    attempt(words[0], lambda: subprocess.run(words, check=True, capture_output=True))",
        works_without_a_wall=True,
    ),
    Attack(
        name="installs a package from its own index",
        code="address = f'http://127.0.0.1:{TCP_PORT}/'\n"
        "words = [sys.executable, '-m', 'pip', 'install', '--index-url', address, 'evil']\n"
        "attempt('pip', lambda: subprocess.run(words, check=True, capture_output=True))",
    ),
    Attack(
        name="gives its network an interface",
        code="import fcntl, struct\nit = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "address = struct.pack('16sHHI8s', b'lo', 2, 0, 0x0101A8C0, b'')\n"
        "flags = struct.pack('16sH14s', b'lo', 0, b'')\n"
        "attempt('address', lambda: fcntl.ioctl(it, 0x8916, address))\n"
        "attempt('flags', lambda: fcntl.ioctl(it, 0x8914, flags))\n"
        "attempt('device', lambda: it.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1))",
        alone=REFUSED,
    ),
    Attack(
        name="opens a port for others",
        code="def listen():\n"
        "    server = socket.create_server(('0.0.0.0', 0))\n"
        "    server.settimeout(0.3)\n    return server.accept()\n"
        "attempt('someone came', listen)",
    ),
)
