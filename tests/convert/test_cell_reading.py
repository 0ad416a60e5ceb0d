"""Which nodes a cell becomes, and which cells are refused, with their line and a hint."""

from __future__ import annotations

import pytest

from funcnodes_jupyter.convert.cells.draft import CellGraph, Constant, KernelName
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.errors import CellError
from funcnodes_jupyter.worker.finder import find_name


def outline(graph: CellGraph) -> list[str]:
    """A line a node: ``key: class(port=value or <source>) -> outputs, after others``."""
    lines = []
    for draft in graph.drafts.values():
        given = [
            f"{port}={source.value!r}" if isinstance(source, Constant) else f"{port}=<{source.key}.{source.port}>"
            for port, source in draft.inputs.items()
        ]
        outputs = f" -> {', '.join(draft.outputs)}" if draft.outputs and [*draft.outputs] != ["out"] else ""
        after = f" after {', '.join(draft.after)}" if draft.after else ""
        lines.append(f"{draft.key}: {draft.node_id}({', '.join(given)}){outputs}{after}")
    return lines


READ: list[tuple[str, list[str]]] = [
    ("x = 5", ["x: basic.whole_number(value=5)"]),
    ("x = -1.5", ["x: basic.number(value=-1.5)"]),
    ("x = 'a'", ["x: basic.text(value='a')"]),
    ("x = True", ["x: basic.boolean(value=True)"]),
    ("x = None", ["x: basic.none()"]),
    ("x = [1, {'a': (2, None)}]", ["x: basic.list(value=[1, {'a': (2, None)}])"]),
    ("x = {'a': 1}", ["x: basic.dict(value={'a': 1})"]),
    ("x = (1, b'b', 2j)", ["x: basic.value(value=(1, b'b', 2j))"]),
    ("x: int = 1\ny: str", ["x: basic.whole_number(value=1)"]),
    ("x = y = 3", ["x: basic.whole_number(value=3)"]),
    ("x = 1\ny = x", ["x: basic.whole_number(value=1)"]),
    ("x = 1\nx = 2", ["x: basic.whole_number(value=1)", "x_2: basic.whole_number(value=2)"]),
    ("import math\ny = math.sqrt(4)", ["y: py:math.sqrt(x=4)"]),
    ("from math import sqrt as root\ny = root(4)", ["y: py:math.sqrt(x=4)"]),
    ("import os.path\ny = os.path.basename('a/b')", ["y: py:os.path.basename(p='a/b')"]),
    ("y = len('abc')", ["y: py:builtins.len(obj='abc')"]),
    ("y = max(1, 2)", ["y: py:builtins.max(args_0=1, args_1=2)"]),
    ("y = int('12', base=8)", ["y: py:builtins.int(args_0='12', base=8)"]),
    ("y = sum(range(3))", ["y/range: py:builtins.range(args_0=3)", "y: py:builtins.sum(iterable=<y/range.out>)"]),
    ("x = 1\ny = x + 2", ["x: basic.whole_number(value=1)", "y: py:operator.add(a=<x.out>, b=2)"]),
    ("x = 1\ny = -x", ["x: basic.whole_number(value=1)", "y: py:operator.neg(a=<x.out>)"]),
    ("x = 1\ny = x >= 2", ["x: basic.whole_number(value=1)", "y: py:operator.ge(a=<x.out>, b=2)"]),
    ("x = [1]\ny = x[0]", ["x: basic.list(value=[1])", "y: py:operator.getitem(a=<x.out>, b=0)"]),
    ("x = [1]\ny = x[1:]", ["x: basic.list(value=[1])", "y: py.code(__source__='x[1:]', x=<x.out>)"]),
    ("x = 1j\ny = x.imag", ["x: basic.value(value=1j)", "y: py.code(__source__='x.imag', x=<x.out>)"]),
    ("x = 'a'\ny = x.upper()", ["x: basic.text(value='a')", "y: py.method(object=<x.out>, method='upper')"]),
    (
        "x = 'a'\ny = x.center(5, '-')",
        ["x: basic.text(value='a')", "y: py.method(object=<x.out>, method='center', args_0=5, args_1='-')"],
    ),
    ("a, b = divmod(7, 2)", ["a, b: py:builtins.divmod(x=7, y=2) -> out0, out1"]),
    ("a, b = 1, 2\na, b = b, a", ["a: basic.whole_number(value=1)", "b: basic.whole_number(value=2)"]),
    ("a, *b = [1, 2]", ["a: py.code(__source__='a, *b = [1, 2]') -> a, b"]),
    ("y = [v for v in range(3)]", ["y: py.code(__source__='[v for v in range(3)]')"]),
    ("x = 1\ny = f'{x}'", ["x: basic.whole_number(value=1)", "y: py.code(__source__=\"f'{x}'\", x=<x.out>)"]),
    ("y = sorted([2], key=abs)", ["y: py.code(__source__='sorted([2], key=abs)')"]),
    (
        "x = [1]\nn = len(x)\nx.append(2)\nm = len(x)",
        [
            "x: basic.list(value=[1])",
            "n: py:builtins.len(obj=<x.out>)",
            "x_2: py.code(__source__='x.append(2)', x=<x.out>) -> x_ after n",
            "m: py:builtins.len(obj=<x_2.x_>)",
        ],
    ),
    ("import random\nl = [1]\nn = len(l)\nrandom.shuffle(l)\nm = len(l)\nx = random.random()", [
        "l: basic.list(value=[1])",
        "n: py:builtins.len(obj=<l.out>)",
        "l_2: py.code(__source__='random.shuffle(l)', l=<l.out>) -> l_ after n",
        "m: py:builtins.len(obj=<l_2.l_>)",
        "x: py:random.random() after l_2",
    ]),
    ("from heapq import heappop as pop\nh = [1]\nx = pop(h)", [
        "h: basic.list(value=[1])", "x: py.code(__source__='x = pop(h)', h=<h.out>) -> x, h_",
    ]),
    ("import heapq\nx = heapq.heappop([1])", ["x: py:heapq.heappop(heap=[1])"]),
    (
        "x = 1\nx += 2",
        ["x: basic.whole_number(value=1)", "x_2: py.code(__source__='x += 2', x=<x.out>) -> x_"],
    ),
    (
        "t = 0\nfor i in range(3):\n    t += i",
        ["t: basic.whole_number(value=0)", "i: py.code(__source__='for i in range(3):\\n    t += i', t=<t.out>) -> i, t_"],
    ),
    (
        "c = 1\nif c:\n    c = 2",
        ["c: basic.whole_number(value=1)", "c_2: py.code(__source__='if c:\\n    c = 2', c=<c.out>) -> c_"],
    ),
    ("with open('f') as f:\n    d = f.read()", ["d: py.code(__source__=\"with open('f') as f:\\n    d = f.read()\") -> d, f"]),
    (
        "def f(x):\n    return x\ny = f(1)",
        ["f: py.code(__source__='def f(x):\\n    return x') -> f", "y: py.call(function=<f.f>, x=1)"],
    ),
    (
        "def f():\n    return k\nk = 1\ny = f()",
        [
            "k: basic.whole_number(value=1)",
            "f: py.code(__source__='def f():\\n    return k', k=<k.out>) -> f",
            "y: py.call(function=<f.f>)",
        ],
    ),
    ("class A:\n    pass\na = A()", ["A: py.code(__source__='class A:\\n    pass') -> A", "a: py.call(function=<A.A>)"]),
    ("async def f():\n    return 1\nx = await f()", [
        "f: py.code(__source__='async def f():\\n    return 1') -> f", "x: py.async_code(__source__='await f()', f=<f.f>)",
    ]),
    ("print('a', end='')", ["print: py:builtins.print(args_0='a', end='')"]),
    ("import random\nrandom.seed(1)\nx = random.random()", [
        "seed: py:random.seed(a=1)", "x: py:random.random() after seed",
    ]),
    ("pass\n'a text'\n...", []),
]  # fmt: skip

