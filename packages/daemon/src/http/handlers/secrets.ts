// Secrets and their vault. INVARIANT: values come in and never go out: every answer is made of a name, a use or a time, and
// no message quotes what was sent, not even where it is no name.
import { type ApiErrorCode, actorName, type Status, secretNameSchema } from '@castellan/contract';
import type { Answer, Vault, VaultFault } from '../../vault/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type SecretHandlers = Pick<
  Handlers,
  | 'secrets'
  | 'addSecret'
  | 'changeSecret'
  | 'rotateSecret'
  | 'removeSecret'
  | 'unlockVault'
  | 'changeVaultKey'
  | 'backUpVault'
  | 'restoreVault'
  | 'recoverVault'
>;

const CODES: Readonly<Record<VaultFault['code'], ApiErrorCode>> = {
  unknown: 'not_found',
  exists: 'conflict',
  'bad-value': 'bad_request',
  'too-much': 'too_large',
  empty: 'conflict',
  locked: 'conflict',
  damaged: 'conflict',
  'not-damaged': 'conflict',
  'wrong-passphrase': 'bad_request',
  'too-soon': 'conflict',
  'no-key-place': 'conflict',
  'bad-backup': 'bad_request',
  'not-written': 'failed',
  'not-recorded': 'not_recorded',
};
/** The field of the body a fault is about. */
const FIELDS: Partial<Readonly<Record<VaultFault['code'], string>>> = {
  'bad-value': 'value',
  'wrong-passphrase': 'passphrase',
  'bad-backup': 'backup',
};

function given<T>(answer: Answer<T>): T {
  if (answer.ok) return answer;
  const { code, message, hint } = answer;
  const path = FIELDS[code];
  throw new Refused(CODES[code], path === undefined ? message : `\`${path}\`: ${message}`, {
    hint,
    ...(path !== undefined && { faults: [{ path, message, hint }] }),
  });
}

function nameOf(params: { readonly [name: string]: string }): string {
  const name = secretNameSchema.safeParse(params.name);
  if (name.success) return name.data;
  throw new Refused('not_found', 'no such secret', { hint: '`castellan secrets list` shows their names' });
}

export function vaultStatus(vault: Vault): Status['vault'] {
  const secrets = vault.list();
  const due = secrets.filter(({ due }) => due === 'now' || due === 'expired').length;
  return { ...vault.state, secrets: secrets.length, due };
}

export function secretHandlers(vault: Vault): SecretHandlers {
  return {
    secrets: () => ({ vault: vault.state, secrets: [...vault.list()] }),
    addSecret: async ({ body, actor }) => given(await vault.add(body, actorName(actor))).secret,
    changeSecret: async ({ params, body, actor }) =>
      given(await vault.change(nameOf(params), body, actorName(actor))).secret,
    rotateSecret: async ({ params, body, actor }) =>
      given(await vault.rotate(nameOf(params), body.value, actorName(actor))).secret,
    removeSecret: async ({ params, actor }) => given(await vault.remove(nameOf(params), actorName(actor))).secret,
    unlockVault: async ({ body, actor }) => given(await vault.unlock(body.passphrase ?? null, actorName(actor))).state,
    changeVaultKey: async ({ body, actor }) => given(await vault.changeKey(body, actorName(actor))).state,
    async backUpVault({ body, actor }) {
      const { backup, secrets } = given(await vault.backUp(body.passphrase, actorName(actor)));
      return { backup, secrets };
    },
    async restoreVault({ body, actor }) {
      const { restored, kept } = given(await vault.restore(body, actorName(actor)));
      return { restored: [...restored], kept: [...kept] };
    },
    recoverVault: async ({ body, actor }) => given(await vault.recover(body.from, actorName(actor))).state,
  };
}
