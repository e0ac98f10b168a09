// Programs that want the interpreter's memory, its stack or its time. Each must end in an ordinary error; `ends` is what it says.
import { SOURCES } from './sources.ts';

export interface HostileProgram {
  readonly name: string;
  readonly source: string;
  /** The budget that stops it, or the words of the fault. */
  readonly ends: 'memory' | 'steps' | 'depth' | 'output' | RegExp;
  /** V8's stack in KB, where less than Node's own is meant. */
  readonly stackKb?: number;
}

const MEMORY: readonly HostileProgram[] = [
  { name: 'a string that doubles', ends: 'memory', source: 's = "x"\nwhile True: s = s + s\n' },
  { name: 'a string that doubles in place', ends: 'memory', source: 's = "é"\nwhile True: s += s\n' },
  {
    name: 'a string that is never looked at, so that it stays a rope',
    ends: 'memory',
    source: 's = "ab"\nfor i in range(64): s = s + s\nprint(len(s))\n',
  },
  { name: 'a list that doubles', ends: 'memory', source: 'l = [1]\nwhile True: l = l + l\n' },
  { name: 'a list that doubles in place', ends: 'memory', source: 'l = [1]\nwhile True: l += l\n' },
  { name: 'a list that extends itself', ends: 'memory', source: 'l = [1]\nwhile True: l.extend(l)\n' },
  { name: 'a tuple that doubles', ends: 'memory', source: 't = (1,)\nwhile True: t = t + t\n' },
  { name: 'a dict of ints that grows', ends: 'memory', source: 'd = {}\nfor i in range(10000000): d[i] = i\n' },
  {
    name: 'a dict of texts that grows',
    ends: 'memory',
    source: 'd = {}\nfor i in range(10000000): d["k%d" % i] = i\n',
  },
  {
    name: 'a dict of floats that grows',
    ends: 'memory',
    source: 'd = {}\nfor i in range(10000000): d[i + 0.5] = 1.5\n',
  },
  {
    name: 'a dict of tuples that grows',
    ends: 'memory',
    source: 'd = {}\nfor i in range(10000000): d[(i, str(i))] = None\n',
  },
  { name: 'a set that grows', ends: 'memory', source: 's = set()\nfor i in range(10000000): s.add(i)\n' },
  { name: 'dicts in a list', ends: 'memory', source: 'l = []\nfor i in range(10000000): l.append({})\n' },
  { name: 'lists in a list', ends: 'memory', source: 'l = []\nwhile True: l.append([])\n' },
  {
    name: 'floats in a list',
    ends: 'memory',
    source: 'l = []\nx = 0.5\nwhile True:\n    x = x + 1\n    l.append(x)\n',
  },
  {
    name: 'large ints in a list',
    ends: 'memory',
    source: 'l = []\nx = 1 << 500\nwhile True:\n    x = x + 1\n    l.append(x)\n',
  },
  {
    name: 'closures in a list',
    ends: 'memory',
    source: 'def make(n):\n    return lambda: n\nl = []\nwhile True: l.append(make(len(l)))\n',
  },
  { name: 'bound methods in a list', ends: 'memory', source: 'l = []\nwhile True: l.append("x".join)\n' },
  { name: 'ranges in a list', ends: 'memory', source: 'l = []\nwhile True: l.append(range(9))\n' },
  {
    name: 'slices in a list',
    ends: 'memory',
    source: 'big = list(range(1000))\nl = []\nwhile True: l.append(big[:])\n',
  },
  { name: 'bytes in a list', ends: 'memory', source: 'b = b"x" * 1000\nl = []\nwhile True: l.append(b[1:])\n' },
  {
    name: 'arguments in a list',
    ends: 'memory',
    source: 'l = []\ndef keep(*args, **kwargs): l.append((args, kwargs))\nwhile True: keep(1, 2, 3, a = 4)\n',
  },
  { name: 'a list of a huge range', ends: 'steps', source: 'x = list(range(2000000000))\n' },
  { name: 'a tuple of a huge range', ends: 'steps', source: 'x = tuple(range(2000000000))\n' },
  { name: 'a set of a huge range', ends: 'memory', source: 'x = set(range(2000000000))\n' },
  { name: 'a huge range that is reversed', ends: 'steps', source: 'x = reversed(range(2000000000))\n' },
  { name: 'a huge range that is sorted', ends: 'steps', source: 'x = sorted(range(2000000000))\n' },
  { name: 'a huge range that is enumerated', ends: 'steps', source: 'x = enumerate(range(2000000000))\n' },
  { name: 'huge ranges that are zipped', ends: 'steps', source: 'x = zip(range(2000000000), range(2000000000))\n' },
  { name: 'a huge range as arguments', ends: 'memory', source: 'def f(*args): pass\nf(*range(2000000000))\n' },
  {
    name: 'a huge range as names',
    ends: /keywords must be strings/,
    source: 'def f(**kwargs): pass\nf(**{i: i for i in range(1000)})\n',
  },
  {
    name: 'a comprehension',
    ends: 'memory',
    source: 'x = [[i, j, k] for i in range(1000) for j in range(1000) for k in range(1000)]\n',
  },
  {
    name: 'a comprehension of a dict',
    ends: 'memory',
    source: 'x = {(i, j): i for i in range(10000) for j in range(10000)}\n',
  },
  {
    name: 'comprehensions in comprehensions',
    ends: 'memory',
    source: 'x = [[[[0 for a in range(100)] for b in range(100)] for c in range(100)] for d in range(100)]\n',
  },
];