PARTS: list[tuple[str, list[str]]] = [
    ("# %% Start\nx = 1\ny = 2\n#%%\nz = x + y", [
        "start: py.code(__source__='x = 1\\ny = 2') -> x, y",
        "z: py.code(__source__='z = x + y', x=<start.x>, y=<start.y>) -> z",
    ]),
    ("x = 1\n\n# %%\n\n# why\nx = x + 1\n", [
        "x: py.code(__source__='x = 1') -> x", "x_2: py.code(__source__='# why\\nx = x + 1', x=<x.x>) -> x_",
    ]),
    ("import math\n# %%\ny = math.sqrt(4)\ny", ["y: py.code(__source__='y = math.sqrt(4)\\ny')"]),
    ("# %% [markdown]\n# Some text.\n# %% Two [code] tags=[\"a\"]\nx = 1", ["two: py.code(__source__='x = 1') -> x"]),
    ("# %% A b/c!\nprint(1)\n# %% A b/c!\nprint(2)", [
        "a_b_c: py.code(__source__='print(1)')", "a_b_c_2: py.code(__source__='print(2)')",
    ]),
    ("l = [1]\n# %%\nn = len(l)\n# %%\nm = l\nm.append(2)\n# %%\ns = sum(l)", [
        "l: py.code(__source__='l = [1]') -> l",
        "n: py.code(__source__='n = len(l)', l=<l.l>) -> n",
        "m: py.code(__source__='m = l\\nm.append(2)', l=<l.l>) -> m, l_ after n",
        "s: py.code(__source__='s = sum(l)', l=<m.l_>) -> s",
    ]),
    ("l = [3, 1]\n# %%\nk = l.copy()\nk.sort()\n# %%\nl.count(1)", [
        "l: py.code(__source__='l = [3, 1]') -> l",
        "k: py.code(__source__='k = l.copy()\\nk.sort()', l=<l.l>) -> k",
        "part: py.code(__source__='l.count(1)', l=<l.l>)",
    ]),
    ("q = [1]\n# %%\nd = {}\n# %%\nd['q'] = q\n# %%\nn = sum(d['q'])\n# %%\nq.append(2)", [
        "q: py.code(__source__='q = [1]') -> q",
        "d: py.code(__source__='d = {}') -> d",
        "d_2: py.code(__source__=\"d['q'] = q\", q=<q.q>, d=<d.d>) -> d_",
        "n: py.code(__source__=\"n = sum(d['q'])\", d=<d_2.d_>) -> n",
        "q_2: py.code(__source__='q.append(2)', q=<q.q>) -> q_ after d_2, n",
    ]),
    ("k = 1\ndef f():\n    return k\n# %%\na = f()", [
        "k: py.code(__source__='k = 1\\ndef f():\\n    return k') -> k, f", "a: py.code(__source__='a = f()', f=<k.f>) -> a",
    ]),
    ("def f():\n    return k\n# %%\nk = 1\n# %%\na = f()", [
        "f: py.code(__source__='def f():\\n    return k') -> f",
        "k: py.code(__source__='k = 1') -> k",
        "f_2: py.code(__source__='def f():\\n    return k', k=<k.k>) -> f",
        "a: py.code(__source__='a = f()', f=<f_2.f>) -> a",
    ]),
    ("# %%\nl = [1]\n# %%\nn = len(l)\n# %%\nimport bisect as b\nb.insort(l, 0);\n# %%\nm = len(l)", [
        "l: py.code(__source__='l = [1]') -> l",
        "n: py.code(__source__='n = len(l)', l=<l.l>) -> n",
        "l_2: py.code(__source__='import bisect as b\\nb.insort(l, 0);', l=<l.l>) -> l_ after n",
        "m: py.code(__source__='m = len(l)', l=<l_2.l_>) -> m",
    ]),
    ("import random\n# %%\nrandom.seed(1)\n# %%\nx = random.random()", [
        "part: py.code(__source__='random.seed(1)')", "x: py.code(__source__='x = random.random()') -> x after part",
    ]),
    ("# %%\nimport random\nrandom.seed(1)\n# %%\nimport random\nx = random.random()", [
        "part: py.code(__source__='import random\\nrandom.seed(1)')",
        "x: py.code(__source__='import random\\nx = random.random()') -> x after part",
    ]),
    ("# %%\nasync def f():\n    return 1\n# %%\nx = await f()", [
        "f: py.code(__source__='async def f():\\n    return 1') -> f", "x: py.async_code(__source__='x = await f()', f=<f.f>) -> x",
    ]),
    ("# %%\nx = 1\n# %%\nif x:\n    x = 2\n    y = 3", [
        "x: py.code(__source__='x = 1') -> x",
        "x_2: py.code(__source__='if x:\\n    x = 2\\n    y = 3', x=<x.x>) -> x_, y",
    ]),
    ("x = 1\ntext = '''\n# %% no part\n'''", [
        "x: basic.whole_number(value=1)", "text: basic.text(value='\\n# %% no part\\n')",
    ]),
    ("x = [\n# %% no part\n]", ["x: basic.list(value=[])"]),
    ("# %%\nx = 1\nx + 1", ["x: py.code(__source__='x = 1\\nx + 1') -> out, x"]),
    ("# %%\nx = 1\nx;", ["x: py.code(__source__='x = 1\\nx;') -> x"]),
    ("# %% Nothing\n'a text'\n# %%\n", []),
]  # fmt: skip

