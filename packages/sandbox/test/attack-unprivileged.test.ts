// The same walls for a person who is not root: most are. Where the suite is root, it becomes nobody for this.
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { noLimitsHere, runProcess, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { needWalls } from './support/workspace.ts';

await needWalls();

const ATTACKS = [
  'cat ~/.ssh/id_ed25519 ~/.netrc ~/.config/castellan/state.json; ls /root /home',
  'for p in /proc/[0-9]*; do cat $p/root/$HOME/.netrc; done',
  'unshare -Ur id; touch /usr/x /etc/x; ln ~/.netrc n',
  'grep -E "^(CapEff|NoNewPrivs|Seccomp|Uid):" /proc/self/status; cat /proc/net/dev | grep -c :',
  'b() { b | b & }; b; sleep 20',
].map((each) => `${each}; true`);

const program = `
  import { grounds } from ${JSON.stringify(join(import.meta.dirname, 'support/workspace.ts'))};
  await using it = grounds();
  for (const attack of ${JSON.stringify(ATTACKS)}) process.stdout.write((await it.run(attack)).text + '\\n--\\n');
  process.stdout.write((await it.run('echo fine > made && cat made')).text + '\\n');
`;

const reason = noLimitsHere();

test.skipIf(reason !== null)(
  'nothing is reached as any user',
  async () => {
    const temp = tempFolder('nobody');
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      chmodSync(temp, 0o700);
      chownSync(temp, 65_534, 65_534);
    }
    const as = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'] : [];
    const [file = '', ...args] = [...as, process.execPath, '--no-warnings', '--input-type=module', '-e', program];
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', TMPDIR: temp, HOME: temp };
    const said = await runProcess(file, args, { env, cwd: temp, timeout: 120_000 });
    expect(said.stderr).toBe('');
    expect(said.stdout).not.toContain('the-secret');
    expect(said.stdout).toMatch(/^CapEff:\s+0+$/m);
    expect(said.stdout).toMatch(/^Seccomp:\s+2$/m);
    expect(said.stdout).not.toContain('uid=0(root)');
    expect(said.stdout).toMatch(/ended: it started more than|Resource temporarily unavailable|Cannot allocate/);
    expect(said.stdout.trimEnd().split('\n').at(-1)).toBe('fine');
  },
  150_000,
);
