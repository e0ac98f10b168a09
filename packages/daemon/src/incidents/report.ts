// What happened around an incident, out of its records: pure, so that anybody with the ledger comes to the same. RULE: what may
// have run is told as having run; only a recorded refusal says otherwise.
import type { AgentId, CallId, Effect, Incident, IncidentReport, Instant, LedgerRecord } from '@castellan/contract';
import { exposedIn } from './exposed.ts';
import { timelineOf } from './timeline.ts';

export interface Reporting {
  readonly incident: Incident;
  /** Oldest first, of the time that is looked at. */
  readonly records: readonly LedgerRecord[];
  readonly from: Instant;
  readonly to: Instant;
  readonly truncated: boolean;
  readonly agentName: (id: AgentId) => string;
  /** Whether the files of a call can be put back; null: nobody knows. */
  readonly undoable: (call: CallId) => boolean | null;
}

type Attempt = Extract<LedgerRecord, { kind: 'attempt' }>;
type ReportCall = IncidentReport['calls'][number];

const MOST = { calls: 1000, effects: 12, files: 1000, lasting: 500, timeline: 1000 } as const;
/** What leaves the machine, or changes more than a file: no copy brings it back. */
const LASTING: ReadonlySet<Effect['kind']> = new Set(['send', 'spend', 'escalate', 'change-safety']);

interface After {
  readonly approval?: Extract<LedgerRecord, { kind: 'approval' }>;
  readonly outcome?: Extract<LedgerRecord, { kind: 'outcome' }>;
}

function afterwards(records: readonly LedgerRecord[]): ReadonlyMap<CallId, After> {
  const found = new Map<CallId, After>();
  for (const record of records) {
    if (record.kind === 'approval') found.set(record.call, { ...found.get(record.call), approval: record });
    if (record.kind === 'outcome') found.set(record.call, { ...found.get(record.call), outcome: record });
  }
  return found;
}

function ranOf({ verdict }: Attempt, { approval, outcome }: After): boolean {
  if (outcome !== undefined) return outcome.status !== 'refused';
  if (verdict.outcome === 'deny') return false;
  return verdict.outcome !== 'confirm' || approval?.state.kind === 'approved';
}

function decidedBy({ verdict }: Attempt, { approval, outcome }: After): string {
  const state = approval?.state;
  if (state?.kind === 'approved' || state?.kind === 'denied') return `${state.kind} by ${state.by}`;
  if (state !== undefined) return state.kind;
  const [first] = verdict.reasons;
  return `${outcome?.by ?? verdict.outcome}${first === undefined ? '' : `, ${first.source} ${first.id}`}`;
}

const effectText = ({ kind, target, certainty }: Effect): string =>
  `${kind} ${target}${certainty === 'certain' ? '' : ` (${certainty})`}`.slice(0, 300);

function callOf(attempt: Attempt, after: After, agentName: Reporting['agentName']): ReportCall {
  const { at, call, agent, module, tool, effects, verdict } = attempt;
  return {
    at,
    call,
    agent: agentName(agent),
    tool: `${module}/${tool}`,
    effects: effects.slice(0, MOST.effects).map(effectText),
    outcome: verdict.outcome,
    decided: decidedBy(attempt, after),
    ended: after.outcome?.status ?? 'not reported',
    ran: ranOf(attempt, after),
  };
}

type File = IncidentReport['files'][number];

/** An undo's own call; what it took back. Only a person makes one: no module and no agent has that name. */
const undoneBy = ({ module, tool, arguments: given }: Attempt): unknown =>
  module === 'castellan' && tool === 'undo' && typeof given === 'object' && given !== null && 'of' in given
    ? given.of
    : undefined;

/** The latest change of each file, which call made it, and the undo that has taken it back since. */
function filesOf(ran: readonly Attempt[], undoable: Reporting['undoable']): File[] {
  const found = new Map<string, File>();
  const undos = new Set<unknown>();
  for (const attempt of ran) {
    const { call, effects } = attempt;
    const of = undoneBy(attempt);
    if (of !== undefined) undos.add(call);
    for (const { kind, targetKind, target } of effects) {
      if ((kind !== 'write' && kind !== 'delete') || targetKind !== 'path') continue;
      const known = found.get(target);
      if (of === undefined) found.set(target, { path: target, effect: kind, call, undo: undoable(call) });
      else if (known !== undefined) {
        const { putBack: _, ...changed } = known;
        // An undo of an undo: it is again as the agent left it.
        found.set(target, undos.has(of) ? changed : { ...changed, putBack: call });
      }
    }
  }
  return [...found.values()];
}

