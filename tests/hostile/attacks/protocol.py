"""Writing into the channel over which the grader talks to a submission."""

from __future__ import annotations

from dataclasses import replace

from grader.run import RunStatus
from tests.hostile.attacks.attack import LIMITS, MIB, REFUSED, SHORT, Attack, of

_CHANNEL = (
    "import gc, json, struct\n"
    "(wire,) = [each for each in gc.get_objects() if type(each).__name__ == 'Wire']\n"
    "def raw(data):\n"
    "    view = memoryview(data)\n"
    "    while view: view = view[os.write(wire._target, view):]\n"
    "def frame(body): raw(struct.pack('>I', len(body)) + body)\n"
    "effort('channel', lambda: wire)\n"
)
_DIED = (RunStatus.DIED,)
_ANY = (RunStatus.OK, RunStatus.ERROR, RunStatus.TIMED_OUT, RunStatus.DIED, RunStatus.OUTPUT_LIMIT)

ATTACKS = of(
    "protocol",
    *(
        Attack(
            name=name,
            code=_CHANNEL + code + "\ntime.sleep(20)",
            status=_DIED,
            goes_on=False,
            reason="channel",
        )
        for name, code in {
            "a frame that is no JSON": "frame(b'{]')",
            "a frame of no length": "raw(bytes(4))",
            "a frame of another kind": 'frame(b\'{"channel": "verdict", "points": 3}\')',
            "a frame nested 100 000 deep": "frame(b'[' * 100_000 + b']' * 100_000)",
            "a frame nested deep in the right place": (
                'frame(b\'{"channel":"iopub","kind":"stream","parent":"","content":{"a":\''
                " + b'[' * 200_000 + b']' * 200_000 + b'}}')"
            ),
            "a frame that is no UTF-8": 'frame(b\'{"channel": "\\xff\\xfe"}\')',
            "a frame with numbers that are none": (
                'frame(b\'{"channel":"observed","cell":NaN,"failure":null,\''
                'b\'"bindings":[],"changes":[]}\')'
            ),
            "a frame with a number without end": (
                'frame(b\'{"channel":"observed","cell":\' + b\'9\' * 500_000 + '
                'b\',"failure":null,"bindings":[],"changes":[]}\')'
            ),
        }.items()
    ),
    Attack(
        name="garbage in the channel",
        code=_CHANNEL + "raw(b'garbage ' * 1000)\ntime.sleep(20)",
        status=(RunStatus.OUTPUT_LIMIT, RunStatus.DIED),
        goes_on=False,
    ),
    Attack(
        name="announces a frame of 4 GiB",
        code=_CHANNEL + "raw(b'\\xff\\xff\\xff\\xff')\ntime.sleep(20)",
        status=(RunStatus.OUTPUT_LIMIT, RunStatus.DIED),
        goes_on=False,
    ),
    Attack(
        name="sends frames a byte at a time and never ends one",
        code=_CHANNEL + "raw(struct.pack('>I', 1_000_000))\n"
        "for _ in range(3000): raw(b' ')\ntime.sleep(20)",
        status=(RunStatus.TIMED_OUT, *_DIED),
        goes_on=False,
        limits=SHORT,
    ),
    Attack(
        name="floods the grader with frames",
        code=_CHANNEL + "while True: wire.write({'channel': 'observed', 'cell': 2, 'failure': None,"
        " 'changes': [],\n    'bindings': [{'name': 'x', 'value': {'t': 'seq', 'kind': 'list',"
        " 'items': [{'t': 'none'}] * 999}}]})",
        status=(RunStatus.OUTPUT_LIMIT,),
        goes_on=False,
    ),
    Attack(
        name="forges messages of the kernel",
        code=_CHANNEL + "for number in range(1, 6):\n"
        "    for channel, kind, content in (\n"
        "        ('iopub', 'stream', {'name': 'stdout', 'text': 'forged'}),\n"
        "        ('iopub', 'error', {'ename': 5, 'evalue': None, 'traceback': 'x'}),\n"
        "        ('iopub', 'execute_result', {'data': [1], 'metadata': 7}),\n"
        "        ('iopub', 'display_data', {'data': {'text/html': 5}, 'transient': 5}),\n"
        "        ('iopub', 'update_display_data', {'transient': {'display_id': [1]}}),\n"
        "        ('iopub', 'comm_open', {'comm_id': 'x', 'target_name': 'jupyter.widget'}),\n"
        "        ('iopub', 'input_request', {}), ('iopub', 'clear_output', {'wait': 'x'}),\n"
        "        ('shell', 'execute_reply', {'status': 'aborted', 'payload': [{'source': 'x'}]}),\n"
        "        ('shell', 'shutdown_reply', {}),\n"
        "        ('iopub', 'status', {'execution_state': 'idle'})):\n"
        "        wire.write({'channel': channel, 'kind': kind, 'parent': str(number),"
        " 'content': content})",
        status=_ANY,
        goes_on=None,
        everyday=True,
    ),
    Attack(
        name="forges observations with values that are none",
        code=_CHANNEL + "for value in ({'t': 'pickle', 'v': 'gASV'}, {'t': 'int', 'v': '1e999'},\n"
        "    {'t': 'float', 'v': '0x1p+9999'}, {'t': 'int', 'v': '9' * 100_000},\n"
        "    {'t': 'array', 'library': 'numpy', 'dtype': 'int64', 'shape': [10**9], 'data': ''},\n"
        "    {'t': 'array', 'library': 'numpy', 'dtype': 'object', 'shape': [1], 'data': 'AAAA'},\n"
        "    {'t': 'array', 'library': 'numpy', 'dtype': 'float64', 'shape': [0, 10**18],"
        " 'data': ''},\n"
        "    {'t': 'map', 'items': [[{'t': 'seq', 'kind': 'list', 'items': []}, 5]]}, [], "
        "None, 5):\n"
        "    wire.write({'channel': 'observed', 'cell': 2, 'failure': None, 'changes': [],\n"
        "                'bindings': [{'name': 'disc_area', 'value': value}]})",
    ),
    Attack(
        name="forges the cell, the failure and the names of an observation",
        code=_CHANNEL + "failure = {'type': '<b>', 'message': '\\x1b[2J', 'cell': -1,"
        " 'line': 10**15, 'trace': ''}\n"
        "for cell in (-1, 0, 3, 10**15):\n"
        "    wire.write({'channel': 'observed', 'cell': cell, 'failure': failure, 'changes': [],\n"
        "                'bindings': [{'name': '__class__', 'value': {'t': 'none'}},\n"
        "                             {'name': 'x' * 100_000, 'value': {'t': 'none'}}]})",
        status=_ANY,
        goes_on=None,
    ),
    Attack(
        name="answers calls before they are made",
        code=_CHANNEL + "for _ in range(50):\n"
        "    wire.write({'channel': 'called', 'printed': 5, 'mutated': ['radius'],"
        " 'value': {'t': 'int', 'v': '1'}})",
        status=_ANY,
        goes_on=None,
    ),
    Attack(
        name="answers calls before they are made, in good form",
        code=_CHANNEL + "for _ in range(50):\n"
        "    wire.write({'channel': 'called', 'printed': '', 'mutated': [],"
        " 'value': {'t': 'int', 'v': '1'}})\n"
        "    wire.write({'channel': 'salvaged', 'cells': []})\n    wire.write({'channel': "
        "'ready'})",
    ),
    Attack(
        name="reads the requests that are meant for the kernel",
        code=_CHANNEL + "os.set_blocking(wire._source, False)\n"
        "attempt('request', lambda: os.read(wire._source, 1))\n"
        "os.set_blocking(wire._source, True)\nos.read(wire._source, 1)",
        status=(RunStatus.TIMED_OUT,),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="closes the channel",
        code=_CHANNEL + "os.close(wire._target)\nos.close(wire._source)\ntime.sleep(20)",
        status=(RunStatus.TIMED_OUT, *_DIED),
        goes_on=None,
        limits=SHORT,
    ),
    Attack(
        name="fills the channel and stops reading",
        code=_CHANNEL + "wire.write({'channel': 'iopub', 'kind': 'stream', 'parent': '',"
        " 'content': {'name': 'stdout', 'text': 'x' * 1_900_000}})\n"
        "os.set_blocking(wire._target, False)\nos.close(wire._source)",
        status=_ANY,
        goes_on=None,
        limits=replace(LIMITS, output_bytes=2 * MIB),
    ),
    Attack(
        name="passes the channel to a child that outlives its cell",
        code=_CHANNEL + "if os.fork() == 0:\n    time.sleep(0.3)\n"
        '    frame(b\'{"channel": "called", "printed": "", "mutated": []}\')\n'
        "    raw(b'garbage ' * 100)\n    time.sleep(60)",
        status=_ANY,
        goes_on=None,
        alone=REFUSED,
    ),
)