const PRODUCTS: readonly HostileProgram[] = [
  { name: 'a text times a number', ends: 'memory', source: 'x = "abc" * 300000000\n' },
  { name: 'a text times more than there is', ends: /excessive repeat/, source: 'x = "abc" * 2000000000\n' },
  {
    name: 'a text times a number beyond ints of 32 bits',
    ends: /repeat count .* too large/,
    source: 'x = "abc" * (1 << 200)\n',
  },
  { name: 'a list times a number', ends: 'memory', source: 'x = [0] * 1000000000\n' },
  { name: 'a tuple times a number', ends: 'memory', source: 'x = (0, 1) * 500000000\n' },
  { name: 'bytes times a number', ends: 'memory', source: 'x = b"x" * 1000000000\n' },
  {
    name: 'a number times a list of lists',
    ends: 'memory',
    source: 'x = [[0] * 1000] * 1000\ny = [list(a) for a in x for b in x]\n',
  },
  { name: 'an empty list times a number', ends: /too large/, source: 'x = [] * (1 << 60)\ny = [0] * (1 << 60)\n' },
  { name: 'an int that squares itself', ends: 'steps', source: 'x = 3\nwhile True: x = x * x\n' },
  {
    name: 'an int that squares itself and is written',
    ends: 'steps',
    source: 'x = 3\nfor i in range(18): x = x * x\nfor i in range(1000): print(len(str(x)))\n',
  },
  { name: 'a factorial', ends: 'memory', source: 'x = 1\nfor i in range(1, 1000000): x = x * i\n' },
  { name: 'a shift', ends: /shift count too large/, source: 'x = 1 << 1000000000\n' },
  { name: 'shifts of shifts', ends: 'memory', source: 'x = 1\nwhile True: x = x << 511\n' },
  {
    name: 'powers by division',
    ends: 'steps',
    source: 'x = 3\nfor i in range(16): x = x * x\ny = x // 7\nwhile True: y = (x * y) // (y + 1)\n',
  },
  {
    name: 'a literal of an int without end',
    ends: 'steps',
    source: `x = 1${'0'.repeat(20000)}\nwhile True: x = x * x\n`,
  },
];