function hostsOf(
  records: readonly LedgerRecord[],
  ran: readonly Attempt[],
  agentName: Reporting['agentName'],
): IncidentReport['hosts'] {
  const found = new Map<string, IncidentReport['hosts'][number]>();
  const add = (host: string, sentBytes: number | null, by: string, times = 1): void => {
    const known = found.get(host) ?? { host, times: 0, sentBytes, by: [] };
    found.set(host, {
      host,
      times: known.times + times,
      sentBytes: known.times === 0 || sentBytes === null ? known.sentBytes : (known.sentBytes ?? 0) + sentBytes,
      by: [...new Set([...known.by, by])],
    });
  };
  for (const record of records) {
    if (record.kind === 'connection' && (record.outcome === 'closed' || record.outcome === 'cut'))
      add(
        `${record.host}:${record.port}`,
        record.sentBytes,
        record.agent ? agentName(record.agent) : `module ${record.module}`,
      );
    if (record.kind === 'model' && record.status > 0) add(record.host, null, agentName(record.agent));
  }
  // By the whole and by the name before the port: an agent may have reached thousands, and decided as many.
  const counted = new Map([...found.keys()].toReversed().map((host) => [host.replace(/:\d+$/, ''), host]));
  for (const host of found.keys()) counted.set(host, host);
  // What else ran was decided to reach: by scripts, servers, and commands without a wall. What went there nobody counted; where its
  // connection was counted, it is that one.
  for (const { effects, agent, script } of ran)
    for (const target of new Set(effects.flatMap((each) => (each.targetKind === 'host' ? each.target : [])))) {
      const known = counted.get(target);
      const by = script === undefined ? agentName(agent) : `script ${script.name ?? script.run}`;
      add(known ?? target, null, by, known === undefined ? 1 : 0);
    }
  return [...found.values()];
}

function todoOf(report: Pick<IncidentReport, 'secrets' | 'files' | 'lasting' | 'hosts' | 'incident'>): string[] {
  const { secrets, files, lasting, hosts, incident } = report;
  const old = secrets.filter(({ rotated }) => !rotated).map(({ name }) => `\`${name}\``);
  const back = files.filter(({ undo, putBack }) => undo === true && putBack === undefined).length;
  return [
    ...(old.length > 0 ? [`rotate what was given out: ${old.join(', ')} (\`castellan secrets rotate\`)`] : []),
    ...(back > 0 ? [`${back} changed ${back === 1 ? 'file' : 'files'} can be put back: \`castellan undo\``] : []),
    ...(lasting.length > 0
      ? [
          `${lasting.length === 1 ? '1 effect' : `${lasting.length} effects`} cannot be taken back: tell whoever was reached`,
        ]
      : []),
    ...(hosts.length > 0
      ? [`look at what ${hosts.length} reached ${hosts.length === 1 ? 'host' : 'hosts'} were sent`]
      : []),
    ...(incident.closedAt === null && incident.declared > 0 ? ['walk back step by step: `castellan recover`'] : []),
  ];
}

export function reportOf(reporting: Reporting): IncidentReport {
  const { incident, records, from, to, truncated, agentName, undoable } = reporting;
  const after = afterwards(records);
  const attempts = records.filter((record): record is Attempt => record.kind === 'attempt');
  const ran = attempts.filter((attempt) => ranOf(attempt, after.get(attempt.call) ?? {}));
  // What ran comes first where not all have room: what was refused did nothing.
  const known = new Set(ran);
  const asked = attempts.filter((attempt) => !known.has(attempt));
  const room = Math.max(0, MOST.calls - ran.length);
  const calls = [...ran.slice(-MOST.calls), ...(room === 0 ? [] : asked.slice(-room))]
    .map((attempt) => callOf(attempt, after.get(attempt.call) ?? {}, agentName))
    .toSorted((a, b) => a.at - b.at);
  const found = {
    incident,
    secrets: [...exposedIn(records, incident.openedAt)],
    hosts: hostsOf(records, ran, agentName),
    files: filesOf(ran, undoable),
    lasting: ran.flatMap(({ call, effects }) =>
      effects.filter(({ kind }) => LASTING.has(kind)).map((effect) => ({ call, text: effectText(effect) })),
    ),
  };
  const timeline = timelineOf(records, agentName);
  const isCut =
    attempts.length > MOST.calls ||
    found.files.length > MOST.files ||
    found.lasting.length > MOST.lasting ||
    timeline.length > MOST.timeline;
  return {
    ...found,
    files: found.files.slice(-MOST.files),
    lasting: found.lasting.slice(-MOST.lasting),
    from,
    to,
    truncated: truncated || isCut,
    calls,
    refused: asked.length,
    timeline: timeline.slice(-MOST.timeline),
    // Counted before anything is left out.
    todo: todoOf(found),
  };
}
