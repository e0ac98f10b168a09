// MCP servers of an installation with two users: a third user, whom agents can look into as little as they can into Castellan.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { inRoot, verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import { add, mcpUser } from '../e2e/support/modules.ts';
import { worldOf } from '../e2e/support/world.ts';
import { installed, needsReach, noTwoUsers, SERVER } from './support/two-users.ts';

const start = (script: string): McpProcess => ({
  ...{ kind: 'mcp', command: process.execPath, args: [script], env: { WHERE: 'where-of-the-server-4242' }, pass: [] },
  ...{ timeoutSeconds: 60, concurrency: 4 },
});

describe.skipIf(noTwoUsers)('servers', () => {
  verifies(
    ['I1'],
    'a server is a user of its own, who reads nothing of Castellan and of agents, and whose keys no agent reads',
    async (context) => {
      await needsReach(context);
      await using it = await installed();
      const { root, home, homes } = it.installation;
      const folder = join(it.prefix, 'server');
      mkdirSync(folder, { mode: 0o755 });
      copyFileSync(inRoot('test', 'e2e', 'support', 'shell-server.mjs'), join(folder, 'server.mjs'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      for (const name of ['server.mjs', 'package.json']) chmodSync(join(folder, name), 0o644);
      const world = await worldOf(it.daemon);
      await add(world, 'shell', start(join(folder, 'server.mjs')), ['sh']);
      const user = await mcpUser(world, await world.connect('client', 60, 'mcp'));
      const sh = async (command: string): Promise<string> => (await user.call('shell__sh', { command })).text;
      expect(await sh('id -u; id -G; pwd; echo $HOME; echo $WHERE')).toContain(
        [SERVER, SERVER, homes.server, homes.server, 'where-of-the-server-4242'].join('\n'),
      );
      const attacks = await sh(
        `for each in ${home}/config.yaml ${home}/daemon/state.json ${root}/agents/*/hook ${homes.agent}/.gitconfig /proc/${it.daemon.pid}/environ; do cat $each && echo GOT; done 2>/dev/null; ls ${root}/sockets ${root}/agents ${root}/memory 2>/dev/null && echo GOT; kill ${it.daemon.pid} 2>/dev/null && echo GOT; echo end`,
      );
      expect(attacks).not.toContain('GOT');
      expect(attacks).toContain('end');
      const pid = (await sh('echo pid=$PPID')).match(/pid=(\d+)/)?.[1];
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1'), 'the control').toContain('where-of-the-server-4242');
      expect((await it.asAgent(['cat', `/proc/${pid}/environ`])).stdout).toBe('');
      expect((await it.asAgent(['kill', '-9', String(pid)])).code).not.toBe(0);
      // What Castellan keeps for itself is nothing that user could start: it is said, and nothing is started as another one.
      const hidden = join(homes.system, 'server.mjs');
      copyFileSync(join(folder, 'server.mjs'), hidden);
      await expect(add(world, 'hidden', start(hidden), ['sh'])).rejects.toThrow(/cannot read/);
      await user[Symbol.asyncDispose]();
    },
  );
});
