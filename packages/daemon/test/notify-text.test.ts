// Text of an agent on its way to a person: plain, redacted, cut, and escaped for each channel, whatever it is.
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGuard } from '../src/exits/index.ts';
import { discordText } from '../src/notify/channels/discord.ts';
import { slackText } from '../src/notify/channels/slack.ts';
import { telegramText } from '../src/notify/channels/telegram.ts';
import { cut, plain, serverWords } from '../src/notify/plain.ts';
import { desktopText } from '../src/notify/show-on-desktop.ts';
import { shownOf } from '../src/notify/shown.ts';
import { approval } from './fixtures.ts';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('<', '>', '&', '"', "'", '*', '_', '`', '[', ']', '(', ')', '@', ':', '\\', '\r', '\n'))
    .map((all) => all.join('')),
);
const entities = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

test('plain text is one line without anything that is not seen', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const made = plain(text);
      expect(made).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(made.isWellFormed()).toBe(true);
      expect(plain(made)).toBe(made);
    }),
  );
  expect(plain('a\u202eb\u200bc\r\nd\u0000e')).toBe('abc d e');
  expect(plain('tok\\u{200b}en')).toBe('token');
});

test('what is cut is never longer than it may be, and no letter is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const made = cut(text.toWellFormed(), max);
      expect(made.length).toBeLessThanOrEqual(max);
      expect(made.isWellFormed()).toBe(true);
    }),
  );
});

verifies(['H3'], 'escaped for a channel, a text reads as it was and opens nothing', () => {
  fc.assert(
    fc.property(anything, (text) => {
      for (const escaped of [telegramText(text), slackText(text), desktopText(text)]) {
        expect(escaped).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
        expect(entities(escaped)).toBe(text);
      }
      // Discord: a backslash before every sign, so none of them is left to mean something.
      expect(discordText(text).replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
      expect(discordText(text).replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text);
    }),
  );
});

verifies(['X2', 'H3'], 'a message is looked through after what hides in it is gone, and before it is cut', () => {
  const { redactor, exits } = createGuard();
  redactor.learn({ name: 'token', value: 'zq81ff20ab93cd7714e0' });
  const around = fc.string({ unit: 'grapheme', maxLength: 700 });
  const gap = fc.constantFrom('', '\u200b', '\u202e', '\u2060', '\\u{200b}', '\u{e0041}');
  fc.assert(
    fc.property(around, gap, fc.integer({ min: 0, max: 20 }), around, (before, hidden, at, after) => {
      const value = `zq81ff20ab93cd7714e0`;
      const text = `${before} ${value.slice(0, at)}${hidden}${value.slice(at)} ${after}`;
      const subject = { kind: 'approval', approval: { ...approval('a1'), summary: text, taskTitle: text } } as const;
      const shown = shownOf(subject, { links: [], buttons: [] }, exits, 1_000_000);
      const whole = JSON.stringify(shown);
      for (let from = 0; from + 12 <= value.length; from += 1)
        expect(whole).not.toContain(value.slice(from, from + 12));
      expect(shown.text.length).toBeLessThanOrEqual(600);
      for (const fact of shown.facts) expect(fact.value.length).toBeLessThanOrEqual(160);
    }),
  );
});

test('a server that repeats what it was sent repeats no token', () => {
  const link = 'Zk3v9XbT0qLr5mWd8HsYc1NfPgJu7EaQo2RiV6tKxBw';
  expect(serverWords(`cannot parse http://localhost:9999/answer#${link}`)).not.toContain(link);
  expect(serverWords({ message: 'no text' })).toBe('');
});
