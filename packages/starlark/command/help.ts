// What `--help` says.
export const HELP = `starlark: run untrusted Starlark programs within a budget

usage: starlark FILE [options]      run a file; it may load files below its own folder
       starlark -c PROGRAM          run a program given as an argument
       starlark --jsonl             run programs from standard input, one JSON line each
       starlark [-]                 run standard input; at a terminal, a session

options:
  --steps N         steps a program may take (1e9)
  --memory BYTES    bytes it may take over the whole run, garbage included
                    (1G, or half of what Node has)
  --depth N         calls within each other (1000)
  --output BYTES    what it may print (100e6)
  --source N        characters of its source, with all that it loads (1M)
  --timeout SECONDS how long it may take, reading it included (no limit)
  --dialect LIST    set while topLevelControl globalReassign recursion
                    loadBindsGlobally, separated by commas; all; standard
  --version         which this is
  --help            this text
  --                what follows is a FILE, whatever it begins with

Amounts take k, M and G. Programs have the modules json, math and time, and struct.

A line of --jsonl is {"id", "source"}, with "name", "dialect" (a list), "modules"
(sources by name, for load) and "steps", "memory", "depth", "output", "timeout"
if wanted; never more than the command line allows. The answer is {"id", "ok",
"prints", "globals", "used"} and, if not ok, "errors": each a "kind" (syntax resolve
eval budget cancelled host), "message", "budget", "at" and "stack". A line that
cannot be run is answered too, with errors of kind "request".

exit codes: 0 done, 1 the program failed, 64 usage, 66 the file cannot be read
`;

/** What `help` says in a session. */
export const SESSION_HELP = `Type an expression to see its value, or statements; a block ends with an empty line.
There are json, math, time and struct. End with exit or Ctrl-D.
`;
