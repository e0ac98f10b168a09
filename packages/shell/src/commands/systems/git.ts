// git: which subcommand it is, in which repository, and what that repository would run by itself. A repository's own
// configuration can run programs, so one outside the workspace is not looked at for free.
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath, resolve } from '../../paths.ts';
import { add, addUnknown, type Run } from '../../run.ts';
import { bothWays, type Flow, type State } from '../../state.ts';
import type { Field } from '../../word.ts';
import { printsTracked } from '../pipes.ts';
import { readArguments, type Spec } from '../spec.ts';
import { addDoes, type Words } from './does.ts';
import { addAddresses } from './git-addresses.ts';
import { ANY_HOOKS, GIT, HOOKS } from './git-changing.ts';
import { isHarmlessSetting, walkConfig } from './git-config.ts';
import { addNamedKeys, showsContents } from './git-keys.ts';
import { LISTING, LOOKING } from './git-reading.ts';
import { REMOTE, walkRemoteGit } from './git-remote.ts';
import { mayBeConfigured, repositoryFolder } from './git-repository.ts';
import { readSubcommand, walkTool } from './tool.ts';

const ALONE =
  /^(?:--no-pager|--no-optional-locks|--no-replace-objects|--literal-pathspecs|--glob-pathspecs|--noglob-pathspecs|--icase-pathspecs|--no-advice|-P)$/;

interface Led {
  readonly rest: readonly Field[];
  readonly state: State;
}

/** What stands in front of the subcommand. git takes none of these cut short. */
function readLead({ run, name, args, state }: Invocation): Led {
  let inside = state;
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index];
    const value = args[index + 1];
    if (word?.kind !== 'text' || !word.text.startsWith('-')) break;
    if (ALONE.test(word.text)) continue;
    if (word.text === '-C' && value?.kind === 'text') {
      addPath(run, 'read', value, inside);
      inside = { ...inside, cwds: resolve(run, value.text, inside).map((fact) => fact.path) };
      index += 1;
    } else if (word.text === '-c') {
      if (!(value?.kind === 'text' && isHarmlessSetting(value.text)))
        addUnknown(run, name, value?.span ?? word.span, '`git -c`: a setting that may name a program to run');
      index += 1;
    } else if (
      /^--(?:git-dir|work-tree|namespace|exec-path|config-env|super-prefix|attr-source|list-cmds)(?:=|$)/.test(
        word.text,
      )
    ) {
      addUnknown(
        run,
        name,
        word.span,
        `\`git\`: \`${word.text.slice(0, 60)}\` means another repository or other programs`,
      );
      if (!word.text.includes('=') && word.text !== '--exec-path') index += 1;
    } else if (/^--?(?:version|help|html-path|man-path|info-path|h|v)$/.test(word.text)) break;
    else addUnknown(run, name, word.span, `\`git\`: option \`${word.text.slice(0, 60)}\` is not known`);
  }
  return { rest: args.slice(index), state: inside };
}

export function walkGit(invocation: Invocation): Flow {
  const { run, name, span, state } = invocation;
  const { rest, state: inside } = readLead(invocation);
  const [first, second] = rest.map((word) => (word.kind === 'text' ? word.text : undefined));
  if (first === '--version' || first === '-v' || rest.length === 0) {
    addExecute(run, name, span);
    return bothWays(state);
  }
  const own: Invocation = { ...invocation, args: rest, state: inside };
  const pair = `${first} ${second}`;
  const looking = readingSpec(first, pair, rest);
  if (looking !== undefined) {
    walkLooking(looking.spec, own, rest.slice(looking.words), looking.words === 2 ? pair : (first ?? ''));
    return bothWays(state);
  }
  walkChanging(own, first, rest);
  const quiet = /^(?:add|commit|tag|config|push|fetch|branch|notes|gc|ls-remote)$/.test(first ?? '');
  return bothWays(quiet ? state : { ...state, pathsMoved: true });
}

function readingSpec(
  first: string | undefined,
  pair: string,
  rest: readonly Field[],
): { readonly spec: Spec; readonly words: number } | undefined {
  const two = LISTING[pair];
  if (two !== undefined) return { spec: two, words: 2 };
  const one = first === undefined ? undefined : LOOKING[first];
  if (one !== undefined) return { spec: one, words: 1 };
  // `git branch x` makes one: it only lists where nothing but the options of a list stand behind it.
  const listing = first === undefined || !Object.hasOwn(LISTING, first) ? undefined : LISTING[first];
  if (listing === undefined) return undefined;
  const read = readArguments(listing, rest.slice(1));
  const lists = !('unknown' in read) && (read.operands.length === 0 || read.seen.has('--list') || read.seen.has('-l'));
  return lists ? { spec: { ...listing, operands: 'text' }, words: 1 } : undefined;
}

