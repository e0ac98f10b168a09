// The way back from a panic: named steps in one order, each an act of an admin, each in the ledger. INVARIANT: nothing is let
// through before the last one, and that one ends the panic it was walked from and no later one.
import {
  type Actor,
  actorName,
  type Exposed,
  type Factor,
  type Incident,
  RECOVERY_STEPS,
  type RecoverRequest,
  type RecoveryStep,
  type RecoveryView,
  type ScheduleId,
  type ScriptName,
} from '@castellan/contract';
import type { Incidents } from '../incidents/index.ts';
import type { Standstill } from './standstill.ts';

export interface RecoveryHost {
  readonly standstill: Standstill;
  readonly incidents: Incidents;
  readonly exposed: (incident: Incident) => Promise<readonly Exposed[]>;
  readonly runbook: () => string | null;
  readonly factorNeeded: () => boolean;
  /** Null: it came back; else why not. */
  readonly restoreScript: (name: ScriptName, by: Actor, factor: ShownFactor) => Promise<string | null>;
  readonly resumeSchedule: (id: ScheduleId, by: string) => Promise<string | null>;
  /** What the panic held that belongs to nobody who could be asked: the built-in agent. */
  readonly released: (by: Actor) => Promise<void>;
  readonly alarmOver: (by: string) => void;
}

/** The second factor that whoever takes a step has just proved. */
export type ShownFactor = Exclude<Factor, 'none'> | null;

export type Recovered =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'not_found' | 'conflict'; readonly message: string; readonly hint: string };

const OK: Recovered = { ok: true };
const fault = (message: string, hint: string, code: 'not_found' | 'conflict' = 'conflict'): Recovered => ({
  ok: false,
  code,
  message,
  hint,
});

const AGAIN = fault('a panic was declared again meanwhile: it goes on', 'walk back again: `castellan recover`');

interface Who {
  readonly by: Actor;
  readonly factor: ShownFactor;
}

const WORDS: Readonly<Record<RecoveryStep, string>> = {
  look: 'read what happened: `castellan incidents show`',
  secrets: 'rotate what was given out, or say that it stays: `castellan secrets rotate NAME`',
  people: 'everybody signs in again, tokens are made anew; change the passwords that may be known',
  agents: 'connect those that come back, with new credentials: `castellan connect`',
  scripts: 'say which scripts and schedules come back',
  rules: 'add the rule that would have stopped it; undo what can be undone',
  close: 'end the panic: calls are decided again',
};

