// The walk over one tool of the tables: which subcommand it is, what its options change, which effects that has.
import type { Invocation } from '../../invocation.ts';
import { addExecute } from '../../invocation.ts';
import { addPath, resolve } from '../../paths.ts';
import { addUnknown, doubtfully } from '../../run.ts';
import { bothWays, type Flow, type State } from '../../state.ts';
import type { Field } from '../../word.ts';
import type { Handler } from '../handler.ts';
import { addDoes, type Words } from './does.ts';
import { hostOf } from './git-remote.ts';
import { optionsOf, type Read, readAll, readOption, type Seen } from './options.ts';
import { bareEntry, type Does, type Entry, entriesOf, findEntry, mayGoOn, type Tool, type Verb } from './table.ts';

export interface Subcommand {
  readonly entry: Entry;
  readonly path: string;
  /** Options in front of it. */
  readonly seen: readonly Seen[];
  readonly rest: readonly Field[];
  /** What the tool and its groups know wherever it stands. */
  readonly options: string;
}

/** What is spelt out and takes something away is not made milder by a `*` that also takes the next word. */
const isWorse = (found: Entry, next: Entry): boolean =>
  next.path.some((part) => part.includes('*')) &&
  !found.path.some((part) => part.includes('*')) &&
  /\b(?:delete|credentials|execute)\b/.test(found.verb.does ?? '');

/** The subcommand these words begin with, through options that stand in between. */
export function readSubcommand(tool: Tool, args: readonly Field[]): Subcommand | { readonly lost: Field | undefined } {
  const words: string[] = [];
  const seen: Seen[] = [];
  let options = tool.options ?? '';
  let found: Omit<Subcommand, 'options'> | undefined;
  let index = 0;
  for (; index < args.length; ) {
    const word = args[index];
    if (word?.kind !== 'text') break;
    if (word.text.startsWith('-') && word.text !== '-') {
      const step = readOption(optionsOf(options), args.slice(index), tool);
      if (step === undefined || step.note !== undefined) break;
      seen.push(...step.seen);
      index += step.used;
      continue;
    }
    if (!mayGoOn(tool, [...words, word.text])) break;
    words.push(word.text);
    index += 1;
    const path = words.join(' ');
    options += ` ${tool.groups?.[path] ?? ''}`;
    const entry = findEntry(tool, words);
    // Options behind the last word of the subcommand are read again with its own.
    if (entry !== undefined && !(found !== undefined && isWorse(found.entry, entry)))
      found = { entry, path, rest: args.slice(index), seen: [...seen] };
    if (entry?.path[0] === '**') break;
  }
  if (found !== undefined) return { ...found, options };
  const bare = bareEntry(tool);
  // No subcommand: everything is read again with the options of that use.
  if (bare !== undefined && words.length === 0) return { entry: bare, path: '', seen: [], rest: args, options };
  return { lost: args[index] };
}

const isHelp = (word: Field | undefined): boolean => word?.kind === 'text' && /^(?:--help|--version)$/.test(word.text);
const runsCode = ({ does = '', inner }: Verb): boolean => inner !== undefined || /\bexecute\b/.test(does);

export const toolHandler =
  (tool: Tool): Handler =>
  (invocation) =>
    walkTool(tool, invocation);

export function walkTool(tool: Tool, invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  if (args.length === 1 && isHelp(args[0])) {
    addExecute(run, name, span);
    // Which version it is may be the project's to say, and so whose program answers.
    addConfigured(tool, '', { invocation, state, path: '', operands: [], seen: [] });
    return bothWays(state);
  }
  const read = readSubcommand(tool, args);
  if ('lost' in read) return walkLost(tool, invocation, read.lost);
  const [first, ...others] = read.rest;
  if (others.length === 0 && first?.kind === 'text' && first.text === '--help' && !runsCode(read.entry.verb)) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  return walkVerb(tool, invocation, read);
}

function walkVerb(tool: Tool, invocation: Invocation, { entry, path, rest, seen: before, options }: Subcommand): Flow {
  const { run, name, span, state } = invocation;
  const { verb } = entry;
  const read = readAll(optionsOf(`${options} ${verb.options ?? ''}`), rest, {
    abbreviates: tool.abbreviates === true,
    lenient: verb.lenient ?? tool.lenient === true,
    ...(verb.inner === undefined ? {} : { inner: verb.inner }),
  });
  const words: Words = { invocation, state, path, operands: read.operands, seen: [...before, ...read.seen] };
  addExecute(run, name, span);
  for (const { word, note } of read.untold)
    addUnknown(run, name, word.span, `\`${`${name} ${path}`.trim()}\`: ${note}`);
  const does = mainEffects(verb, words);
  addDoes(does, words, read.untold.length > 0 ? 'possible' : 'certain');
  addWith(verb, words);
  addOptionPaths(words);
  addOperands(verb, words, read);
  if (tool.urls === true) addUrls(words);
  addConfigured(tool, does, words);
  return bothWays(changesPaths(does) ? { ...state, pathsMoved: true } : state);
}

const changesPaths = (does: Does): boolean => /\b(?:execute|worktree|delete @|write @|container)\b/.test(does);
const has = (seen: readonly Seen[], options: string): readonly Seen[] =>
  seen.filter(({ option }) => options.split(' ').includes(option));