function walkLooking(spec: Spec, invocation: Invocation, args: readonly Field[], subcommand: string): void {
  const { run, name, span, state } = invocation;
  const read = readArguments(spec, args);
  if ('unknown' in read) {
    addUnknown(run, name, read.unknown.span, `\`git ${subcommand}\`: ${read.note}`);
    return;
  }
  if (spec.operands === 'none' && read.operands.length > 0) {
    addUnknown(run, name, span, `\`git ${subcommand}\` with operands may change something`);
    return;
  }
  const strange = read.operands.find((word) => word.kind === 'unknown' && word.single !== true);
  if (strange !== undefined) {
    addUnknown(run, name, strange.span, `\`git ${subcommand}\`: an operand that is not known`);
    return;
  }
  if (!isTrusted(invocation)) return;
  addExecute(run, name, span);
  if (subcommand === 'ls-files' && invocation.args.length === args.length + 1) printsTracked(invocation, args);
  for (const { kind, field } of read.paths) addPath(run, kind, field, state);
  const words: Words = { invocation, state, path: subcommand, operands: read.operands, seen: [] };
  if (subcommand === 'var' && read.seen.has('-l')) addDoes('read credentials git var', words);
  if (showsAddresses(subcommand, read.seen)) addAddresses(words);
  if (showsContents(subcommand, args)) addNamedKeys(words, args);
  addPath(run, 'read', { kind: 'text', text: '.', span }, state);
  // `git diff` also compares files outside a repository, through links too; a commit or a branch leads nowhere.
  for (const word of read.operands) {
    if (word.kind === 'unknown')
      addUnknown(run, name, word.span, `\`git ${subcommand}\`: an operand that is not known`);
    if (word.kind === 'glob' || (word.kind === 'text' && isPath(run, word.text, state)))
      addPath(run, 'read', word, state);
  }
}

const showsAddresses = (subcommand: string, seen: ReadonlySet<string>): boolean =>
  /^(?:remote get-url|ls-remote --get-url)$/.test(subcommand) ||
  (subcommand === 'remote' && (seen.has('-v') || seen.has('--verbose')));

const isPath = (run: Run, text: string, state: State): boolean =>
  /^(?:[~./]|.*\/\.\.)/.test(text) || resolve(run, text, state).some(({ kind }) => kind !== 'missing');

/** Whether what the repository's configuration says is the user's own. What speaks against it is added. */
function isTrusted({ run, name, span, state }: Invocation): boolean {
  const { workspace } = run;
  const places = state.cwds?.map((cwd) => run.facts.resolvePath('.', { cwd, workspace }).place);
  if (places?.every((place) => place === 'workspace') !== true) {
    addUnknown(run, name, span, 'the configuration of a repository outside the workspace can run programs');
    return false;
  }
  if (!mayBeConfigured(run, state)) return true;
  const note = 'files of this command, or a bare repository among the files, can be configuration that runs programs';
  addUnknown(run, name, span, note);
  return false;
}

function walkChanging(invocation: Invocation, first: string | undefined, rest: readonly Field[]): void {
  const { run, name, span, state } = invocation;
  const words: Words = { invocation, state, path: first ?? '', operands: [], seen: [] };
  if (first !== 'init' && first !== 'clone' && first !== 'ls-remote') isTrusted(invocation);
  if (first === 'config') {
    addExecute(run, name, span);
    walkConfig(words, rest.slice(1));
    return;
  }
  if (first === 'archive' || first === 'restore') addNamedKeys(words, rest.slice(1));
  const before = run.effects.length;
  if (first !== undefined && Object.hasOwn(REMOTE, first)) {
    addExecute(run, name, span);
    walkRemoteGit(words, first, rest.slice(1));
  } else if (first === 'submodule' && rest[1]?.kind === 'text' && rest[1].text === 'foreach')
    addDoes('execute inline-code {*}', { ...words, operands: rest.slice(1) });
  else walkTool(GIT, invocation);
  if (first === 'checkout') walkCheckout(words, rest.slice(1));
  if (first === 'commit' || first === 'tag') addMessageEditor(words, rest.slice(1), first);
  if (first === 'rm') addRecursive(words, rest.slice(1));
  addHooks(words, first ?? '');
  if (run.effects.slice(before).some(({ kind, note }) => kind !== 'read' && note !== undefined && touchesFiles(first)))
    addSafetyFiles(words);
}

const touchesFiles = (first: string | undefined): boolean =>
  /^(?:checkout|switch|restore|merge|pull|rebase|cherry-pick|revert|reset|stash|clean|apply|am|read-tree|checkout-index|sparse-checkout|bisect|worktree|lfs|submodule|mv|rm)$/.test(
    first ?? '',
  );