const TEXTS: readonly HostileProgram[] = [
  {
    name: 'replace with something longer',
    ends: 'memory',
    source: 'x = "a" * 10000\ny = x.replace("a", "b" * 100000)\n',
  },
  { name: 'replace of nothing', ends: 'memory', source: 'x = "a" * 10000\ny = x.replace("", "b" * 100000)\n' },
  { name: 'replace again and again', ends: 'memory', source: 'x = "aa"\nwhile True: x = x.replace("a", "aa")\n' },
  { name: 'join with a long separator', ends: 'memory', source: 'x = ("a" * 100000).join(["b"] * 100000)\n' },
  { name: 'join of one text many times', ends: 'memory', source: 's = "a" * 100000\nx = "".join([s] * 100000)\n' },
  {
    name: 'split into letters',
    ends: 'memory',
    source: 'x = ("a " * 1000000).split(" ")\ny = [list(x) for i in range(100)]\n',
  },
  {
    name: '% with one text many times',
    ends: 'memory',
    source: 's = "a" * 1000000\nx = ("%s" * 1000) % tuple([s] * 1000)\n',
  },
  { name: '% with a list that is written', ends: 'memory', source: 'l = [["x" * 1000] * 1000] * 100\nx = "%r" % l\n' },
  {
    name: 'format with one field many times',
    ends: 'memory',
    source: 's = "a" * 1000000\nx = ("{0}" * 1000).format(s)\n',
  },
  { name: 'format with a width', ends: /./, source: 'x = "{:1000000000}".format(1)\n' },
  { name: '% with a width', ends: /./, source: 'x = "%1000000000d" % 1\n' },
  {
    name: 'the text of a list that shares its parts',
    ends: 'memory',
    source: 'l = [0]\nfor i in range(60): l = [l, l]\nx = str(l)\n',
  },
  {
    name: 'the text of a tuple that shares its parts',
    ends: 'memory',
    source: 't = (0,)\nfor i in range(60): t = (t, t)\nx = repr(t)\n',
  },
  {
    name: 'the text of a dict that shares its parts',
    ends: 'memory',
    source: 'd = {}\nfor i in range(60): d = {"a": d, "b": d}\nprint(d)\n',
  },
  {
    name: 'the JSON of a list that shares its parts',
    ends: 'memory',
    source: 'l = [0]\nfor i in range(60): l = [l, l]\nx = json.encode(l)\n',
  },
  {
    name: 'upper case without end',
    ends: 'memory',
    source: 's = "ß" * 100000\nwhile True: s = s.upper() + s.lower()\n',
  },
  {
    name: 'letters of a text',
    ends: 'memory',
    source: 's = "a" * 1000000\nl = [list(s.elems()) for i in range(1000)]\n',
  },
  { name: 'what is printed', ends: 'output', source: 'while True: print("x" * 1000)\n' },
  { name: 'an empty line that is printed', ends: 'output', source: 'while True: print()\n' },
  {
    name: 'the text of an error',
    ends: 'memory',
    source: 'l = ["x" * 1000] * 1000\nfor i in range(20): l = [l, l]\nd = {}\nx = d[(str(l),)]\n',
  },
];

