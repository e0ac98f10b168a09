// Interpreters: a program in an argument or a file can do anything, so it is told only that it runs, unless it is one of the few
// that are known to print. INVARIANT: what passes here is made of numbers, plain text and names that only look.

import type { Field } from '../field.ts';
import { addExecute, type Invocation } from '../invocation.ts';
import { addPath, resolve } from '../paths.ts';
import { bothWays, type Flow } from '../state.ts';
import { addCode, spoken } from './add.ts';
import { readArguments } from './spec.ts';
import { INTERPRETERS } from './tables/interpreters.ts';

const NUMBERS = String.raw`[\d\s.+\-*/%(),<>=!&|^~]`;
const TEXT = String.raw`'[^'\\]*'|"[^"\\]*"`;
/** Python: calculations and calls of functions that only calculate. `**` of large numbers takes time, no more. */
const PYTHON_NAMES =
  'print|len|sum|min|max|abs|round|int|float|str|bool|hex|bin|oct|ord|chr|sorted|range|list|tuple|divmod|pow|True|False|None|not|and|or|in|if|else|sys\\.version|sys\\.version_info|sys\\.executable|sys\\.platform|sys\\.maxsize|sys\\.byteorder|sys\\.prefix';
const PYTHON = new RegExp(
  `^(?:import sys\\s*[;\\n]\\s*)?(?:(?:(?<![\\w'"])(?:${PYTHON_NAMES})(?![\\w'".])|(?<![\\w)\\]'"])(?:${TEXT})|[\\[\\]:;]|${NUMBERS})+)$`,
);
const NODE_NAMES =
  'console\\.log|process\\.(?:version|platform|arch|execPath|pid|versions(?:\\.\\w+)?|release\\.name)|Math\\.\\w+|Number\\.\\w+|JSON\\.stringify|Date\\.now|new Date|parseInt|parseFloat|isNaN|String|Number|Boolean|true|false|null|undefined|typeof';
