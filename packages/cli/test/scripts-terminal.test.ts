// Reviewing a script in a real terminal of 80 by 24 (tmux): what a person sees, asks for and answers. What was typed before the
// question stood there answers nothing; what is approved is the digest in the question.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptView } from '@castellan/contract';
import { PERSON, type RunningDaemon, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { SETTLE_MS } from '../src/prompt.ts';
import { hasTerminal, openTerminal, sleep } from './terminal.ts';

const SOURCE = [
  '# @hosts: api.example.org',
  'def main():',
  '    return http.get("https://api.example.org/").status',
  '',
];

const view = async ({ request }: RunningDaemon): Promise<ScriptView> =>
  (await request('GET', '/v1/scripts/tidy')).json() as ScriptView;

verifies(
  ['S4', 'S3'],
  'in a terminal: the source and what it may do are shown, s and d show more, y approves that digest and nothing else does',
  async () => {
    await using daemon = await startDaemon();
    const propose = async (source: string): Promise<string> => {
      const made = await daemon.request('POST', '/v1/scripts', { body: { name: 'tidy', source, note: '' } });
      expect(made.status, made.text).toBe(200);
      return (made.json() as { digest: string }).digest;
    };
    const first = await propose(SOURCE.join('\n'));
    const file = join(tempFolder(), 'password');
    writeFileSync(file, PERSON.password);
    const login = `castellan login --name ${PERSON.name} --password-file ${file}`;
    const twice =
      'castellan scripts approve tidy; echo over-$?; castellan scripts approve tidy; echo done-$?; sleep 60';
    await using terminal = await openTerminal(daemon.home, `${login} && ${twice}`);

    const question = new RegExp(`approve ${first.slice(7, 19)}\\? y: yes, r: reject, s: source, d: changes`);
    const shown = await terminal.shows(question);
    expect(shown).toContain('what it may do');
    expect(shown).toContain('`api.example.org`');
    await sleep(SETTLE_MS + 100);
    await terminal.types('n');
    await terminal.shows(/nothing was done[\s\S]*over-0/);
    expect((await view(daemon)).approved).toBeNull();

    // Asked again; meanwhile another version is proposed, which this yes is not for.
    await terminal.shows(new RegExp(`over-0[\\s\\S]*approve ${first.slice(7, 19)}\\?`));
    const second = await propose(SOURCE.join('\n').replace('.status', '.body'));
    await sleep(SETTLE_MS + 100);
    await terminal.types('s');
    await terminal.shows(/no s\s+source[\s\S]*return http\.get[\s\S]*approve/);
    await sleep(SETTLE_MS + 100);
    await terminal.types('y');
    await terminal.shows(/tidy, version 1: approved by mia[\s\S]*done-0/);
    const { approved, pending } = await view(daemon);
    expect([approved?.digest, pending.map(({ digest }) => digest)]).toEqual([first, [second]]);
  },
  { timeout: 180_000, skip: !hasTerminal },
);

verifies(
  ['S4'],
  'in a terminal: r rejects what was shown and asks for the reason; without one nothing is done',
  async () => {
    await using daemon = await startDaemon();
    const body = { name: 'tidy', source: SOURCE.join('\n'), note: '' };
    expect((await daemon.request('POST', '/v1/scripts', { body })).status).toBe(200);
    const file = join(tempFolder(), 'password');
    writeFileSync(file, PERSON.password);
    const login = `castellan login --name ${PERSON.name} --password-file ${file}`;
    const twice =
      'castellan scripts approve tidy; echo over-$?; castellan scripts approve tidy; echo done-$?; sleep 60';
    await using terminal = await openTerminal(daemon.home, `${login} && ${twice}`);
    await terminal.shows(/r: reject/);
    await sleep(SETTLE_MS + 100);
    await terminal.types('r');
    await terminal.shows(/why \(its author reads this\)/);
    await terminal.types('');
    await terminal.shows(/say why[\s\S]*over-64/);
    expect((await view(daemon)).latest.state.kind).toBe('pending');
    await terminal.shows(/over-64[\s\S]*r: reject/);
    await sleep(SETTLE_MS + 100);
    await terminal.types('r');
    await terminal.shows(/over-64[\s\S]*why \(its author reads this\)/);
    await terminal.types('it asks for too much');
    await terminal.shows(/tidy, version 1: rejected by mia: it asks for too much[\s\S]*done-0/);
    expect((await view(daemon)).latest.state).toMatchObject({ kind: 'rejected', reason: 'it asks for too much' });
  },
  { timeout: 180_000, skip: !hasTerminal },
);