const DEPTHS: readonly HostileProgram[] = [
  { name: 'a function that calls itself', ends: 'depth', source: 'def f(n): return f(n + 1)\nf(0)\n' },
  { name: 'the same on a small stack', ends: 'depth', source: 'def f(n): return f(n + 1)\nf(0)\n', stackKb: 600 },
  {
    name: 'functions that call each other',
    ends: 'depth',
    source: 'def f(n): return g(n)\ndef g(n): return f(n)\nf(0)\n',
  },
  { name: 'a lambda that calls itself', ends: 'depth', source: 'f = lambda g: g(g)\nf(f)\n' },
  {
    name: 'a function that calls itself deep inside an expression',
    ends: 'depth',
    source: `def f(n): return ${'['.repeat(200)}f(n)${']'.repeat(200)}\nf(0)\n`,
  },
  {
    name: 'a function that calls itself deep inside blocks',
    ends: 'depth',
    source: `def f(n):\n${Array.from({ length: 90 }, (_, i) => `${' '.repeat(i + 1)}if True:\n`).join('')}${' '.repeat(91)}f(n)\nf(0)\n`,
  },
  {
    name: 'a function that calls itself in a comprehension',
    ends: 'depth',
    source: 'def f(n): return [x for x in [f(n) for y in [1]]]\nf(0)\n',
  },
  {
    name: 'a function that calls itself as a key of sorted',
    ends: 'depth',
    source: 'def f(n): return sorted([2, 1], key = f)\nf(0)\n',
  },
  {
    name: 'a function that calls itself as a key of max',
    ends: 'depth',
    source: 'def f(n): return max([2, 1], key = f)\nf(0)\n',
  },
  {
    name: 'a function that calls itself with arguments of every kind',
    ends: 'depth',
    source: 'def f(*args, **kwargs): return f(*args, **kwargs)\nf(1, 2, a = 3)\n',
  },
  {
    name: 'a function that calls itself from a default',
    ends: 'depth',
    source: 'def f(n):\n    def g(x = f(n)): pass\nf(0)\n',
  },
  {
    name: 'a method that is called by a function',
    ends: 'depth',
    source: 'def f(n): return "{}".format(f(n))\nf(0)\n',
  },
  {
    name: 'a list that holds itself and is compared',
    ends: /maximum recursion depth/,
    source: 'l = []\nl.append(l)\nm = []\nm.append(m)\nx = l == m\n',
  },
  {
    name: 'a dict that holds itself and is compared',
    ends: /maximum recursion depth/,
    source: 'd = {}\nd["d"] = d\ne = {}\ne["d"] = e\nx = d == e\n',
  },
  { name: 'a list that holds itself as JSON', ends: /./, source: 'l = []\nl.append(l)\nx = json.encode(l)\n' },
  { name: 'a dict that holds itself as JSON', ends: /./, source: 'd = {}\nd["d"] = d\nx = json.encode(d)\n' },
  {
    name: 'lists within lists as JSON',
    ends: /./,
    source: 'l = []\nfor i in range(100000): l = [l]\nx = json.encode(l)\nfail("was written")\n',
  },
  { name: 'JSON of brackets', ends: /./, source: 'x = json.decode("[" * 1000000)\n' },
  {
    name: 'lists within lists that are written and compared',
    ends: /maximum recursion depth/,
    source: 'l = []\nfor i in range(100000): l = [l]\nx = str(l)\ny = l == [l]\n',
  },
  {
    name: 'tuples within tuples as keys',
    ends: /was hashed/,
    source: 't = ()\nfor i in range(100000): t = (t,)\nd = {t: 1}\nfail("was hashed")\n',
  },
  {
    name: 'tuples within tuples that share their parts as keys',
    ends: 'memory',
    source: 't = ("x",)\nfor i in range(60): t = (t, t)\nd = {t: 1}\n',
  },
  {
    name: 'lists within lists that are frozen at the end',
    ends: /was frozen/,
    source: 'l = []\nfor i in range(100000): l = [l]\nfail("was frozen")\n',
  },
  {
    name: 'structs within structs that are written',
    ends: /deep/,
    source: 's = struct(a = 1)\nfor i in range(100000): s = struct(a = s)\nx = str(s)\n',
  },
  {
    name: 'structs within structs that are compared',
    ends: /./,
    source:
      's = struct(a = 1)\nt = struct(a = 1)\nfor i in range(100000):\n    s = struct(a = s)\n    t = struct(a = t)\nx = s == t\n',
  },
  {
    name: 'structs within structs as keys',
    ends: /./,
    source: 's = struct(a = 1)\nfor i in range(100000): s = struct(a = s)\nx = {s: 1}\nfail("was hashed")\n',
  },
  { name: 'brackets', ends: /nest/, source: `x = ${'['.repeat(100_000)}` },
  { name: 'signs', ends: /nest|deep/, source: `x = ${'-'.repeat(100_000)}1\n` },
  { name: 'a sum of many', ends: /./, source: `x = ${'1+'.repeat(50_000)}fail("was added")\n` },
  { name: 'calls of calls', ends: /./, source: `def f(): return f\nx = f${'()'.repeat(50_000)}\nfail("was called")\n` },
  {
    name: 'else if without end',
    ends: /./,
    source: `if False: pass\n${'elif False: pass\n'.repeat(20_000)}\nfail("was decided")\n`,
  },
  { name: 'conditions in conditions', ends: /nest|deep/, source: `x = ${'1 if 0 else '.repeat(50_000)}2\n` },
];