const NODE = new RegExp(
  `^(?:(?<![\\w'".])(?:${NODE_NAMES})(?![\\w'"])|(?<![\\w)\\]'"])(?:${TEXT})|[:;?]|${NUMBERS})+$`,
);
/** `require('./package.json').version`: a file that node reads as data, provided that it is one. */
const NODE_DATA =
  /\brequire\(\s*(['"])(\.{0,2}\/?[\w./-]*\.json)\1\s*\)(?:\.[A-Za-z]\w*|\[\s*(?:'[^'\\]*'|"[^"\\]*"|\d+)\s*\])*(?!\s*[\w([.])/g;
/** Reached from a value: `x.constructor` leads to code. */
const LEADS_ON = /constructor|__|prototype|caller|callee/;

const HARMLESS: { readonly [language: string]: (text: string) => boolean } = {
  python: (text) => text.length < 2000 && PYTHON.test(text),
  node: (text) => text.length < 2000 && !LEADS_ON.test(text) && NODE.test(text),
};

export function walkInterpreter(invocation: Invocation): Flow | undefined {
  const { run, name, args, span, state, stdin } = invocation;
  const base = name.replace(/\d+(?:\.\d+)*$/, '');
  const spec = INTERPRETERS[name] ?? INTERPRETERS[base];
  if (spec === undefined) return undefined;
  const target = spoken([{ kind: 'text', text: name, span }, ...args]);
  const moved = bothWays({ ...state, pathsMoved: true });
  const read = readArguments({ options: spec.options, operands: 'text', leading: true }, args);
  if ('unknown' in read) {
    if (spec.language === 'node' && args.some(isTesting) && args.every(isPlainTesting))
      addCode(run, target, span, 'project-code', 'runs the tests or a script of the project');
    else addCode(run, target, read.unknown.span, 'inline-code', `\`${name}\`: ${read.note}`);
    return moved;
  }
  const has = (options: string): boolean => options.split(' ').some((option) => read.seen.has(option));
  const [first] = read.operands;
  // Beside anything else it is one more option: `python3 -c … -V` runs the program.
  if (has(spec.tells) && args.length === 1) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  if (has(spec.code)) return walkCode(invocation, spec.language, spec.code, target);
  if (has(spec.module ?? '')) {
    const what = [...read.values].find(([option]) => spec.module?.split(' ').includes(option))?.[1] ?? '';
    const pip = /^(?:pip|ensurepip|pipx|uv)$/.test(what)
      ? invocation.walk([{ kind: 'text', text: 'pip', span }, ...read.operands])
      : undefined;
    // Modules are looked for in the folder first, and so is whatever a module brings in itself.
    if (pip !== undefined && read.seen.has('-I')) return pip;
    addCode(run, target, span, 'project-code', 'runs a module, which the folder may bring along');
    return moved;
  }
  if (first !== undefined && !(first.kind === 'text' && first.text === '-')) {
    addPath(run, 'read', first, state);
    if (has(spec.checks ?? '')) addExecute(run, name, span);
    else addCode(run, target, span, 'project-code', 'runs the program in a file');
    return has(spec.checks ?? '') ? bothWays(state) : moved;
  }
  if (stdin.kind === 'text' && HARMLESS[spec.language]?.(stdin.text) === true) addExecute(run, name, span);
  else {
    const fetched = run.effects.some(({ kind, place }) => kind === 'connect' && place !== 'loopback');
    addCode(run, target, span, fetched ? 'downloaded-code' : 'inline-code', 'runs what it reads from its input');
  }
  return moved;
}

/** `node --test`, `--watch`, `--run x`: files and scripts of the project. An option that is not here may hold a program. */
const TESTING =
  /^--(?:test|watch|run(?:=[\w:.-]+)?|test-(?:only|force-exit|update-snapshots|concurrency=\d+|timeout=\d+|shard=\d+\/\d+|isolation=\w+|(?:name|skip)-pattern=.*|reporter=(?:spec|tap|dot|junit|lcov))|experimental-test-coverage|experimental-strip-types|no-warnings|enable-source-maps)$/;
const isTesting = (word: Field): boolean => word.kind === 'text' && /^--(?:test|watch|run)(?:=|$)/.test(word.text);
const isPlainTesting = (word: Field): boolean =>
  word.kind === 'glob'
    ? !/^[-*?[]/.test(word.text)
    : word.kind === 'text' && (!word.text.startsWith('-') || TESTING.test(word.text));

function walkCode(invocation: Invocation, language: string, options: string, target: string): Flow {
  const { run, name, args, span, state } = invocation;
  const at = args.findIndex((word) => word.kind === 'text' && options.split(' ').includes(word.text));
  const word = args[at + 1];
  const text = at >= 0 && word?.kind === 'text' ? word.text : undefined;
  const files: Field[] = [];
  const rest =
    language === 'node' && text !== undefined && !LEADS_ON.test(text)
      ? text.replace(NODE_DATA, (_all, _quote, file: string) => {
          files.push({ kind: 'text', text: file, span });
          return '0';
        })
      : language === 'node'
        ? undefined
        : text;
  const data = files.every(
    (file) => file.kind === 'text' && /^\.{1,2}\/|^\//.test(file.text) && isFile(invocation, file.text),
  );
  // One program only: a second one behind another `-e` is not looked at.
  const once = args.filter((each) => each.kind === 'text' && options.split(' ').includes(each.text)).length === 1;
  if (rest === undefined || !data || !once || HARMLESS[language]?.(rest) !== true) {
    addCode(run, target, word?.span ?? span, 'inline-code', 'a program in an argument');
    return bothWays({ ...state, pathsMoved: true });
  }
  addExecute(run, name, span);
  for (const file of files) addPath(run, 'read', file, state);
  return bothWays(state);
}

/** A folder of that name, or none, would make node look for code. */
const isFile = ({ run, state }: Invocation, text: string): boolean => {
  const facts = resolve(run, text, state);
  return facts.length > 0 && !state.pathsMoved && facts.every(({ kind }) => kind === 'file');
};
