// What `--help` says.
export const HELP = `starlark: run untrusted Starlark programs within a budget

usage: starlark FILE [options]      run a file; it may load files below its own folder
       starlark -c PROGRAM          run a program given as an argument
       starlark --jsonl             run programs from standard input, one JSON line each
       starlark [-]                 run standard input; at a terminal, a session

options:
  --steps N         steps a program may take (1e9)
  --memory BYTES    bytes it may take over the whole run, garbage included (1G)
  --depth N         calls within each other (1000)
  --output BYTES    what it may print (100e6)
  --timeout SECONDS how long it may run (no limit)
  --dialect LIST    set while topLevelControl globalReassign recursion
                    loadBindsGlobally, separated by commas; all; standard
  --help            this text

Amounts take k, M and G. Programs have the modules json, math and time, and struct.

A line of --jsonl is {"id", "source"}, with "name", "dialect" (a list), "modules"
(sources by name, for load) and "steps", "memory", "depth", "output", "timeout"
if wanted. The answer is {"id", "ok", "prints", "globals", "used"} and, if not ok,
"errors": each a "kind" (syntax resolve eval budget cancelled), "message", "budget",
"at" and "stack".

exit codes: 0 done, 1 the program failed, 64 usage
`;
