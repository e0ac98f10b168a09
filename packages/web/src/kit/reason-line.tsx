// One reason of a verdict in words, with a link to what gave it.
import type { Reason, ReasonSource } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { Prose } from './prose.tsx';
import css from './reason-line.module.css';

const SOURCES: Readonly<Record<ReasonSource, string>> = {
  panic: 'Panic',
  'critical-rule': 'Critical rule',
  'user-deny': 'Your deny',
  'module-deny': 'Module set to deny',
  'strict-rule': 'Strict rule',
  profile: 'Profile',
  client: 'Client',
  turn: 'Budget',
  error: 'Error',
  grant: 'Grant',
  'tool-override': 'Level of this tool',
  'safe-call': 'Safe call',
  'module-level': 'Level of the module',
  preset: 'Preset',
  default: 'Default',
  guideline: 'Guideline',
};

type Place = '/rules' | '/modules' | '/grants' | '/settings' | '/work';
const PLACE_OF: Readonly<Partial<Record<ReasonSource, Place>>> = {
  'critical-rule': '/rules',
  'strict-rule': '/rules',
  guideline: '/rules',
  'user-deny': '/modules',
  'module-deny': '/modules',
  'tool-override': '/modules',
  'safe-call': '/modules',
  'module-level': '/modules',
  preset: '/modules',
  default: '/modules',
  profile: '/modules',
  grant: '/grants',
  turn: '/work',
};

/** A remedy that names a command: this page has a button for it. */
const FOR_TERMINALS = /`castellan /;

export function ReasonLine({ reason }: { readonly reason: Reason }) {
  const place = PLACE_OF[reason.source];
  return (
    <li className={css.reason} data-part={reason.part} data-critical={reason.source === 'critical-rule' || undefined}>
      <p>
        <Prose text={reason.text} />
      </p>
      <p className={css.source}>
        {SOURCES[reason.source]}
        {reason.id === '' ? null : (
          <>
            {' · '}
            {place === undefined ? (
              <code>{reason.id}</code>
            ) : (
              <Link to={place} hash={reason.id}>
                {reason.id}
              </Link>
            )}
          </>
        )}
        {reason.remedy === undefined || FOR_TERMINALS.test(reason.remedy) ? null : (
          <>
            {' · '}
            <Prose text={reason.remedy} />
          </>
        )}
      </p>
    </li>
  );
}
