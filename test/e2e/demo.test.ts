// README's first promise after its two commands: `npm run demo` shows all of it, and ends well only if everything went as told.
import { bareEnvironment, inRoot, runProcess, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';

verifies(
  ['R1'],
  'the demo shows a safe read, a refusal, an approval, a silence, an attack and a changed ledger',
  async () => {
    const home = tempFolder();
    const shown = await runProcess(process.execPath, [inRoot('examples', 'demo', 'main.ts')], {
      env: bareEnvironment(home),
      cwd: home,
      timeout: 90_000,
    });
    expect(shown, shown.stdout + shown.stderr).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('the ledger does not verify: edited');
    expect(shown.stdout).toContain('Everything went as told');
  },
  { timeout: 100_000 },
);
