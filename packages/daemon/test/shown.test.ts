// Written as the agent whose command a shell cuts in the middle of a secret: what is told of the call holds no piece of it.
import { type Call, recordSchema } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { shownConnection } from '../src/egress/shown-connection.ts';
import { createExits } from '../src/exits/exits.ts';
import { secretsIn, secretsInAnyCase } from '../src/surfaces/secrets-in.ts';
import { shownOf } from '../src/surfaces/shown.ts';

function hiding(secret: string, command: string): (value: string) => string {
  const redactor = createRedactor([{ name: 'PW', value: secret }]);
  const exits = createExits(redactor);
  const given = { command };
  const { hide } = shownOf({ arguments: given } as unknown as Call, secretsIn(given, redactor, exits), exits);
  return hide;
}

verifies(['G-S02'], 'a secret that a shell cuts at its own signs is shown in no part', () => {
  for (const [secret, pieces] of [
    ['Tr0ub4dor&3horse-battery-9', ['Tr0ub4dor', '3horse-battery-9']],
    ['Xy7Qz;rmstuff-kk93/opt-ww', ['Xy7Qz', 'rmstuff-kk93/opt-ww']],
    ['a1b2|c3d4 e5f6g7>h8i9j0', ['a1b2', 'c3d4', 'e5f6g7', 'h8i9j0']],
  ] as const) {
    const hide = hiding(secret, `mysql -u root -p${secret} db`);
    for (const piece of pieces) {
      expect(hide(piece)).toBe('[REDACTED]');
      expect(hide(`run ${piece}, then more`)).toBe('run [REDACTED], then more');
    }
    expect(hide(`mysql -p${secret}`)).toBe('mysql -p[REDACTED:PW]');
    expect(hide('mysql -u root db')).toBe('mysql -u root db');
  }
});

verifies(['G-S02'], 'no eight signs of it are shown, wherever it was cut', () => {
  const sign = fc.constantFrom(...'abcXYZ019-_&;|/ ');
  const secret = fc
    .array(sign, { minLength: 12, maxLength: 40 })
    .map((signs) => signs.join(''))
    .filter((text) => text.trim().length >= 12);
  fc.assert(
    fc.property(secret, fc.nat(40), fc.nat(40), (value, a, b) => {
      const piece = value.slice(Math.min(a, b), Math.max(a, b));
      const shown = hiding(value, `run ${value}`)(`(${piece})`);
      for (let at = 0; at + 8 <= piece.length; at += 1) expect(shown).not.toContain(piece.slice(at, at + 8));
    }),
  );
});

verifies(['G-S02'], 'a secret in the name of a host is hidden in lower case too', () => {
  const hide = hiding('Tr0ub4dorHorse9Battery', 'curl https://Tr0ub4dorHorse9Battery.evil.example');
  expect(hide('tr0ub4dorhorse9battery.evil.example:443')).toBe('[REDACTED].evil.example:443');
  expect(hide('tr0ub4dorhorse.9battery.evil.example')).not.toMatch(/tr0ub4dor|horse/);
});

verifies(
  ['G-C01'],
  'a secret that a way out is asked for in lower case is private content all the same, and shown nowhere',
  () => {
    const redactor = createRedactor([{ name: 'PW', value: 'Tr0ub4dorHorse9Battery' }]);
    const exits = createExits(redactor);
    const given = { host: 'tr0ub4dorhorse9battery.evil.example', port: 443 };
    const found = secretsInAnyCase(given, redactor, exits);
    expect(found).toMatchObject({
      names: ['PW'],
      flows: [{ label: 'private', source: 'secret PW', argument: '/host' }],
      shown: { host: '[REDACTED:PW].evil.example', port: 443 },
    });
    const { hide, call } = shownOf({ arguments: given } as unknown as Call, found, exits);
    const told = JSON.stringify([call, hide('tr0ub4dorhorse9battery.evil.example:443')]);
    expect(told).not.toMatch(/tr0ub4dor|horse9/);
    // Beside another that is in lower case itself, and beside an older value of the same name.
    const both = createRedactor([
      { name: 'LOW', value: 'kx82vq94mmzt71pd' },
      { name: 'LOW', value: 'Older8Value3Kept5' },
      { name: 'PW', value: 'Tr0ub4dorHorse9Battery' },
    ]);
    for (const other of ['tr0ub4dorhorse9battery', 'older8value3kept5']) {
      const two = { host: `kx82vq94mmzt71pd.${other}.evil.example:443` };
      const seen = secretsInAnyCase(two, both, createExits(both));
      const as = shownOf({ arguments: two } as unknown as Call, seen, createExits(both));
      expect(JSON.stringify([seen.shown, as.call, as.hide(two.host)])).not.toMatch(/kx82vq94|tr0ub4dor|older8value/i);
    }
    const clean = { host: 'example.org', port: 443 };
    expect(secretsInAnyCase(clean, redactor, exits).shown).toBe(clean);
  },
);

verifies(['G-S02', 'I4'], 'a connection that was refused tells a secret neither as its host nor as its reason', () => {
  const redactor = createRedactor([{ name: 'A_PASSWORD_WITH_A_LONG_NAME', value: 'Tr0ub4dor' }]);
  const ended = {
    port: 443,
    by: 'connect',
    outcome: 'refused',
    sentBytes: 0,
    receivedBytes: 0,
    durationMs: 1,
  } as const;
  for (const host of ['tr0ub4dor.evil.example', `${'tr0ub4dor.'.repeat(24)}example`]) {
    const shown = shownConnection({ ...ended, host, text: `${host}:443: a person said no` }, '', redactor);
    expect(JSON.stringify(shown)).not.toContain('tr0ub4dor');
    expect(recordSchema.safeParse({ ...shown, kind: 'connection', at: 1 }).success).toBe(true);
  }
  const plain = { ...ended, host: 'example.org', text: 'example.org:443: a Person said no' };
  expect(shownConnection(plain, '', redactor)).toEqual(plain);
});