REFUSED: list[tuple[str, int, str]] = [
    ("x = 1\nglobal x", 2, "give the value back with return"),
    ("def f():\n    global x\n    x = 1", 2, "global x"),
    ("from os import *", 1, "name what you need"),
    ("x = 1\nfrom . import y", 2, "cannot begin with a dot"),
    ("x = 1\n%matplotlib inline", 2, "magics and shell lines"),
    ("%%time\nx = 1", 1, "magics and shell lines"),
    ("!ls", 1, "magics and shell lines"),
    ("files = !ls", 1, "magics and shell lines"),
    ("x = 1\nx?", 2, "magics and shell lines"),
    ("x = (", 1, "was never closed"),
    ("x = 1\n  y = 2", 2, "unexpected indent"),
    ("return 1", 1, "outside function"),
    ("x = 1\ny = x + z", 2, "the name 'z' is not defined"),
    ("x = y(1)", 1, "the name 'y' is not defined"),
    ("for i in unknown:\n    pass", 1, "the name 'unknown' is not defined"),
    ("x = 1\ndel x", 2, "del"),
    ("import nothing_of_that_name", 1, "install what brings it"),
    ("import math\ny = math.sqr(2)", 2, "Did you mean sqrt"),
    ("import math\ny = math.sqrt(1, 2)", 2, "too many positional arguments"),
    ("def f(a):\n    return a\ny = f(b=1)", 3, "missing a required argument: 'a'"),
    ("x = 1\ny = eval('x')", 2, "write out what is meant"),
    ("x = locals()", 1, "write out what is meant"),
    ("def a():\n    return b()\ndef b():\n    return a()\nx = a()", 1, "call each other"),
    ("x = '\0'", 1, ""),
    ("# %%\nx = 1\n# %%\ny = x\nz = y + nothing", 5, "the name 'nothing' is not defined"),
    ("# %%\nx = y\n# %%\ny = 1", 2, "the name 'y' is not defined"),
    ("# %% One\nx = 1\n# %% Two\n!ls", 4, "magics and shell lines"),
    ("# %%\nimport nothing_of_that_name\nx = 1", 2, "install what brings it"),
]


