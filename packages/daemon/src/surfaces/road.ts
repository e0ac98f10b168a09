// The road's steps over the real rooms.
import {
  type Approval,
  type ApprovalId,
  type Call,
  callDigest,
  canonicalJson,
  type Digest,
  type Effect,
  type GrantSuggestion,
  isWellFormed,
  type JsonObject,
  type Profile,
  type Verdict,
} from '@castellan/contract';
import { analyse, decide, labelsOf, privateContent, suggestGrants, summarise, taskGrant } from '@castellan/policy';
import { criticalAsked, restored, waitFor } from '../approvals/index.ts';
import { lookAt } from '../changes/index.ts';
import type { Circumstances, Maker } from '../circumstances.ts';
import { sha256 } from '../digest.ts';
import type { Question, Road } from '../gate.ts';
import { factorsInUse } from '../identity/index.ts';
import { newId } from '../ids.ts';
import { makeGrant } from './make-grant.ts';
import type { Parts } from './parts.ts';
import { secretsIn, secretsInAnyCase } from './secrets-in.ts';
import { shownOf } from './shown.ts';
import { WAY_OUT_MODULE } from './way-out.ts';

/** The same module, tool, folder and arguments as they may be shown: the same action, whenever it is asked for. */
const actionOf = (told: Call): string => sha256(`${told.cwd}\n${canonicalJson(told.arguments)}`);
const subagentName = ({ type, id }: NonNullable<Call['subagent']>): string => `${type} ${id}`;
const toolName = ({ module, tool }: Call): string => `${module}/${tool}`;
/** Whoever is asked must see that it is not the agent itself that does it. */
const ofScript = ({ script }: Call, summary: string): string =>
  script == null ? summary : `Script \`${script.name ?? 'unnamed'}\`: ${summary}`;

/** What a person made of a call, or why it cannot run. */
type Revised =
  | { readonly kind: 'revised'; readonly question: Question }
  | { readonly kind: 'refused'; readonly message: string };