/** An option that was only guessed takes nothing away: what it stands for comes on top. */
function mainEffects({ does = '', instead = {}, alone }: Verb, { seen, operands }: Words): Does {
  const replaced = Object.entries(instead).find(([options]) => has(seen, options).some(({ guessed }) => !guessed));
  if (replaced !== undefined) return replaced[1];
  return operands.length === 0 && alone !== undefined ? alone : does;
}

function addWith({ with: more = {}, instead = {}, about = [], values = [] }: Verb, words: Words): void {
  for (const [options, pattern, does] of values)
    if (has(words.seen, options).some(({ value }) => value?.kind !== 'text' || pattern.test(value.text)))
      addDoes(does, words);
  for (const [options, does] of Object.entries(more)) {
    const found = has(words.seen, options);
    if (found.length > 0) addDoes(does, words, found.some(({ guessed }) => !guessed) ? 'certain' : 'possible');
  }
  for (const [options, does] of Object.entries(instead))
    if (has(words.seen, options).some(({ guessed }) => guessed)) addDoes(does, words, 'possible');
  for (const [pattern, does] of about)
    if (words.operands.some((word) => word.kind === 'text' && pattern.test(word.text))) addDoes(does, words);
}

function addOptionPaths({ invocation: { run, name, span }, state, seen }: Words): void {
  for (const { option, value, taking, guessed } of seen) {
    if (value === undefined) continue;
    const stream = value.kind === 'text' && value.text === '-';
    if ((taking === 'read' || taking === 'write') && !stream)
      addPath(run, taking, value, state, guessed ? { certainty: 'possible' } : {});
    if (taking === 'program')
      addUnknown(
        run,
        value.kind === 'text' ? value.text : '',
        span,
        `\`${name}\`: \`${option}\` names a program to run`,
      );
  }
}

function addOperands({ operands: kind }: Verb, words: Words, read: Read): void {
  const { invocation, state, operands, path } = words;
  const { run, name, span } = invocation;
  if (kind === 'none' && operands.length > 0)
    addUnknown(run, name, span, `\`${name} ${path}\` with words that are not known`);
  if (kind === 'read' || kind === 'write' || kind === 'delete')
    for (const word of operands) addPath(run, kind, word, state);
  if (read.inner.length > 0) doubtfully(run, 'runs somewhere else', () => invocation.walk(read.inner));
}

const URL = /^(?!file:)[a-z][a-z0-9+.-]*:\/\/[^{};\s]+$/i;

function addUrls(words: Words): void {
  for (const word of [...words.operands, ...words.seen.map(({ value }) => value)])
    if (word?.kind === 'text' && URL.test(word.text)) addDoes(`connect ${hostOf(word.text) ?? word.text}`, words);
}

/** Files a project may bring along that change what a tool runs or whom it asks. */
function addConfigured({ configured = [] }: Tool, main: Does, words: Words): void {
  for (const { files, does, on } of configured)
    if ((on === undefined || main.includes(on)) && existsUpwards(words, files.split(' '))) addDoes(does, words);
}

/** Options that mean another project than the one of this folder. */
const ELSEWHERE = /^(?:-C|--cwd|--dir|--directory|--project|--prefix|--working-dir|--manifest-path)$/;

/** Up to the workspace; outside of it up to the home folder, whose files are the user's own. */
export function existsUpwards({ invocation: { run }, state, seen }: Words, names: readonly string[]): boolean {
  const { workspace, facts } = run;
  const named = seen.filter(({ option }) => ELSEWHERE.test(option)).map(({ value }) => value);
  if (named.some((value) => value?.kind !== 'text')) return true;
  const others = named.flatMap((value) => (value?.kind === 'text' ? resolve(run, value.text, state) : []));
  return [...(state.cwds ?? []), ...others.map(({ path }) => path)].some((start) => {
    const inside = start === workspace || start.startsWith(`${workspace}/`);
    const last = inside ? workspace.slice(0, workspace.lastIndexOf('/')) : facts.home;
    let folder = start;
    for (let up = 0; up < 64 && folder !== '' && folder !== last; up += 1) {
      const cwd = folder;
      if (names.some((name) => facts.resolvePath(name, { cwd, workspace }).kind !== 'missing')) return true;
      folder = folder.slice(0, folder.lastIndexOf('/'));
    }
    return false;
  });
}

/** Not a subcommand of the table, or an option in front of it that is not known: whatever a later word names is possible. */
function walkLost(tool: Tool, invocation: Invocation, word: Field | undefined): Flow {
  const { run, name, args, span } = invocation;
  const state: State = { ...invocation.state, pathsMoved: true };
  const shown = word?.kind === 'text' ? ` \`${word.text.slice(0, 60)}\`` : '';
  addUnknown(run, name, word?.span ?? span, `\`${name}\` with words that are not known${shown}`);
  const texts = args.map((each) => (each.kind === 'text' ? each.text.toLowerCase() : ''));
  for (const [index] of texts.entries()) {
    const found = entriesOf(tool).find(
      ({ path }) => path.length > 0 && !path.includes('**') && path.every((part, at) => part === texts[index + at]),
    );
    if (found === undefined) continue;
    const operands = args.slice(index + found.path.length);
    const words: Words = { invocation, state, path: found.path.join(' '), operands, seen: [] };
    addDoes(found.verb.does ?? '', words, 'possible');
    for (const does of Object.values(found.verb.with ?? {}))
      if (does.startsWith('delete')) addDoes(does, words, 'possible');
  }
  return bothWays(state);
}
