// Rules as text, a rule file of one's own, and a call tried out.
import { actorName, type Digest, type PolicyView, type Preset } from '@castellan/contract';
import type { Policy } from '@castellan/policy';
import { changeRuleFile, rehearse, ruleFiles, withPreset } from '../../policy/index.ts';
import type { StatePaths } from '../../state/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { badRequest, Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

export type RuleHandlers = Pick<Handlers, 'rules' | 'changeRules' | 'try'>;

/** @param view the policy in force, as the policy route shows it. */
export function ruleHandlers(parts: Parts, paths: StatePaths, view: () => PolicyView): RuleHandlers {
  const { policy, facts, grants, ports, clock } = parts;

  /** Compiled once for each policy: a page asks for several calls under each preset. */
  let others: { readonly of: Digest; readonly made: Map<Preset, Policy> } | null = null;
  const under = (preset: Preset | undefined): Policy => {
    const now = policy.policy;
    if (preset === undefined || preset === now.preset) return now;
    if (others?.of !== now.digest) others = { of: now.digest, made: new Map() };
    const known = others.made.get(preset);
    if (known !== undefined) return known;
    const made = withPreset(paths.home, preset);
    if (!made.ok) throw badRequest(made.faults);
    others.made.set(preset, made.value);
    return made.value;
  };

  return {
    rules: () => ({ files: [...ruleFiles(paths, policy.policy, facts)] }),
    changeRules({ body, actor }) {
      const written = changeRuleFile(paths, body, facts);
      switch (written.kind) {
        case 'other':
          throw new Refused('conflict', `\`${body.path}\` is another one now`, { hint: 'look at it again' });
        case 'link':
          throw new Refused('conflict', `\`${body.path}\` or its folder is a link`, {
            hint: 'put a file in its place: what a link leads to is not changed from here',
          });
        case 'faults':
          throw badRequest(written.faults.map((message) => ({ path: body.path, message })));
        case 'written': {
          const faults = policy.reload(actorName(actor));
          if (faults.length > 0) throw badRequest(faults.map((message) => ({ path: body.path, message })));
          return view();
        }
      }
    },
    try({ body }) {
      const { preset, agent, ...call } = body;
      if (!call.cwd.startsWith('/'))
        throw new Refused('bad_request', '`cwd`: the folder is not absolute', { hint: 'begin it with `/`' });
      const rehearsed = rehearse(
        { ...call, agent },
        {
          policy: under(preset),
          facts,
          ownPorts: ports.all,
          now: clock.now(),
          grants: (asked) => (agent === undefined ? [] : grants.candidates(asked)),
        },
      );
      if (!rehearsed.ok) throw badRequest(rehearsed.faults);
      const { verdict, effects, summary, risk } = rehearsed.value;
      return { verdict, effects, summary, risk };
    },
  };
}
