// Scripts at the command line where a person keeps a second factor: approving asks for it, a code counts once, and nothing of it
// is taken for another version. What a run refuses ends with 2; its log is found by a part of its id.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  appCode,
  bareEnvironment,
  inRoot,
  PERSON,
  type ProcessResult,
  runProcess,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { deskOf } from './support/scripts.ts';
import { world } from './support/world.ts';

verifies(
  ['S3', 'S4', 'A11'],
  'at the command line a script is approved with a second factor where one is kept, by the digest that was shown',
  async () => {
    await using it = await world();
    const { request, home } = it.daemon;
    const begun = await request('POST', '/v1/me/totp', { body: { password: PERSON.password } });
    const { secret } = begun.json() as { secret: string };
    const confirmed = await request('POST', '/v1/me/totp/confirm', { body: { code: appCode(secret, Date.now()) } });
    const [first = '', second = '', third = ''] = (confirmed.json() as { codes: readonly string[] }).codes;
    const folder = tempFolder();
    const env = { ...bareEnvironment(home), CASTELLAN_HOME: home };
    const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
    const castellan = (...args: readonly string[]): Promise<ProcessResult> =>
      runProcess(process.execPath, [program, ...args], {
        env,
        cwd: folder,
        input: `${PERSON.password}\n`,
        timeout: 60_000,
      });
    const signedIn = await castellan('login', '--name', PERSON.name, '--password-stdin', '--code', first);
    expect(signedIn.code, signedIn.stderr).toBe(0);

    const desk = deskOf(it);
    const { digest } = await desk.propose('tidy', 'def main():\n    print("tidied")\n    return [1]\n');
    const short = digest.slice(7, 19);
    expect(await castellan('scripts', 'approve', 'tidy', '--digest', digest)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`scripts approve tidy --digest ${short} --code CODE`),
    });
    expect((await castellan('scripts', 'approve', 'tidy', '--digest', short, '--code', 'xy')).code).toBe(64);
    expect(
      (await castellan('scripts', 'approve', 'tidy', '--digest', short, '--code', first)).code,
      'used up',
    ).not.toBe(0);
    expect((await desk.view('tidy')).approved).toBeNull();
    const approved = await castellan('scripts', 'approve', 'tidy', '--digest', short, '--code', second, '--json');
    expect(JSON.parse(approved.stdout)).toMatchObject({ digest, state: { kind: 'approved', by: 'person:mia' } });

    // A code for a version that is not there is not used up.
    writeFileSync(join(folder, 'tidy.star'), 'def main():\n    return [2]\n');
    expect((await castellan('scripts', 'propose', 'tidy.star')).code).toBe(0);
    const none = await castellan('scripts', 'approve', 'tidy', '--digest', '0'.repeat(12), '--code', third);
    expect(none).toMatchObject({ code: 64, stderr: expect.stringContaining('no version of `tidy` has digest') });
    const run = await castellan('scripts', 'run', 'tidy', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({ digest, outcome: 'succeeded', result: [1] });
    const { id } = JSON.parse(run.stdout) as { id: string };
    const log = await castellan('scripts', 'log', id.slice(-7));
    expect(log.stdout).toContain('  tidied\n  = [1]\n');
    expect((await castellan('scripts', 'cancel', id)).stdout).toBe(`${id}: succeeded\n`);
    expect((await castellan('scripts', 'approve', 'tidy', '--version', '2', '--digest', digest)).code).toBe(64);
    expect(
      (
        await castellan(
          'scripts',
          'approve',
          'tidy',
          '--version',
          '2',
          '--digest',
          (await desk.view('tidy')).pending[0]?.digest ?? '',
          '--code',
          third,
        )
      ).code,
    ).toBe(0);
  },
  { timeout: 180_000 },
);
