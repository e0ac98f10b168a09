// The command line and a second factor: signing in asks for it, and so does approving what a Critical rule asked about. What is
// given is used up; what is wrong leaves everything as it was.
import { createHmac } from 'node:crypto';
import {
  bareEnvironment,
  inRoot,
  PERSON,
  type ProcessResult,
  type RunningDaemon,
  runProcess,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { MAIL, SEND, world } from './support/world.ts';

/** RFC 6238 as an authenticator app computes it: six digits, thirty seconds, SHA-1. */
function digits(secret: string, now: number): string {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function addTotp({ request }: RunningDaemon): Promise<readonly string[]> {
  const begun = await request('POST', '/v1/me/totp', { body: { password: PERSON.password } });
  expect(begun.status, begun.text).toBe(200);
  const { secret } = begun.json() as { secret: string };
  const confirmed = await request('POST', '/v1/me/totp/confirm', { body: { code: digits(secret, Date.now()) } });
  expect(confirmed.status, confirmed.text).toBe(200);
  return (confirmed.json() as { codes: readonly string[] }).codes;
}

verifies(
  ['A11', 'H2'],
  'at the command line a second factor is asked for at sign-in and for a Critical call, and a code counts once',
  async () => {
    await using it = await world();
    const [first = '', second = ''] = await addTotp(it.daemon);
    const env = { ...bareEnvironment(it.daemon.home), CASTELLAN_HOME: it.daemon.home };
    const castellan = (...args: readonly string[]): Promise<ProcessResult> => {
      const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
      return runProcess(process.execPath, [program, ...args], { env, input: `${PERSON.password}\n`, timeout: 60_000 });
    };
    const login = (...more: readonly string[]) =>
      castellan('login', '--name', PERSON.name, '--password-stdin', ...more);

    expect(await login()).toMatchObject({ code: 2, stderr: expect.stringContaining('needs your second factor') });
    expect(await login('--code', 'no-such-recovery-code')).toMatchObject({ code: 1 });
    expect((await castellan('whoami')).code).toBe(1);
    expect(await login('--code', first)).toMatchObject({ code: 0 });
    expect((await castellan('whoami')).stdout).toContain('password and recovery');
    expect(await login('--code', first), 'used up').toMatchObject({ code: 1 });

    const agent = await it.connect();
    const call = agent.pre(SEND, { to: 'a@b.example', subject: 's', body: 'b' }, { server: MAIL });
    const [approval] = await it.waiting();
    const id = approval?.id ?? '';
    expect(approval?.factorNeeded).toBe(true);
    expect(await castellan('approve', id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`castellan approve ${id} --code CODE`),
    });
    expect((await castellan('approve', id, '--code', '12345')).code, 'no code at all').toBe(64);
    expect((await castellan('approve', id, '--code', first)).code, 'used up').not.toBe(0);
    expect((await it.waiting())[0]?.state.kind).toBe('pending');
    expect(await castellan('approve', id, '--code', second)).toMatchObject({ code: 0 });
    expect((await call).verdict).toBe('allow');
    const answered = (await it.approvals()).find((each) => each.id === id);
    expect(answered?.state).toMatchObject({ kind: 'approved', by: 'person:mia', factor: 'recovery' });
  },
  { timeout: 180_000 },
);
