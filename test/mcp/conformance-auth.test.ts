// The protocol's own conformance suite plays a server that wants a sign-in, and its authorization server: what a bare client of the
// SDK does right, a person who signs in through the gateway does right. RULE: what differs is named here one by one, with why.
import { inRoot, verifies } from '@castellan/testkit';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { connectMcp } from '../e2e/support/mcp.ts';
import { world } from '../e2e/support/world.ts';
import { startControl } from './support/control.ts';
import { addSignedIn, callSigningIn, newClient, signInDirectly } from './support/signing-in.ts';
import { type Found, lost, passed, runSuite } from './support/suite.ts';

const CLIENT = `${process.execPath} ${inRoot('test', 'mcp', 'fixture', 'client.ts')}`;
const SINCE_2025 = `metadata-default metadata-var1 metadata-var2 metadata-var3 basic-cimd scope-from-www-authenticate
  scope-from-scopes-supported scope-omitted-when-undefined scope-step-up scope-retry-limit token-endpoint-auth-basic
  token-endpoint-auth-post token-endpoint-auth-none pre-registration`;
const SINCE_2026 = `resource-mismatch offline-access-scope offline-access-not-supported authorization-server-migration
  iss-supported iss-not-advertised iss-supported-missing iss-wrong-issuer iss-unexpected iss-normalized
  metadata-issuer-mismatch`;

/**
 * Everything that a revision requires of a client. The suite has more: grants without a person (client credentials, an enterprise's
 * own, a workload's) and DPoP are extensions of the protocol, and the gateway signs in only where a person does.
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '2025-03-26': ['2025-03-26-oauth-metadata-backcompat', '2025-03-26-oauth-endpoint-fallback'],
  '2025-11-25': SINCE_2025.split(/\s+/),
  '2026-07-28': `${SINCE_2025} ${SINCE_2026}`.split(/\s+/),
};

/** What the gateway is not meant to pass, by a scenario or one check of it, and why. */
const EXCLUDED: Readonly<Record<string, string>> = {
  'auth/basic-cimd: cimd-client-id-used':
    'a client that is named by an address needs a document at a public one, which nobody keeps for a program on your own machine: it registers there instead, as the protocol allows (a warning of the suite)',
  'auth/2025-03-26-oauth-endpoint-fallback':
    'a server without metadata: its addresses would be guessed, and nobody says that the code is protected (PKCE); later revisions forbid it',
};
const isExcluded = (line: string): boolean => Object.keys(EXCLUDED).some((each) => line.startsWith(each));

async function runAll(revision: string, env: Readonly<Record<string, string>>) {
  const found = new Map<string, Found extends ReadonlyMap<string, infer Checks> ? Checks : never>();
  const said: string[] = [];
  for (const scenario of REQUIRED[revision] ?? []) {
    const run = await runSuite(
      ['client', '--command', CLIENT, '--scenario', `auth/${scenario}`, '--spec-version', revision],
      env,
    );
    for (const [name, checks] of run.found) found.set(name, checks);
    said.push(`${scenario}\n${run.ended.stderr.slice(-1500)}`);
  }
  return { found, said: said.join('\n') };
}

for (const revision of Object.keys(REQUIRED))
  verifies(
    ['M2', 'M6'],
    `conformance ${revision}, signing in: what the SDK's client does right a person does right through the gateway`,
    async () => {
      await using bare = await startControl(signInDirectly);
      const direct = await runAll(revision, bare.env);
      const failed = [...direct.found].filter(([, checks]) => !passed(checks)).map(([name]) => name);
      expect(failed, direct.said).toEqual([]);
      expect(direct.found.size).toBe(REQUIRED[revision]?.length);

      await using it = await world({ preset: 'full-auto' });
      const agent = await connectMcp(it);
      let count = 0;
      await using control = await startControl(async (task) => {
        const name = `suite-${++count}`;
        const url = new URL(`http://127.0.0.1:${it.daemon.state.port}/mcp/${name}`);
        const headers = { authorization: `Bearer ${agent.credential}` };
        const client = newClient();
        try {
          await addSignedIn(it, name, task);
          await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
          await client.listTools();
          await callSigningIn(it, name, () => client.callTool({ name: 'test-tool', arguments: {} }));
        } finally {
          await client.close();
          // The suite waits until nobody is connected to its server.
          await it.daemon.request('DELETE', `/v1/modules/${name}`);
        }
      });
      const through = await runAll(revision, control.env);
      const missed = lost(direct.found, through.found);
      expect(
        missed.filter((line) => !isExcluded(line)),
        through.said,
      ).toEqual([]);
      // An exclusion that is not needed any more is taken out.
      const needed = Object.keys(EXCLUDED).filter((each) =>
        [...direct.found.keys()].some((name) => each.startsWith(name)),
      );
      expect(needed.filter((each) => !missed.some((line) => line.startsWith(each)))).toEqual([]);
      const failing = [...through.found].filter(([, checks]) => !passed(checks)).map(([name]) => name);
      expect(failing.filter((name) => !isExcluded(name))).toEqual([]);
    },
    { timeout: 900_000 },
  );