/** `git checkout x` is a branch or a file; behind `--`, or with more words, it is files, and what they hold is lost. */
function walkCheckout(words: Words, args: readonly Field[]): void {
  const { run } = words.invocation;
  const found = readSubcommand(GIT, [{ kind: 'text', text: 'checkout', span: words.invocation.span }, ...args]);
  if ('lost' in found) return;
  const creates = args.some((word) => word.kind === 'text' && /^(?:-[bB]|--orphan)/.test(word.text));
  const dashes = args.findIndex((word) => word.kind === 'text' && word.text === '--');
  const behind = dashes < 0 ? [] : args.slice(dashes + 1);
  const plain = (dashes < 0 ? args : args.slice(0, dashes)).filter(
    (word) => word.kind !== 'text' || !word.text.startsWith('-'),
  );
  if (behind.length > 0) addDoes('delete worktree {*}', { ...words, operands: behind });
  else if (!creates && plain.length > 1) addDoes('delete worktree {1*}', { ...words, operands: plain });
  else if (!creates)
    for (const word of plain) {
      if (word.kind !== 'text') addDoes('delete? worktree {*}', { ...words, operands: plain });
      else if (isPath(run, word.text, words.state))
        addDoes(/^\.|\/$/.test(word.text) ? 'delete worktree {*}' : 'delete? worktree {*}', {
          ...words,
          operands: plain,
        });
    }
  const paths = behind.length > 0 ? behind : plain.length > 1 ? plain.slice(1) : [];
  for (const word of paths) addPath(run, 'write', word, words.state);
}

/** Without a message an editor is started, which the environment or the configuration names. */
function addMessageEditor(words: Words, args: readonly Field[], first: string): void {
  const texts = args.map((word) => (word.kind === 'text' ? word.text : ''));
  const given = texts.some((text) =>
    /^(?:-[a-z]*[mFC]|--(?:me|fi|reus|no-ed|fix|sq|dry|sh|por|lo|allow-empty-m|de|ve))|^-[dvl]/i.test(text),
  );
  if (given || (first === 'tag' && !texts.some((text) => /^(?:-[a-z]*[asu]|--(?:an|si|lo))/.test(text)))) return;
  addDoes('execute inline-code the editor that is configured', words);
}

function addRecursive(words: Words, args: readonly Field[]): void {
  const texts = args.flatMap((word) => (word.kind === 'text' ? [word.text] : []));
  if (!texts.some((text) => /^-[a-z]*r/.test(text)) || texts.includes('--cached')) return;
  for (const word of args)
    if (word.kind !== 'text' || !word.text.startsWith('-'))
      addPath(words.invocation.run, 'delete', word, words.state, { recursive: true });
}

/** Hooks are programs of the project: where one exists it runs; a linked worktree keeps them where it cannot be told. */
function addHooks(words: Words, first: string): void {
  const { run } = words.invocation;
  const names = `${HOOKS[first] ?? ''} ${ANY_HOOKS}`.split(' ').filter(Boolean);
  for (const cwd of words.state.cwds ?? ['/']) {
    const folder = repositoryFolder(run, cwd);
    if (folder === undefined) continue;
    const { workspace } = run;
    const kindOf = (path: string): string => run.facts.resolvePath(path, { cwd: folder, workspace }).kind;
    if (kindOf('.git') === 'file' && HOOKS[first] !== undefined)
      addDoes('execute project-code hooks of a linked repository', words);
    const found = HOOK_FOLDERS.flatMap((each) => names.map((hook) => `${each}/${hook}`)).find(
      (each) => kindOf(each) !== 'missing',
    );
    if (found !== undefined) addDoes(`execute project-code git hook ${found}`, words);
  }
}

/** Where `core.hooksPath` is usually set to: what it says stands in a file whose contents nobody here reads. */
const HOOK_FOLDERS =
  '.git/hooks .husky .husky/_ .githooks hooks .hooks .git-hooks tools/git-hooks scripts/git-hooks'.split(' ');

const SAFETY_FILES = ['.claude', '.codex', '.opencode', '.mcp.json', 'opencode.json', 'opencode.jsonc'];

/** Another version of every file may bring other settings of an agent along (C04). */
function addSafetyFiles({ invocation: { run, span }, state }: Words): void {
  // Commits that were put together by hand, or came out of a folder here, may hold what is missing now.
  const built = run.effects.some((each) => each.kind === 'write' && each.resource === 'history' && !each.undoable);
  for (const cwd of state.cwds ?? []) {
    const folder = repositoryFolder(run, cwd) ?? cwd;
    for (const name of SAFETY_FILES) {
      const fact = run.facts.resolvePath(name, { cwd: folder, workspace: run.workspace });
      if (fact.kind === 'missing' && !built) continue;
      const note = 'may bring other settings of an agent along';
      add(run, {
        kind: 'change-safety',
        target: fact.path,
        targetKind: 'path',
        place: fact.place,
        certainty: 'possible',
        span,
        note,
      });
    }
  }
}