const TIME: readonly HostileProgram[] = [
  { name: 'a loop without end', ends: 'steps', source: 'while True: pass\n' },
  { name: 'a huge range', ends: 'steps', source: 'for i in range(2000000000): pass\n' },
  {
    name: 'loops in loops',
    ends: 'steps',
    source: 'for a in range(10000):\n    for b in range(10000):\n        for c in range(10000): pass\n',
  },
  { name: 'calls without end', ends: 'steps', source: 'def f(): pass\nwhile True: f()\n' },
  {
    name: 'a recursion that branches',
    ends: 'steps',
    source: 'def f(n): return 1 if n == 0 else f(n - 1) + f(n - 1)\nf(100)\n',
  },
  {
    name: 'a comprehension that keeps nothing',
    ends: 'steps',
    source: 'x = [i for i in range(2000000000) if i < 0]\n',
  },
  { name: 'a list that is searched for true', ends: 'steps', source: 'x = [False] * 100000\nwhile True: any(x)\n' },
  {
    name: 'a long list that is searched',
    ends: 'steps',
    source: 'l = list(range(500000))\nfor i in range(100000): x = -1 in l\n',
  },
  {
    name: 'a long text that is searched',
    ends: 'steps',
    source: 's = "a" * 5000000\nfor i in range(1000000): x = "b" in s\n',
  },
  {
    name: 'a search that nearly matches everywhere',
    ends: 'steps',
    source: 's = "a" * 1000000\nt = "a" * 100000 + "b"\nfor i in range(100000): x = s.find(t)\n',
  },
  {
    name: 'a count of something in a long text',
    ends: /budget|steps|memory|cancelled/,
    source: 's = "ab" * 1000000\nfor i in range(1000000): x = s.count("a")\n',
  },
  {
    name: 'equality of lists that share their parts',
    ends: 'steps',
    source: 'a = [0] * 10\nb = [0] * 10\nfor i in range(8):\n    a = [a] * 10\n    b = [b] * 10\nx = a == b\n',
  },
  {
    name: 'order of lists that share their parts',
    ends: 'steps',
    source: 'a = [0] * 10\nb = [0] * 10\nfor i in range(8):\n    a = [a] * 10\n    b = [b] * 10\nx = a < b\n',
  },
  {
    name: 'a list that loses its first again and again',
    ends: /cancelled/,
    source: 'l = list(range(400000))\nwhile l: l.pop(0)\nwhile True: pass\n',
  },
  {
    name: 'a list that gains a first again and again',
    ends: /cancelled/,
    source: 'l = []\nwhile True: l.insert(0, 1)\n',
  },
  {
    name: 'a dict that loses its first again and again',
    ends: /cancelled/,
    source: 'd = {i: i for i in range(200000)}\nwhile d: d.popitem()\nwhile True: pass\n',
  },
  {
    name: 'letters of a text with surrogates',
    ends: /cancelled/,
    source: 's = "😀" * 100000\nwhile True: x = s[77777]\n',
  },
  {
    name: 'sorted with a key that does much',
    ends: /cancelled/,
    source: 'def key(x): return [y for y in range(1000)]\nx = sorted(range(10000), key = key)\n',
  },
  {
    name: 'sorted of lists that share their parts',
    ends: /cancelled/,
    source: 'a = [0] * 10\nfor i in range(7): a = [a] * 10\nx = sorted([a] * 1000)\n',
  },
  {
    name: 'a long int that is divided again and again',
    ends: /cancelled/,
    source: 'x = 3\nfor i in range(15): x = x * x\nwhile True: y = x % 1000000007\n',
  },
  {
    name: 'a text of an int that is read',
    ends: /cancelled|./,
    source: 's = "9" * 1000000\nfor i in range(1000): x = int(s)\n',
  },
  {
    name: 'a splitting of a long text',
    ends: /cancelled/,
    source: 's = "a" * 1000000\nfor i in range(1000000): x = s.split("b")\n',
  },
  {
    name: 'a stripping of a long text',
    ends: /cancelled/,
    source: 's = " " * 1000000\nfor i in range(1000000): x = s.strip()\n',
  },
];

