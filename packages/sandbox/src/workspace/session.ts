// The tools of one session: helpers and commands inside of walls, all of which end with it. INVARIANT: a call reaches what was decided
// of it and nothing else; where no walls stand nothing runs, unless an administrator said so.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect, JsonObject } from '@castellan/contract';
import { confineProgram, NO_WALLS, type WallName, wallsHere } from '../confine/confine.ts';
import { removeOwnFolder } from '../confine/own-folder.ts';
import { isProject } from '../confine/project.ts';
import type { ConfineFault, Confinement, PlainProgram } from '../confine/spec.ts';
import { findTool } from '../hull/tools.ts';
import { type BoundProgram, begun, boundProgram } from '../limits/bound.ts';
import { Aside } from './aside.ts';
import { type CommandEnd, RunningCommand, shellWords } from './command.ts';
import { USUAL_TIMEOUT_MS, type WorkspaceTool } from './definitions.ts';
import { giveIdentity } from './git-identity.ts';
import { HELPER_FLAGS, Helper } from './helper.ts';
import { commandEnvironment, commandSpec, elsewhereSpec, helperSpec, isInside, type WorkspacePlace } from './place.ts';
import { workspaceProgram } from './program.ts';
import { fileTarget, isChanged } from './reach.ts';
import { type FileTool, textAnswer } from './types.ts';

export interface WorkspaceOptions extends WorkspacePlace {
  /** open: where no walls at all stand on this machine, tools run without; what the walls that stand cannot hold is a fault all the same. */
  readonly commands: 'sandboxed' | 'open';
  /** The Node that runs helpers: the one that runs this. */
  readonly node: string;
  /** Those that may be used, of the ones that stand; all where it is left out. */
  readonly walls?: readonly WallName[];
}

export interface WorkspaceUse {
  readonly tool: WorkspaceTool;
  readonly arguments: JsonObject;
  /** What it was decided to do. */
  readonly effects: readonly Effect[];
  readonly signal: AbortSignal;
  /** Told now and then that it goes on. */
  readonly progress: (message: string) => void;
}

const MOST_BACKGROUND = 8;
const MOST_RUNNING = 24;
const MOST_REMEMBERED = 32;
const MOST_DECIDED = 1000;
const LOOK_MS = 500;
const PROGRESS_MS = 5000;
const NO_PROJECT = {
  why: 'the folder of this session is no project: it is of the system, or your home, or holds one of these',
  hint: 'start the agent in the folder of one project',
} as const;

/** Fail closed: an administrator who opened what has no walls did not open what has some. */
const NOT_OPEN = '`workspace.commands: open` counts only where no walls stand at all';

interface Background {
  readonly command: RunningCommand;
  readonly said: () => readonly string[];
  place: number;
}

const refusal = ({ why, hint }: Pick<ConfineFault, 'why' | 'hint'>): JsonObject =>
  textAnswer(`castellan: ${why}\nhint: ${hint}`, true);

const endWords = (end: CommandEnd): string => {
  switch (end.kind) {
    case 'exited':
      return `exit code ${end.code}`;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'ended':
      return `ended: ${end.why}`;
  }
};

