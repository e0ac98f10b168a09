// Calls and what came of them, newest first. A page looks at a bounded stretch of the ledger however few of its calls fit:
// what it did not find there, the next page looks for.
import type {
  ActivityRow,
  AttemptRecord,
  Call,
  CallId,
  Effect,
  JsonObject,
  LedgerRecord,
  OutcomeRecord,
} from '@castellan/contract';
import type { AttemptQuery, CallIndex } from '../store/index.ts';

type ApprovalRecord = Extract<LedgerRecord, { readonly kind: 'approval' }>;
type Placed = { readonly index: number; readonly record: LedgerRecord };

export interface ActivityRooms {
  readonly calls: CallIndex;
  readonly size: number;
  at(positions: readonly number[]): Promise<readonly Placed[]>;
  agentName(agent: AttemptRecord['agent']): string;
  taskTitles(tasks: readonly AttemptRecord['task'][]): Promise<ReadonlyMap<string, string>>;
  summarise(call: Call, effects: readonly Effect[]): { readonly summary: string; readonly risk: readonly string[] };
}

export interface ActivityQuery {
  readonly before?: number | undefined;
  readonly limit: number;
  readonly agent?: string | undefined;
  readonly task?: string | undefined;
  readonly outcome?: string | undefined;
  readonly text?: string | undefined;
}

export interface ActivityPage {
  readonly rows: ActivityRow[];
  readonly before: number | null;
}

/** Rows of the index looked at in one step, and in one page. */
const STRETCH = 5000;
const MOST_ROWS = 200_000;
/** Attempts read for one page where a text is looked for. */
const MOST_READ = 1000;

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

export async function activityPage(query: ActivityQuery, rooms: ActivityRooms): Promise<ActivityPage> {
  const needle = query.text?.toLowerCase() ?? '';
  const { agent, task, outcome } = query;
  const rows: ReturnType<typeof rowOf>[] = [];
  let before = Math.min(query.before ?? rooms.size, rooms.size);
  let looked = 0;
  let read = 0;
  while (rows.length < query.limit && before > 0 && looked < MOST_ROWS && read < MOST_READ) {
    const from = Math.max(0, before - STRETCH);
    const limit = needle === '' ? query.limit - rows.length : Math.min(200, MOST_READ - read);
    const wanted: AttemptQuery = { from, before, limit, agent, task, outcome };
    const positions = rooms.calls.attempts(wanted);
    const attempts = (await rooms.at(positions)).filter(isAttempt);
    read += needle === '' ? 0 : positions.length;
    looked += STRETCH;
    // Between two stretches whatever waits for a decision is served.
    await new Promise((resolve) => setImmediate(resolve));
    before = positions.length < limit ? from : (positions.at(-1) ?? from);
    for (const attempt of attempts) {
      const row = rowOf(attempt, rooms);
      const text = `${row.module}/${row.tool}\n${row.summary}`.toLowerCase();
      if (!text.includes(needle)) continue;
      rows.push(row);
      if (rows.length < query.limit) continue;
      before = row.position;
      break;
    }
  }
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
    before: before > 0 ? before : null,
  };
}