@pytest.mark.parametrize(("source", "nodes"), READ, ids=[source for source, _ in READ])
def test_a_cell_becomes_these_nodes(source: str, nodes: list[str]) -> None:
    assert outline(read_cell(source, find_name)) == nodes


@pytest.mark.parametrize(("source", "nodes"), PARTS, ids=[source for source, _ in PARTS])
def test_each_part_of_a_cell_becomes_one_node(source: str, nodes: list[str]) -> None:
    assert outline(read_cell(source, find_name)) == nodes


def test_a_part_is_called_by_its_title_or_by_what_it_binds_first() -> None:
    graph = read_cell("# %% Load the data\nb, a = 1, 2\n# %%\nz = 1\ny = 2\nz", find_name)
    assert [draft.name for draft in graph.drafts.values()] == ["Load the data", "z"]
    assert graph.result is not None
    assert graph.drafts["z"].outputs[graph.result.port] == "z"


def test_a_part_that_reads_names_of_the_kernel_gets_them() -> None:
    kernel = {"df": KernelName("value"), "np": KernelName("module", "numpy")}
    assert outline(read_cell("# %%\na = np.sum(df)\n# %%\nb = np.max(df)", find_name, kernel)) == [
        "df: kernel.variable()",
        "a: py.code(__source__='a = np.sum(df)', df=<df.out>) -> a",
        "b: py.code(__source__='b = np.max(df)', df=<df.out>) -> b",
    ]