/** What one session works with: its files and commands, until it is disposed of. */
export class WorkspaceSession implements AsyncDisposable {
  readonly #options: WorkspaceOptions;
  readonly #helpers = new Map<'files' | 'search', Helper>();
  readonly #background = new Map<string, Background>();
  readonly #running = new Set<RunningCommand>();
  /** What was decided to be written while this session lasts. */
  readonly #decided: Effect[] = [];
  #last = 0;
  #isOver = false;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    mkdirSync(options.own, { recursive: true, mode: 0o700 });
    giveIdentity(options.home, join(options.own, 'home'));
  }

  async use(use: WorkspaceUse): Promise<JsonObject> {
    if (this.#isOver) return textAnswer('the session is over', true);
    this.#decided.push(...use.effects.filter(({ kind, certainty }) => kind === 'write' && certainty === 'certain'));
    if (this.#decided.length > MOST_DECIDED) this.#decided.splice(0, this.#decided.length - MOST_DECIDED);
    switch (use.tool) {
      case 'read_output':
        return this.#read(String(use.arguments.id));
      case 'stop_command':
        return this.#stop(String(use.arguments.id));
      case 'run_command':
        return this.#run(use);
      case 'write_file':
      case 'edit_file':
        return this.#file(use.tool, 'write', use);
      case 'read_file':
      case 'list_folder':
      case 'find_files':
      case 'search_text':
        return this.#file(use.tool, 'read', use);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end('the session is over').over;
  }

  /** Ends everything of it, now. @returns how many commands ran, and when nothing is left of them. */
  end(why: string): { readonly commands: number; readonly over: Promise<void> } {
    this.#isOver = true;
    const commands = [...this.#running];
    for (const command of commands) command.stop(why);
    return { commands: commands.length, over: this.#cleared(commands) };
  }

  async #cleared(commands: readonly RunningCommand[]): Promise<void> {
    const helpers = [...this.#helpers.values()];
    for (const helper of helpers) helper.close();
    await Promise.allSettled([...helpers.map(({ ended }) => ended), ...commands.map(({ ended }) => ended)]);
    // What stays is tried again with the next start.
    await removeOwnFolder(this.#options.own);
  }

  async #file(
    tool: FileTool,
    kind: 'read' | 'write',
    { arguments: args, effects, signal }: WorkspaceUse,
  ): Promise<JsonObject> {
    const decided = fileTarget(effects, kind);
    if (decided === null) return textAnswer('castellan: which file this is about was not decided', true);
    const { workspace } = this.#options;
    const { target } = decided;
    const asked = { tool, arguments: args, target, workspace };
    if (isInside(this.#options, decided)) {
      const helper = await this.#helper(tool === 'search_text' || tool === 'find_files' ? 'search' : 'files');
      return helper instanceof Helper ? helper.ask(asked, signal) : refusal(helper);
    }
    const { reads } = workspaceProgram(this.#options.node);
    const spec = elsewhereSpec(this.#options, target, kind, reads);
    if ('ok' in spec) return refusal(spec);
    const helper = await this.#startHelper(spec);
    if (!(helper instanceof Helper)) return refusal(helper);
    try {
      return await helper.ask(asked, signal);
    } finally {
      helper.close();
    }
  }

  async #helper(lane: 'files' | 'search'): Promise<Helper | ConfineFault> {
    const there = this.#helpers.get(lane);
    if (there !== undefined && !there.isOver) return there;
    const started = await this.#startHelper(helperSpec(this.#options, workspaceProgram(this.#options.node).reads));
    if (!(started instanceof Helper)) return started;
    // Two may have begun at once.
    const other = this.#helpers.get(lane);
    if (this.#isOver || (other !== undefined && !other.isOver)) {
      started.close();
      return other ?? { ok: false, why: 'the session is over', hint: 'begin another' };
    }
    this.#helpers.set(lane, started);
    return started;
  }

  async #startHelper(spec: Confinement): Promise<Helper | ConfineFault> {
    const { node } = this.#options;
    const { entry } = workspaceProgram(node);
    const started = await this.#command({ ...spec, read: [...spec.read, node] }, [node, ...HELPER_FLAGS, entry]);
    return 'ok' in started ? started : begun(started, () => new Helper(started, '/'));
  }

  /** Inside of walls, or what says why not. */
  async #command(spec: Confinement, [file = '', ...args]: readonly string[]): Promise<BoundProgram | ConfineFault> {
    const plain: PlainProgram = { file, args, env: commandEnvironment(this.#options) };
    const { workspace, home, commands, walls } = this.#options;
    const { tried } = await wallsHere();
    const isOpen = commands === 'open';
    if (!tried.some(({ name, ok }) => ok && (walls?.includes(name) ?? true)))
      return isOpen ? boundProgram(plain, spec.limits) : { ok: false, ...NO_WALLS };
    // Asked each time: what its path leads to may be another folder by now.
    if (!isProject(workspace, home)) return { ok: false, ...NO_PROJECT };
    const walled = await confineProgram(spec, plain, walls);
    if (walled.ok) return boundProgram(walled, spec.limits);
    return isOpen ? { ...walled, hint: `${walled.hint}; ${NOT_OPEN}` } : walled;
  }

  async #run({ arguments: args, effects, signal, progress }: WorkspaceUse): Promise<JsonObject> {
    const bash = findTool('bash');
    if (bash === undefined) return refusal({ why: 'there is no bash on this machine', hint: 'install it' });
    const isBackground = args.run_in_background === true;
    if (
      isBackground &&
      [...this.#background.values()].filter(({ command }) => command.end === null).length >= MOST_BACKGROUND
    )
      return refusal({ why: `${MOST_BACKGROUND} commands run in the background`, hint: 'stop one with stop_command' });
    if (this.#running.size >= MOST_RUNNING)
      return refusal({ why: `${MOST_RUNNING} commands run already`, hint: 'wait for one of them' });
    const { spec, left, lost, reach } = commandSpec(this.#options, effects);
    if (lost !== null)
      return refusal({
        why: `\`${lost}\` lies outside of the workspace, where a command changes only what is there already`,
        hint: 'write_file makes a file in a folder that is there; for the rest ask the person',
      });
    const words = shellWords(bash, String(args.command), spec.limits, reach.loopback);
    const command = await this.#command(spec, words);
    if ('ok' in command) return refusal(command);
    if (signal.aborted || this.#isOver) {
      await command.end();
      return textAnswer('cancelled', true);
    }
    const aside = new Aside(spec.keep, (path) => isChanged(this.#decided, path));
    const { own, workspace } = this.#options;
    const running = begun(command, () => new RunningCommand(command, workspace, [own, workspace]));
    if ('ok' in running) return refusal(running);
    this.#running.add(running);
    const looking = setInterval(() => {
      const why = aside.look();
      if (why !== null) running.stop(why);
    }, LOOK_MS);
    const over = (): void => {
      clearInterval(looking);
      this.#running.delete(running);
      aside.look();
    };
    // Also where it could not be ended in order: in the background nobody else hears of that.
    void running.ended.then(over, over);
    const said = (): readonly string[] => [
      ...left.map((each) => `castellan: out of reach: ${each}`),
      ...aside.said,
      ...(!reach.network ? [NO_NETWORK] : spec.network === 'none' ? [NO_WAY] : []),
    ];
    if (isBackground) return this.#began(running, said);
    const ends = new AbortController();
    signal.addEventListener('abort', () => running.stop('it was cancelled'), { once: true, signal: ends.signal });
    const most = typeof args.timeout === 'number' ? args.timeout : USUAL_TIMEOUT_MS;
    const timer = setTimeout(
      () =>
        running.stop(
          `it took longer than ${Math.round(most / 1000)} s: raise \`timeout\`, or run it in the background`,
        ),
      most,
    );
    let waited = 0;
    const telling = setInterval(() => {
      waited += PROGRESS_MS / 1000;
      progress(`running for ${waited} s, ${running.output.length} characters so far`);
    }, PROGRESS_MS);
    try {
      const end = await running.ended;
      return answerOf(end, running.output.text(), said());
    } finally {
      ends.abort();
      clearTimeout(timer);
      clearInterval(telling);
    }
  }

  #began(command: RunningCommand, said: () => readonly string[]): JsonObject {
    this.#last += 1;
    const id = `bg_${this.#last}`;
    this.#background.set(id, { command, said, place: 0 });
    const over = [...this.#background].filter(([, each]) => each.command.end !== null);
    for (const [oldest] of over.slice(0, Math.max(0, this.#background.size - MOST_REMEMBERED)))
      this.#background.delete(oldest);
    return textAnswer(`runs in the background as \`${id}\`: read_output tells what it says, stop_command ends it`);
  }

  #read(id: string): JsonObject {
    const found = this.#background.get(id);
    if (found === undefined) return textAnswer(`there is no command \`${id}\` in this session`, true);
    const { command, said } = found;
    const { text, next, lost } = command.output.from(found.place, command.end !== null);
    found.place = next;
    const gap = lost > 0 ? [`(${lost} characters were lost: it says more than is kept)`] : [];
    const state = command.end === null ? 'it runs' : endWords(command.end);
    const notes = command.end === null ? [] : notesOn(command.end, text, said());
    return textAnswer([...gap, ...(text === '' ? ['(nothing new)'] : [text]), ...notes, state].join('\n'));
  }

  async #stop(id: string): Promise<JsonObject> {
    const found = this.#background.get(id);
    if (found === undefined) return textAnswer(`there is no command \`${id}\` in this session`, true);
    found.command.stop('it was stopped');
    return textAnswer(`\`${id}\`: ${endWords(await found.command.ended)}`);
  }
}

const NO_NETWORK = 'castellan: it had no network, for nothing that it was decided to do needs one';
const NO_WAY = 'castellan: it had no network, for this agent has no way out of walls: `castellan doctor` says why';
/** How programs say that they found no network. */
const SAYS_NETWORK =
  /resolve|network is unreachable|EAI_AGAIN|ENOTFOUND|ENETUNREACH|getaddrinfo|name resolution|connect(?:ion)? (?:refused|failed)/i;

/** What was left out is always said; that there was no network only where it may be the reason. */
const notesOn = (end: CommandEnd, text: string, said: readonly string[]): readonly string[] => {
  const failed = end.kind !== 'exited' || end.code !== 0;
  return said.filter((note) => (note !== NO_NETWORK && note !== NO_WAY) || (failed && SAYS_NETWORK.test(text)));
};

function answerOf(end: CommandEnd, text: string, said: readonly string[]): JsonObject {
  const failed = end.kind !== 'exited' || end.code !== 0;
  const body = text === '' ? [] : [text.replace(/\n$/, '')];
  const parts = [
    ...body,
    ...notesOn(end, text, said),
    ...(failed ? [endWords(end)] : body.length === 0 ? ['(it said nothing; exit code 0)'] : []),
  ];
  return textAnswer(parts.join('\n'), failed);
}
