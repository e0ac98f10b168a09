// Calls and what came of them, newest first: those that fit a query, joined with who answered and how they ended.
import type {
  ActivityRow,
  AttemptRecord,
  Call,
  CallId,
  Effect,
  JsonObject,
  LedgerRecord,
  OutcomeRecord,
  Query,
} from '@castellan/contract';
import type { CallIndex } from '../store/index.ts';

type ApprovalRecord = Extract<LedgerRecord, { readonly kind: 'approval' }>;
type Placed = { readonly index: number; readonly record: LedgerRecord };

export interface ActivityRooms {
  readonly calls: CallIndex;
  /** Positions of records that fit, newest first. */
  find(asked: { query: Query; order: 'newest'; at: number; limit: number }): Promise<{
    readonly positions: readonly number[];
    readonly next: number | null;
    readonly searchedTo: number | null;
  }>;
  /** Records that cannot be found yet. */
  behind(): number;
  at(positions: readonly number[]): Promise<readonly Placed[]>;
  agentName(agent: AttemptRecord['agent']): string;
  taskTitles(tasks: readonly AttemptRecord['task'][]): Promise<ReadonlyMap<string, string>>;
  summarise(call: Call, effects: readonly Effect[]): { readonly summary: string; readonly risk: readonly string[] };
}

export interface ActivityStretch {
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface ActivityPage {
  readonly rows: ActivityRow[];
  readonly before: number | null;
  readonly searchedTo: number | null;
  readonly behind: number;
}

const CALLS: Query = [{ field: 'kind', not: false, values: ['attempt'] }];

type Attempt = { readonly index: number; readonly record: AttemptRecord };

const isAttempt = (placed: Placed): placed is Attempt => placed.record.kind === 'attempt';

const argumentsOf = ({ arguments: given }: AttemptRecord): JsonObject =>
  typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as JsonObject) : {};

/** The call as it was recorded: what a sentence is made of, never what anything is decided by. */
const callOf = (record: AttemptRecord): Call => ({
  id: record.call,
  agent: record.agent,
  task: record.task,
  session: record.session,
  module: record.module,
  tool: record.tool,
  arguments: argumentsOf(record),
  cwd: record.cwd,
  workspace: record.workspace,
  origin: record.origin,
  at: record.at,
});

const personOf = ({ state }: ApprovalRecord): string | null =>
  state.kind === 'approved' || state.kind === 'denied' ? state.by.replace(/^person:/, '') : null;

function rowOf(
  { index, record }: Attempt,
  { agentName, summarise }: ActivityRooms,
): Omit<ActivityRow, 'taskTitle' | 'by' | 'person' | 'status'> {
  const { summary, risk } = summarise(callOf(record), record.effects);
  return {
    position: index,
    at: record.at,
    call: record.call,
    agent: record.agent,
    agentName: agentName(record.agent),
    session: record.session,
    subagent: record.subagent ?? null,
    task: record.task,
    module: record.module,
    tool: record.tool,
    summary,
    risk,
    outcome: record.verdict.outcome,
  };
}

/** What became of each call: its latest answer and its latest outcome. */
async function answersOf(calls: readonly CallId[], { calls: index, at }: ActivityRooms) {
  const approvals = new Map<string, ApprovalRecord>();
  const outcomes = new Map<string, OutcomeRecord>();
  for (const { record } of await at(index.answers(calls))) {
    if (record.kind === 'approval') approvals.set(record.call, record);
    if (record.kind === 'outcome') outcomes.set(record.call, record);
  }
  return { approvals, outcomes };
}

export async function activityPage(
  { before, limit }: ActivityStretch,
  query: Query,
  rooms: ActivityRooms,
): Promise<ActivityPage> {
  const at = before ?? Number.MAX_SAFE_INTEGER;
  const found = await rooms.find({ query: [...CALLS, ...query], order: 'newest', at, limit });
  const rows = (await rooms.at(found.positions)).filter(isAttempt).map((attempt) => rowOf(attempt, rooms));
  const { approvals, outcomes } = await answersOf(
    rows.map(({ call }) => call),
    rooms,
  );
  const titles = await rooms.taskTitles([...new Set(rows.map((row) => row.task))]);
  return {
    rows: rows.map((row) => {
      const approval = approvals.get(row.call);
      const ended = outcomes.get(row.call);
      return {
        ...row,
        taskTitle: titles.get(row.task) ?? '',
        by: ended?.by ?? null,
        person: approval === undefined ? null : personOf(approval),
        status: ended?.status ?? null,
      };
    }),
    before: found.next,
    searchedTo: found.searchedTo,
    behind: rooms.behind(),
  };
}
