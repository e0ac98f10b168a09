// How one agent stands: whether it is proven to be held, as what it is connected, and what is known to get past it.
import type { Agent, Gap } from '@castellan/contract';
import { CircleCheck, CircleHelp, LoaderCircle, ShieldAlert } from 'lucide-react';
import { useChange } from '../../connection/use-ask.ts';
import { useNow } from '../../connection/use-now.ts';
import { Act } from '../../kit/act.tsx';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { capital } from '../../kit/words.ts';
import { isProvable, openText, type Standing, standingWord } from './standing-model.ts';
import css from './standing-part.module.css';
import { VerifyTable } from './verify-table.tsx';

const ICONS = { good: CircleCheck, warn: CircleHelp, bad: ShieldAlert, accent: LoaderCircle, plain: CircleHelp };
const SCOPES = { user: 'every project', project: 'one folder', isolated: 'only by run', managed: 'the whole machine' };
const MODES = { hooks: 'its own tools, each asked about', gateway: 'tools of the gateway' };

export function StandingPart({ standing, agent }: { readonly standing: Standing; readonly agent: Agent }) {
  const now = useNow();
  const { scope, mode, version, known, connector, gaps, verification } = standing;
  const word = standingWord(standing, now);
  const isUnknown = connector !== null && version !== null && !known;
  return (
    <div className={css.standing}>
      <p className={css.line}>
        <Tag tone={word.tone} icon={ICONS[word.tone]}>
          {word.text}
        </Tag>
        <span className={kit.note} aria-live="polite">
          {capital(word.more)}
        </span>
      </p>
      <p className={kit.note}>
        {version === null ? null : `Version ${version}${isUnknown ? ', not among those tested' : ''}. `}
        {scope === null || mode === null ? null : `Connected for ${SCOPES[scope]}, with ${MODES[mode]}.`}
      </p>
      {verification === null ? null : (
        <details className={kit.fold} open={verification.state !== 'held'}>
          <summary>{verification.state === 'running' ? 'Verification under way' : 'Last verification'}</summary>
          <VerifyTable verification={verification} label={`Verification of ${agent.name}`} />
        </details>
      )}
      <Gaps gaps={gaps} />
    </div>
  );
}

export function Gaps({ gaps }: { readonly gaps: readonly Gap[] }) {
  if (gaps.length === 0) return null;
  return (
    <details className={kit.fold}>
      <summary>{openText(gaps.length)}</summary>
      <ul className={css.gaps}>
        {gaps.map(({ id, way, closedBy, alarm }) => (
          <li key={id}>
            <Prose text={capital(way)} />
            <span className={kit.note}>
              <Prose text={closedBy === null ? 'nothing closes it.' : `closed by: ${closedBy}.`} />{' '}
              {alarm === null ? null : <Prose text={`alarm: ${alarm}.`} />}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Begins canaries through the real client; how it goes shows above. */
export function VerifyNow({ standing, agent }: { readonly standing: Standing; readonly agent: Agent }) {
  const verify = useChange('verifyAgent');
  if (!isProvable(standing)) return null;
  const isRunning = standing.verification?.state === 'running';
  return (
    <>
      <Act
        needs="agents:write"
        about={agent.name}
        pending={verify.pending || isRunning}
        onClick={() => void verify.run({ params: { id: agent.id } })}
      >
        Verify now
      </Act>
      {verify.failure === null ? null : <ErrorNote error={verify.failure} />}
    </>
  );
}