export function roadOver(parts: Parts): Road {
  const { clock, facts, records, redactor, exits, canaries, grants, work, approvals, agents } = parts;
  const policyNow = () => parts.policy.policy;
  /** What goes by the gateway is asked about by us: it need not believe that a client asked anybody. A script has none. */
  const interactive = ({ origin, session }: Call, { unasked }: Maker): boolean =>
    unasked !== true && origin !== 'mcp' && origin !== 'script' && (work.get(session)?.interactive ?? false);
  /** What the client and the run it is part of want on top of the profile's mode. */
  const modesOf = ({ session }: Call, { mode }: Maker): readonly Profile[] => [
    ...(mode === undefined ? [] : [mode]),
    ...(work.get(session)?.nobodyToAsk === true ? (['ci'] as const) : []),
  ];

  // A call never changes (an edited one is another), so its digest is taken once, however many ask for it.
  const digests = new WeakMap<Call, Digest>();
  /** A grant is shown, listed and kept as it is: one that would hold a secret is not offered and not made. */
  const isSpeakable = (width: unknown): boolean => {
    const text = JSON.stringify(width);
    return redactor.text(text) === text;
  };

  const digest: Road['digest'] = (call) => {
    const taken = digests.get(call) ?? callDigest(call, parts.bindingHash);
    digests.set(call, taken);
    return taken;
  };

  /** What a per-task call's approval also allows; nothing where its words would hold a secret. */
  const taskGrantOf = (call: Call, effects: readonly Effect[], verdict: Verdict): GrantSuggestion | null => {
    const bounded = taskGrant(call, effects, verdict, policyNow());
    return bounded !== null && isSpeakable(bounded) ? bounded : null;
  };

  const question = (
    { call, effects, around, verdict, look }: Question,
    waitMs: number,
    reversibility: Approval['reversibility'] | null,
  ): Approval => {
    const { hide, call: told } = around.shown;
    const shownEffects = hide(effects);
    const { summary, risk } = summarise(told, shownEffects, policyNow());
    const id: ApprovalId = newId(clock, 'approval');
    const now = clock.now();
    return {
      id,
      call: call.id,
      digest: digest(call),
      agent: call.agent,
      agentName: agents.get(call.agent)?.name ?? call.agent,
      task: call.task,
      taskTitle: work.task(call.task)?.title ?? '',
      session: call.session,
      ...(call.subagent && { subagent: subagentName(call.subagent) }),
      module: call.module,
      tool: call.tool,
      summary: redactor.text(ofScript(call, summary)),
      risk,
      ...(reversibility != null && { reversibility: hide(reversibility) }),
      arguments: told.arguments,
      cwd: call.cwd,
      effects: shownEffects,
      flows: hide(around.session.flows),
      changes: [...look.changes],
      verdict,
      factorNeeded: criticalAsked(verdict) && factorsInUse(parts.factors),
      taskGrant: taskGrantOf(call, effects, verdict)?.text ?? null,
      suggestions: suggestGrants(call, effects, verdict, policyNow()).filter(isSpeakable),
      createdAt: now,
      expiresAt: now + waitMs,
      before: {
        same: parts.store.answers.before(call.agent, toolName(call), actionOf(told)),
        tool: parts.store.answers.before(call.agent, toolName(call), null),
      },
      state: { kind: 'pending' },
    };
  };

  /** Remembered for the next card; a memory that fails must not change what was answered. */
  const remember = ({ call, around }: Question, { state }: Approval): void => {
    if (state.kind !== 'approved' && state.kind !== 'denied' && state.kind !== 'timed-out') return;
    try {
      parts.store.answers.note(call.agent, toolName(call), actionOf(around.shown.call), state.kind, clock.now());
    } catch (error) {
      // A full disk raises its own alarm where it matters; this card only knows less next time.
      void error;
    }
  };

  /** What can be told of a call and what it brings along; counts nothing. */
  const circumstances = (
    call: Call,
    effects: readonly Effect[],
    { limits, maker }: Pick<Circumstances, 'limits' | 'maker'>,
  ) => {
    const look = call.module === WAY_OUT_MODULE ? secretsInAnyCase : secretsIn;
    const secrets = look(call.arguments, redactor, exits);
    const traced = parts.traces.facts(call, effects, interactive(call, maker));
    const session = secrets.flows.length === 0 ? traced : { ...traced, flows: [...secrets.flows, ...traced.flows] };
    const labels = labelsOf(call, effects, policyNow(), session);
    const around: Circumstances = { shown: shownOf(call, secrets, exits), session, labels, limits, maker };
    return { around, names: secrets.names };
  };

  const analysed = (call: Call): readonly Effect[] => analyse(call, policyNow(), facts);

  const judge: Road['decide'] = (call, effects, { shown, session, limits, maker }) =>
    shown.hide(
      decide({
        call,
        effects,
        policy: policyNow(),
        ownPorts: parts.ports.all,
        session,
        grants: grants.candidates(call),
        client: modesOf(call, maker),
        // Asked each time: it may have been frozen while the call waited for a person.
        floors: [...canaries.floors(call.agent), ...parts.desk.floors(call), ...limits.floors],
        advice: limits.advice,
        now: clock.now(),
      }),
    );

  /** The call a person made of one that waits: decided anew, so that no yes leads past a deny (H7). */
  const revise = ({ call, around }: Question, given: JsonObject): Revised => {
    const refused = (message: string): Revised => ({ kind: 'refused', message });
    if (!isWellFormed(given)) return refused('they are not well-formed Unicode, so no approval could be bound to them');
    const found = restored(given, around.shown.call.arguments, call.arguments);
    if (found.kind === 'hidden')
      return refused(
        `\`${redactor.text(found.path)}\` holds a part that was hidden; leave it as it is shown, or write it whole`,
      );
    const revised: Call = { ...call, arguments: found.arguments };
    const effects = analysed(revised);
    const again = circumstances(revised, effects, around).around;
    const verdict = judge(revised, effects, again);
    const [first] = verdict.reasons;
    if (verdict.outcome === 'deny')
      return refused(`changed like this the call is denied: ${first?.text ?? 'no reason'}`);
    const question = { call: revised, effects, around: again, verdict, look: lookAt(revised, effects, redactor) };
    return { kind: 'revised', question };
  };

  return {
    digest,
    analyse: analysed,
    foresee: (call, effects) => circumstances(call, effects, { limits: parts.limits.foresee(call), maker: {} }).around,
    gather(call, effects, maker) {
      const { around, names } = circumstances(call, effects, { limits: parts.limits.take(call), maker });
      canaries.inCall(call, effects, names);
      return around;
    },
    decide: judge,
    count: (call, verdict) => parts.limits.use(call, verdict),
    // A panic, or a freeze while what it changes was kept: a large file takes its time.
    stopped: ({ agent }) => canaries.floors(agent)[0] ?? null,
    useGrant: (id) => grants.use(id),
    async recordAttempt(call, effects, { shown, session, labels }, verdict) {
      await records.record({
        kind: 'attempt',
        at: clock.now(),
        call: call.id,
        agent: call.agent,
        task: call.task,
        session: call.session,
        ...(call.subagent && { subagent: subagentName(call.subagent) }),
        module: call.module,
        tool: call.tool,
        origin: call.origin,
        ...(call.script !== undefined && { script: call.script }),
        ...(call.externalId !== undefined && { externalId: call.externalId }),
        cwd: call.cwd,
        workspace: call.workspace,
        // Before `arguments`: hex followed by `effe` looks like one value in two strings, and costs a view of every record.
        digest: digest(call),
        arguments: shown.call.arguments,
        effects: shown.hide(effects),
        ...(session.flows.length > 0 && { flows: shown.hide(session.flows) }),
        ...(labels.length > 0 && { labels: [...new Set(labels.map(({ label }) => label))] }),
        verdict,
      });
      if (parts.events.isWanted('call')) {
        const { summary } = summarise(shown.call, shown.hide(effects), policyNow());
        parts.events.publish({
          kind: 'call',
          call: call.id,
          agent: call.agent,
          task: call.task,
          session: call.session,
          ...(call.subagent && { subagent: redactor.text(subagentName(call.subagent)) }),
          module: call.module,
          tool: call.tool,
          summary: redactor.text(ofScript(call, summary)),
          outcome: verdict.outcome,
          at: call.at,
        });
      }
    },
    look: (call, effects) => lookAt(call, effects, redactor),
    async approve(asked, signal) {
      const { call } = asked;
      const agent = agents.get(call.agent);
      const reversibility = await parts.undo.journal.foresee(asked.effects);
      const { waitMs, remindMs } = waitFor(policyNow().config.approvals, agent?.hookTimeoutSeconds ?? 60);
      // While the attempt was written its agent may have been disconnected or its session ended: nobody may be asked.
      const over = agent === null || agent.revokedAt !== null || work.get(call.session) === null;
      let answered = asked;
      const approval = await approvals.ask(question(asked, waitMs, reversibility), waitMs, {
        signal: over ? AbortSignal.abort() : signal,
        ...(remindMs !== undefined && { remindMs }),
        revise(given) {
          const revised = revise(asked, given);
          if (revised.kind === 'refused') return revised;
          const { call: edited, around } = revised.question;
          return {
            kind: 'revised',
            arguments: around.shown.call.arguments,
            digest: digest(edited),
            hidden: around.shown.call.arguments !== edited.arguments,
            critical: criticalAsked(revised.question.verdict),
            keep() {
              answered = revised.question;
            },
          };
        },
      });
      remember(asked, approval);
      return { question: answered, approval };
    },
    async allowTask(call, effects, verdict, { state }) {
      const bounded = taskGrantOf(call, effects, verdict);
      if (state.kind === 'approved' && state.once !== true && bounded !== null)
        await makeGrant(parts, bounded.grant, state.by, bounded.text);
    },
    async keep(call, effects, { shown, session }) {
      const secret = privateContent(call, effects, policyNow(), session);
      const { refusal } = await parts.undo.journal.keep(call, effects, { secret, hide: shown.hide });
      if (refusal === null) return null;
      const about = { source: 'error', part: 'floor', id: 'undo.required', outcome: 'deny' } as const;
      return {
        ...about,
        text: refusal,
        remedy: 'make room or narrow what it changes; a person may set `undo.required: false`',
      };
    },
    settle(call, effects, { limits, labels }, decision) {
      parts.limits.settle(call, limits, decision);
      if (decision.kind === 'refused') return parts.undo.journal.neverRan(call.id);
      parts.traces.runs(call, effects, labels);
      parts.decided.runs(call, effects);
    },
    recordRefusal(call, decision) {
      // Not awaited: the tool does not run either way, and a failing log raises its own alarm.
      records
        .record({
          kind: 'outcome',
          at: clock.now(),
          call: call.id,
          status: 'refused',
          by: decision.by,
          text: decision.message,
        })
        .catch(() => undefined);
    },
  };
}
