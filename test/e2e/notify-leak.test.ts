// No channel is a way out for a secret. An agent puts what it got hold of wherever a message takes a text from, in every form,
// whole or with something invisible in its middle; what came out at the servers' ends is searched by hand.
import { existsSync, readFileSync } from 'node:fs';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { type Left, leaks } from './support/leak/exits.ts';
import { FORMS, type Seed, seeds } from './support/leak/seeds.ts';
import { readLetter } from './support/notify/mail-server.ts';
import { asks, delivered, type Stage, stage } from './support/notify/stage.ts';

const CHANNELS = ['browsers', 'bell', 'phone', 'guild', 'office', 'letters', 'screen', 'hook'];

/** The bytes as they came, and as a person reads them. */
function arrived(on: Stage): readonly Left[] {
  const servers = { bell: on.ntfy, phone: on.telegram, guild: on.discord, office: on.slack, hook: on.webhook };
  const left: Left[] = Object.entries(servers).flatMap(([exit, { asked }]) =>
    asked.map(({ body, path, headers }) => ({
      exit,
      // Each channel is given its own credential, in its own place: what is looked for are the others.
      text: `${body.toString('utf8')}\n${exit === 'bell' || exit === 'hook' ? path : ''}${String(headers['user-agent'])}`,
    })),
  );
  left.push(...[...on.telegram.messages.values()].map(({ text }) => ({ exit: 'phone as read', text })));
  left.push(
    ...[...on.discord.messages.values()].map((message) => ({
      exit: 'guild as read',
      text: JSON.stringify(message).replace(/\\\\(.)/g, '$1'),
    })),
  );
  left.push(...on.browser.got.map((message) => ({ exit: 'browsers', text: JSON.stringify(message) })));
  for (const { raw } of on.mail.letters) {
    const { headers, body } = readLetter(raw);
    left.push({ exit: 'letters', text: raw }, { exit: 'letters as read', text: `${headers.get('subject')}\n${body}` });
  }
  if (existsSync(on.desktopLog)) left.push({ exit: 'screen', text: readFileSync(on.desktopLog, 'utf8') });
  return left;
}

const half = (text: string): number => Math.floor(text.length / 2);

verifies(
  ['X2', 'G-S02', 'H3'],
  'no message holds a secret: not in a title, not in a sentence, not in any form, not with a gap that nobody sees',
  async () => {
    await using on = await stage({ approvals: { timeoutSeconds: 120 } });
    const planted: readonly Seed[] = seeds();
    for (const { name, value } of planted) {
      const added = await on.it.daemon.request('POST', '/v1/secrets', { body: { name, value } });
      expect(added.status, added.text).toBe(200);
    }
    const say = async (id: string, task: string): Promise<void> => {
      const agent = await on.it.connect(`a-${Math.random().toString(36).slice(2)}`);
      const { answer, approval } = await asks(on.it, agent, { id }, { task });
      await Promise.all(
        CHANNELS.map((name) => delivered(on.it, name, approval.id).catch((error: unknown) => Promise.reject(error))),
      );
      await on.it.deny(approval, 'no');
      await answer;
    };
    // Few, because of each channel's own bound of messages a minute; each holds many.
    const some = planted.filter(({ name }) => ['plain', 'signs', 'unicode', 'phrase'].includes(name));
    for (const { value } of some.slice(0, 2)) {
      const forms = ['raw', 'base64', 'base64 at 1', 'base64url', 'hex', 'HEX', 'url', 'json', 'base64 in hex'];
      for (const form of forms.slice(0, 3)) await say(FORMS[form]?.(value) ?? value, FORMS[form]?.(value) ?? value);
      await say(value, forms.map((form) => FORMS[form]?.(value) ?? '').join(' '));
    }
    for (const { value } of some) {
      const at = half(value);
      for (const gap of ['\u200b', '\u2066'])
        await say(`${value.slice(0, at)}${gap}${value.slice(at)}`, `${value.slice(0, at)}${gap}${value.slice(at)}`);
    }
    const left = arrived(on);
    expect(left.filter(({ exit }) => exit === 'bell').length).toBeGreaterThan(10);
    expect(left.some(({ text }) => text.includes('[REDACTED:plain]'))).toBe(true);
    for (const exit of ['bell', 'phone', 'guild', 'office', 'letters', 'screen', 'hook', 'browsers'])
      expect(left.find((each) => each.exit === exit)?.text, exit).toBeDefined();
    expect([...new Set(leaks(left, planted).map((line) => line.slice(0, 400)))]).toEqual([]);
  },
  { timeout: 240_000 },
);