const LOCKS: readonly HostileProgram[] = [
  {
    name: 'append while it is iterated',
    ends: /cannot append to list during iteration/,
    source: 'l = [1]\nfor x in l: l.append(x)\n',
  },
  {
    name: 'extend while it is iterated',
    ends: /cannot extend list during iteration/,
    source: 'l = [1]\nfor x in l: l.extend(l)\n',
  },
  {
    name: '+= while it is iterated',
    ends: /cannot apply \+= to list during iteration/,
    source: 'l = [1]\nfor x in l: l += [x]\n',
  },
  {
    name: 'insert while it is iterated',
    ends: /cannot insert into list during iteration/,
    source: 'l = [1]\nfor x in l: l.insert(0, x)\n',
  },
  {
    name: 'pop while it is iterated',
    ends: /cannot pop from list during iteration/,
    source: 'l = [1]\nfor x in l: l.pop()\n',
  },
  {
    name: 'remove while it is iterated',
    ends: /cannot remove from list during iteration/,
    source: 'l = [1]\nfor x in l: l.remove(x)\n',
  },
  {
    name: 'clear while it is iterated',
    ends: /cannot clear list during iteration/,
    source: 'l = [1]\nfor x in l: l.clear()\n',
  },
  {
    name: 'an element that is set while the list is iterated',
    ends: /cannot assign to element of list during iteration/,
    source: 'l = [1]\nfor l[0] in l: pass\n',
  },
  {
    name: 'a key that is set while the dict is iterated',
    ends: /cannot insert into hash table during iteration/,
    source: 'd = {1: 2}\nfor k in d: d[k + 1] = 1\n',
  },
  {
    name: 'a key that is taken out while the dict is iterated',
    ends: /hash table during iteration/,
    source: 'd = {1: 2}\nfor k in d: d.pop(k)\n',
  },
  {
    name: 'update while the dict is iterated',
    ends: /hash table during iteration/,
    source: 'd = {1: 2}\nfor k in d: d.update({5: 6})\n',
  },
  {
    name: '|= while the dict is iterated',
    ends: /hash table during iteration/,
    source: 'd = {1: 2}\nfor k in d: d |= {5: 6}\n',
  },
  {
    name: 'clear while the dict is iterated',
    ends: /hash table during iteration/,
    source: 'd = {1: 2}\nfor k in d: d.clear()\n',
  },
  {
    name: 'add while the set is iterated',
    ends: /hash table during iteration/,
    source: 's = set([1])\nfor k in s: s.add(k + 1)\n',
  },
  {
    name: 'append by a function in a comprehension',
    ends: /cannot append to list during iteration/,
    source: 'l = [1]\ndef f(x): l.append(x)\ny = [f(x) for x in l]\n',
  },
  {
    name: 'append by the key of sorted',
    ends: /cannot append to list during iteration/,
    source: 'l = [1, 2]\ndef f(x): l.append(x)\ny = sorted(l, key = f)\n',
  },
  {
    name: 'append by the key of max',
    ends: /cannot append to list during iteration/,
    source: 'l = [1, 2]\ndef f(x): l.append(x)\ny = max(l, key = f)\n',
  },
  {
    name: 'append after a loop that failed inside a function',
    ends: /was free/,
    source: 'l = [1]\ndef f():\n    for x in l:\n        if x: return\nf()\nl.append(2)\nfail("was free")\n',
  },
  {
    name: 'names that are JavaScript’s own',
    ends: /no \.__proto__ field or method/,
    source:
      'd = {"__proto__": 1, "constructor": 2}\ndef f(**kwargs): return kwargs["__proto__"]\nf(**{"__proto__": 1})\nx = d.__proto__\n',
  },
  {
    name: 'a method that is JavaScript’s own',
    ends: /no \.constructor field or method/,
    source: 'x = [].constructor("x")\n',
  },
];

