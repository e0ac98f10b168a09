// The picture in the README is the real screen of `castellan watch` over what the real policy says of two calls, in a folder that
// is nobody's. `CASTELLAN_UPDATE_GUIDE=1` draws it anew.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionEvent } from '@castellan/client';
import { type Approval, callDigest, type JsonObject } from '@castellan/contract';
import { createFacts, readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { compilePolicy } from '@castellan/policy';
import { inRoot, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { judge } from '../src/offline/judge.ts';
import type { Line, Tone } from '../src/text/tone.ts';
import { createModel } from '../src/watch/model.ts';
import { hear } from '../src/watch/update.ts';
import { view } from '../src/watch/view.ts';
import { approval } from './fixtures.ts';

const PICTURE = inRoot('docs', 'guide', 'watch.svg');
const NOW = 1_790_000_000_000;
const SITE = '/home/ada/site';

function waiting(n: number, id: string, tool: string, input: JsonObject): Approval {
  const folder = tempFolder();
  const source = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
  const policy = source.ok ? compilePolicy(source.value) : source;
  if (!policy.ok) throw new Error(JSON.stringify(policy.faults));
  const facts = createFacts({ home: '/home/ada', stateFolder: join('/home/ada', '.config', 'castellan') });
  const judged = judge({ tool, input, cwd: SITE }, { policy: policy.value, facts } as Parameters<typeof judge>[1], {
    now: NOW,
    interactive: false,
    builtInModule: 'claude-code',
  });
  if (!judged.ok) throw new Error(JSON.stringify(judged.faults));
  const { call, effects, verdict, summary } = judged.value;
  expect(verdict.outcome).toBe('confirm');
  return approval(n, {
    id: `approval_${id}`,
    digest: callDigest(call, (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`),
    agentName: 'Claude Code',
    taskTitle: 'Clean up the old build and deploy',
    module: call.module,
    tool: call.tool,
    summary,
    arguments: input,
    cwd: SITE,
    effects,
    verdict,
    suggestions: [],
    createdAt: NOW - 38_000 + n,
    expiresAt: NOW + 82_000 + n,
  });
}

function screen(): readonly Line[] {
  const command = { command: 'rm -rf build && cp -r dist build', description: 'Replace the old build' };
  const mail = { to: 'client@example.com', subject: 'Invoice 2024-17', body: 'Dear client, …' };
  const approvals = [waiting(1, 'ds76db42', 'Bash', command), waiting(2, 'cs7smz19', 'mcp__mail__send', mail)];
  const start = createModel({ columns: 88, rows: 29 }, null, NOW);
  const event: ConnectionEvent = { kind: 'live', event: { kind: 'hello', approvals, alarms: [] } };
  return view(hear(start, { kind: 'connection', event }, NOW).model, NOW);
}

const COLOURS: Readonly<Record<Tone, string>> = {
  plain: '#cdd6f4',
  strong: '#cdd6f4',
  quiet: '#7f849c',
  danger: '#f38ba8',
  caution: '#f9e2af',
  good: '#a6e3a1',
};
const [COLUMN, ROW, MARGIN] = [8.4, 18, 20] as const;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function svg(lines: readonly Line[]): string {
  const width = Math.round(88 * COLUMN + 2 * MARGIN);
  const height = lines.length * ROW + 2 * MARGIN;
  const what =
    'castellan watch: two calls of an agent wait for a person; the first would delete a folder with everything below it';
  const texts = lines.flatMap(({ text, tone }, row) => {
    const said = text.trim();
    if (said === '') return [];
    const x = MARGIN + (text.length - text.trimStart().length) * COLUMN;
    const bold = tone === 'strong' ? ' font-weight="700"' : '';
    const long = `textLength="${(said.length * COLUMN).toFixed(1)}"`;
    const y = 33 + row * ROW;
    return [`<text x="${x.toFixed(1)}" y="${y}" fill="${COLOURS[tone]}"${bold} ${long}>${escaped(said)}</text>`];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${what}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="#1e1e2e"/>`,
    '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">',
    ...texts,
    '</g></svg>\n',
  ].join('\n');
}

test('the picture of `castellan watch` shows what it shows', () => {
  const drawn = svg(screen());
  expect(drawn).toContain('2 calls waiting');
  if (process.env.CASTELLAN_UPDATE_GUIDE !== undefined) writeFileSync(PICTURE, drawn);
  expect(readFileSync(PICTURE, 'utf8')).toBe(drawn);
});
