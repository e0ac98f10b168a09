// Copies of the state. Making one seals the vault anew under what the person gave, so it is a person's to ask for.
import { type ApiErrorCode, actorName } from '@castellan/contract';
import { type Backups, CopyFault, told } from '../../backups/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

const CODES: Readonly<Record<CopyFault['code'], ApiErrorCode>> = {
  'not-whole': 'failed',
  'wrong-passphrase': 'bad_request',
  'other-version': 'bad_request',
  unusable: 'bad_request',
  'in-the-way': 'conflict',
  failed: 'failed',
};

export function backupHandlers(backups: Backups): Pick<Handlers, 'backups' | 'makeBackup'> {
  return {
    backups: () => backups.view(),
    async makeBackup({ body, actor }) {
      try {
        return await backups.make(body, actorName(actor));
      } catch (error) {
        const { message, hints } = told(error);
        throw new Refused(error instanceof CopyFault ? CODES[error.code] : 'failed', message, { hint: hints[0] ?? '' });
      }
    },
  };
}