const FOUND: readonly HostileProgram[] = [
  {
    name: 'a key that is deleted and set again and again',
    ends: 'memory',
    source: 'd = {i: i for i in range(50000)}\nwhile True:\n    d.pop(5)\n    d[5] = 1\n',
  },
  {
    name: 'a float key that is deleted and set again and again',
    ends: 'memory',
    source: 'd = {i + 0.5: i for i in range(20000)}\nwhile True:\n    d.pop(5.5)\n    d[5.5] = 1\n',
  },
  {
    name: 'an element that is removed and added again and again',
    ends: 'memory',
    source: 's = set(range(50000))\nwhile True:\n    s.remove(5)\n    s.add(5)\n',
  },
  {
    name: 'a loop over a dict most of which was deleted',
    ends: 'steps',
    source: 'd = {i: i for i in range(100000)}\nfor i in range(74000): d.pop(i)\nwhile True:\n    for k in d: break\n',
  },
  {
    name: 'long texts that are equal',
    ends: 'steps',
    source: 's = "a" * 5000000\nt = "a" * 4999999 + "a"\nwhile True: x = s == t\n',
  },
  {
    name: 'long texts that nearly are in order',
    ends: 'steps',
    source: 's = "😀" * 2000000 + "b"\nt = "😀" * 2000000 + "c"\nwhile True: x = s < t\n',
  },
  {
    name: 'a long text as a key',
    ends: 'steps',
    source: 's = "a" * 5000000\nt = "a" * 4999999 + "a"\nd = {s: 1}\nwhile True: x = d[t] + d.get(t)\n',
  },
  {
    name: 'long texts of one length as keys, which V8 does not hash',
    ends: 'steps',
    source:
      'd = {}\nb = "a" * 16400\nl = [b + str(i) + "z" * (8 - len(str(i))) for i in range(600)]\nfor s in l: d[s] = 1\nwhile True:\n    for s in l: x = d[s]\n',
  },
  { name: 'the text of many quotes', ends: 'memory', source: 's = "\\"" * 8000000\nwhile True: x = repr(s)\n' },
  { name: 'the JSON of many quotes', ends: 'memory', source: 's = "\\"" * 4000000\nwhile True: x = json.encode(s)\n' },
  {
    name: 'two long texts whose lengths are asked in turn',
    ends: 'steps',
    source: 's = "😀" * 2000000\nt = "é" * 3000000 + "中"\nwhile True: x = len(s) + len(t)\n',
  },
  {
    name: 'a large int that is compared and negated',
    ends: 'memory',
    source: 'x = 3\nfor i in range(17): x = x * x\ny = x + 1\nwhile True: z = -x < y or ~x == y or x in {y: 1}\n',
  },
  {
    name: 'many variables in each of many calls',
    ends: 'depth',
    source: `def f(n):\n    f(n + 1)\n${Array.from({ length: 20_000 }, (_, i) => `    v${i} = 1\n`).join('')}f(0)\n`,
  },
  { name: 'a fault with a message of megabytes', ends: /^fail: x+…$/, source: 'fail("x" * 10000000)\n' },
  { name: 'a key of megabytes that is not there', ends: /^key "x+…$/, source: 'x = {}["x" * 5000000]\n' },
];

export const PROGRAMS: readonly HostileProgram[] = [
  ...MEMORY,
  ...PRODUCTS,
  ...TEXTS,
  ...DEPTHS,
  ...TIME,
  ...LOCKS,
  ...FOUND,
  ...SOURCES,
];
