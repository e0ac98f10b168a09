// Secrets whose time has come: past their rotation, or past their end. One alarm names them all.
import type { Instant, KeptSecret } from '@castellan/contract';
import type { Alarms } from '../alarms/index.ts';
import { dueOf } from './contents.ts';

const SHOWN = 5;

export function tellDue(alarms: Pick<Alarms, 'raise' | 'end'>, secrets: readonly KeptSecret[], now: Instant): void {
  const due = secrets.flatMap((secret) => {
    const state = dueOf(secret, now);
    if (state === 'expired') return [`\`${secret.name}\` has expired`];
    return state === 'now' ? [`\`${secret.name}\` is past its rotation`] : [];
  });
  if (due.length === 0) {
    alarms.end('secret-due', null);
    return;
  }
  const more = due.length > SHOWN ? `, and ${due.length - SHOWN} more` : '';
  alarms.raise(
    'secret-due',
    null,
    due.slice(0, SHOWN).join(', ') + more,
    '`castellan secrets rotate NAME` takes a new value; `castellan secrets list` shows all of them',
  );
}