@pytest.mark.parametrize(("source", "line", "told"), REFUSED, ids=[source for source, _, _ in REFUSED])
def test_a_cell_is_refused_at_its_line(source: str, line: int, told: str) -> None:
    with pytest.raises(CellError) as caught:
        read_cell(source, find_name)
    assert caught.value.line == line
    assert told in str(caught.value)


def test_what_is_done_to_a_value_of_the_kernel_comes_before_who_reads_it_then() -> None:
    kernel = {"l": KernelName("value"), "mix": KernelName("callable", "random.shuffle")}
    assert outline(read_cell("mix(l)\nl.append(1)\nn = len(l)", find_name, kernel)) == [
        "l: kernel.variable()",
        "l_2: py.code(__source__='mix(l)', l=<l.out>) -> l_",
        "l_3: py.code(__source__='l.append(1)', l=<l_2.l_>) -> l_",
        "n: py:builtins.len(obj=<l_3.l_>)",
    ]


def test_functions_of_the_kernel_that_call_each_other_are_read() -> None:
    kernel = {
        "f": KernelName("function", "def f(v):\n    return g(v - 1)"),
        "g": KernelName("function", "def g(v):\n    return v and f(v)"),
    }
    with pytest.raises(CellError, match="f and g call each other"):
        read_cell("x = f(1)", find_name, kernel)


def test_names_of_the_kernel() -> None:
    kernel = {
        "df": KernelName("value"),
        "np": KernelName("module", "numpy"),
        "root": KernelName("callable", "math.sqrt"),
        "twice": KernelName("function", "def twice(v):\n    return v * k\n"),
        "k": KernelName("value"),
        "unused": KernelName("value"),
    }
    graph = read_cell("a = np.sum(df)\nb = root(4)\nc = twice(b)", find_name, kernel)
    assert outline(graph) == [
        "df: kernel.variable()",
        "a: py:numpy.sum(a=<df.out>)",
        "b: py:math.sqrt(x=4)",
        "k: kernel.variable()",
        "twice: py.code(__source__='def twice(v):\\n    return v * k\\n', k=<k.out>) -> twice",
        "c: py.call(function=<twice.twice>, v=<b.out>)",
    ]


def test_the_cells_own_names_win_over_those_of_the_kernel() -> None:
    assert outline(read_cell("x = 1\ny = x", find_name, {"x": KernelName("value")})) == [
        "x: basic.whole_number(value=1)"
    ]


def test_a_remark_says_where_a_node_stands() -> None:
    graph = read_cell('x = 1  # funcnodes: {"pos": [3, 4], "mode": "frozen"}\ny = 2  # funcnodes: {broken\n', find_name)
    assert graph.drafts["x"].remark == {"pos": [3, 4], "mode": "frozen"}
    assert graph.drafts["y"].remark == {}


def test_a_remark_behind_the_title_of_a_part_says_where_it_stands() -> None:
    graph = read_cell('# %% One  # funcnodes: {"pos": [3, 4]}\nx = 1\n# %% Two\ny = x\n', find_name)
    assert [(draft.name, draft.remark) for draft in graph.drafts.values()] == [("One", {"pos": [3, 4]}), ("Two", {})]