export class Recovery {
  readonly #host: RecoveryHost;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: RecoveryHost) {
    this.#host = host;
  }

  async view(): Promise<RecoveryView> {
    const { incidents, standstill, exposed, factorNeeded, runbook } = this.#host;
    const incident = standstill.isInForce ? incidents.ofPanic : null;
    const done = new Set(incident?.recovered.map(({ step }) => step));
    return {
      incident,
      steps: RECOVERY_STEPS.map((step) => ({ step, done: done.has(step), text: WORDS[step] })),
      next: incident === null ? null : (RECOVERY_STEPS.find((step) => !done.has(step)) ?? null),
      secrets: incident === null ? [] : [...(await exposed(incident))],
      factorNeeded: factorNeeded(),
      runbook: runbook(),
    };
  }

  /** One at a time: of two who close it, one is first. @throws LedgerError: a step that is not on record was not taken. */
  take(step: RecoveryStep, wish: RecoverRequest, by: Actor, factor: ShownFactor): Promise<Recovered> {
    const turn = this.#turn.then(() => this.#take(step, wish, { by, factor }));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take(step: RecoveryStep, wish: RecoverRequest, who: Who): Promise<Recovered> {
    const { incidents, standstill } = this.#host;
    // Of the declaration whose steps are looked at here; one that comes while this goes on is another.
    const { epoch } = standstill;
    const incident = incidents.ofPanic;
    if (!standstill.isInForce || incident === null) return fault('no panic is in force', '`castellan status`');
    if (incident.did.length === 0) return fault('the panic is still at work', 'try again in a moment');
    const done = new Set(incident.recovered.map((each) => each.step));
    const first = RECOVERY_STEPS.find((each) => !done.has(each));
    if (first !== undefined && RECOVERY_STEPS.indexOf(step) > RECOVERY_STEPS.indexOf(first))
      return fault(`the step \`${first}\` comes before \`${step}\``, `\`castellan recover ${first}\`: ${WORDS[first]}`);
    const text = await this.#does(step, wish, who, incident);
    if (typeof text !== 'string') return text;
    if (epoch !== standstill.epoch) return AGAIN;
    await incidents.add({ incident: incident.id, change: 'recovered', step, by: actorName(who.by), text });
    return step === 'close' ? this.#close(incident, who.by, epoch) : OK;
  }

  /** What was done, in one line; or why it cannot be. */
  async #does(step: RecoveryStep, wish: RecoverRequest, who: Who, incident: Incident): Promise<string | Recovered> {
    switch (step) {
      case 'look':
        return 'the report was read';
      case 'secrets':
        return this.#secrets(wish, incident);
      case 'people':
        return `${many(incident.affected.people.length, 'person', 'people')} signed out, ${many(incident.affected.tokens.length, 'token')} ended`;
      case 'agents':
        return `${many(incident.affected.agents.length, 'agent')} cut off; whoever comes back connects anew`;
      case 'scripts':
        return this.#scripts(wish, who, incident);
      case 'rules':
        return 'rules were looked at';
      case 'close':
        return 'the panic is ended';
    }
  }

  async #secrets({ accept }: RecoverRequest, incident: Incident): Promise<string | Recovered> {
    const exposed = await this.#host.exposed(incident);
    const out = exposed.filter(({ rotated }) => !rotated).map(({ name }) => name);
    const open = out.filter((name) => !accept.includes(name));
    const [one] = open;
    if (one !== undefined)
      return fault(
        `given out and still the same: \`${open.join('`, `')}\``,
        `\`castellan secrets rotate ${one}\`, or \`castellan recover secrets --accept ${one}\``,
      );
    if (exposed.length === 0) return 'no secret was given out';
    return out.length === 0 ? 'every secret that was used is another one now' : `stays by decision: ${out.join(', ')}`;
  }

  async #scripts(
    { scripts, schedules }: RecoverRequest,
    { by, factor }: Who,
    { affected }: Incident,
  ): Promise<string | Recovered> {
    for (const name of scripts) {
      if (!affected.scripts.some(({ script }) => script === name))
        return fault(`the panic disabled no script \`${name}\``, '`castellan recover` lists them', 'not_found');
      const why = await this.#host.restoreScript(name, by, factor);
      if (why !== null) return fault(`\`${name}\`: ${why}`, 'look at it with `castellan scripts show`');
    }
    for (const id of schedules) {
      if (!affected.schedules.some((each) => each.id === id))
        return fault(`the panic paused no schedule \`${id}\``, '`castellan recover` lists them', 'not_found');
      const why = await this.#host.resumeSchedule(id, actorName(by));
      if (why !== null) return fault(`\`${id}\`: ${why}`, 'look at it with `castellan schedule`');
    }
    return `${many(scripts.length, 'script')} and ${many(schedules.length, 'schedule')} came back`;
  }

  async #close({ id }: Incident, by: Actor, epoch: number): Promise<Recovered> {
    const { standstill, incidents, released, alarmOver } = this.#host;
    const lifted = await standstill.lift(epoch);
    switch (lifted === 'lifted' && standstill.isInForce ? 'declared-again' : lifted) {
      case 'lifted': {
        // One that is declared from here on is another incident: this one is over in the step in which the panic is.
        const written = incidents.add({ incident: id, change: 'closed', by: actorName(by), text: 'the panic is over' });
        alarmOver(actorName(by));
        await Promise.all([written, released(by)]);
        return OK;
      }
      case 'declared-again':
        return AGAIN;
      case 'not-in-force':
        return fault('no panic is in force', '`castellan status`');
      case 'file-stays':
        return fault('the file of the panic cannot be taken away', 'look at `daemon/panic.json` in the state folder');
    }
  }
}

const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
