// The six programs of the Starlark benchmark. Each is a program of both languages, and defines `run`, which gives a number that both must
// agree on.

export interface BenchProgram {
  readonly name: string;
  /** What native starlark-go took, in milliseconds, on a machine of the kind this was written on: median and least. */
  readonly go: { readonly median: number; readonly least: number };
  readonly source: string;
}

export const PROGRAMS: readonly BenchProgram[] = [
  {
    name: 'loop of 1e6',
    go: { median: 332, least: 244 },
    source: `
def run():
    total = 0
    for i in range(1000000):
        if i % 2 == 0:
            total = total + i
        else:
            total = total - 1
    return total
`,
  },
  {
    name: 'fib(24)',
    go: { median: 43, least: 29 },
    source: `
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

def run():
    return fib(24)
`,
  },
  {
    name: '200k dict updates',
    go: { median: 162, least: 109 },
    source: `
def run():
    counts = {}
    for i in range(200000):
        key = "k" + str(i % 1000)
        counts[key] = counts.get(key, 0) + i
    return len(counts) + counts["k7"]
`,
  },
  {
    name: '20 comprehensions of 10k',
    go: { median: 33, least: 20 },
    source: `
def run():
    total = 0
    for round in range(20):
        squares = [x * x for x in range(10000) if x % 3 == 0]
        total += len(squares)
    return total
`,
  },
  {
    name: '50k format, append, join',
    go: { median: 95, least: 60 },
    source: `
def run():
    lines = []
    for i in range(50000):
        lines.append("%s: %d {}".format(i) % ("line", i))
    return len(",".join(lines))
`,
  },
  {
    name: 'sort of 100k',
    go: { median: 139, least: 68 },
    source: `
def run():
    numbers = [(i * 7919 + 13) % 100003 for i in range(100000)]
    return sorted(numbers)[50000]
`,
  },
];
