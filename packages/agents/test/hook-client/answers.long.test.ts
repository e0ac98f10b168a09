// What hook clients make of what comes back: yes and no as they were said, and of everything else a refusal. Whatever form
// of the client a machine gets, it is held by the same table.
import { expect, test } from 'vitest';
import { FORMS, type Form } from './forms.ts';
import { type Answer, answer, EVENT, hook, said, saying, TYPE, world } from './world.ts';

/** What is not a whole answer: exit 2, one line that says what to do, nothing on stdout. */
const REFUSED = {
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(/^castellan: [^\n]+; (run `castellan up`|connect the agent again)\n$/),
};

const long = 'a line of it\n'.repeat(80_000);

test.each(
  FORMS.flatMap((form) =>
    [
      ['a word', 'yes'],
      ['nothing', ''],
      ['json and a newline', '{"hookSpecificOutput":{"permissionDecision":"allow"}}\n'],
      ['newlines, blanks and what a shell would expand', '\n\n  $(id) `id` * \\n %s "\' \t\n\n'],
      ['other letters', 'ja: ünïcödé 🙂 – ok'],
      ['a megabyte', long],
    ].map(([name, words]): [Form, string, string] => [form, name ?? '', words ?? '']),
  ).map(([form, name, words]) => ({ form, name, words, title: form.name })),
)('$title hands on $name as it was said', async ({ form, words }) => {
  const { file, asked } = await world(saying(answer(said(0, words))));
  expect(await hook(form, file)).toEqual({ code: 0, stdout: words, stderr: '' });
  expect(asked.map(({ body }) => body)).toEqual([EVENT]);
  if (words.trim() === '') return;
  const no = await world(saying(answer(said(2, words))));
  expect(await hook(form, no.file)).toEqual({ code: 2, stdout: '', stderr: words });
});

const whole = answer(said(0, 'yes'));
const http = (head: string, body: string): string => `${head}\r\n\r\n${body}`;
const HEAD = `HTTP/1.1 200 OK\r\nContent-Type: ${TYPE}`;

/** Answers that are not one. */
const BAD: Readonly<Record<string, Answer | Buffer | string>> = {
  'nothing at all': '',
  'only a status line': 'HTTP/1.1 200 OK\r\n',
  'a head without an end': `${HEAD}\r\nContent-Length: 7\r\n`,
  'no HTTP': said(0, 'yes'),
  garbage: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256)),
  'an error': answer(said(0, 'yes'), { status: '500 Internal Server Error' }),
  'not signed in': answer(said(0, 'yes'), { status: '401 Unauthorized' }),
  'a redirect to a good answer': answer(said(0, 'yes'), {
    status: '307 Temporary Redirect',
    more: 'Location: /v1/hooks/codex',
  }),
  'no content': `HTTP/1.1 204 No Content\r\nContent-Type: ${TYPE}\r\n\r\n`,
  'another status that begins alike': answer(said(0, 'yes'), { status: '2000 OK' }),
  'no type': answer(said(0, 'yes'), { type: '' }),
  'the type of another answer': answer('{}', { type: 'application/json' }),
  'a type that begins alike': answer(said(0, 'yes'), { type: `${TYPE}s` }),
  'no body': answer(''),
  'the digit alone': answer('0'),
  'the digit and a newline': answer('0\n'),
  'no newline': answer('0 0'),
  'a cut text': answer('0 4\nyes'),
  'a body that breaks off': Buffer.concat([whole.subarray(0, whole.length - 1)]),
  'a longer text': answer('0 2\nyes'),
  'two answers in one body': answer(`${said(0, 'yes')}${said(2, 'no')}`),
  'two answers one after the other': Buffer.concat([whole, answer(said(2, 'no'))]),
  'the same answer twice': Buffer.concat([whole, whole]),
  'one more byte': Buffer.concat([whole, Buffer.from('\n')]),
  'digit 1': answer(said(1, 'yes')),
  'digit 3': answer(said(3, 'yes')),
  'digit 00': answer('00 3\nyes'),
  'a minus': answer('-0 3\nyes'),
  'a blank before': answer(' 0 3\nyes'),
  'two blanks': answer('0  3\nyes'),
  'a blank after': answer('0 3 \nyes'),
  'a carriage return': answer('0 3\r\nyes'),
  'a tab': answer('0\t3\nyes'),
  'a length with a plus': answer('0 +3\nyes'),
  'a length with a zero before': answer('0 03\nyes'),
  'a length in hexadecimals': answer('0 0x3\nyes'),
  'a length that is negative': answer('0 -3\nyes'),
  'a length beyond every number': answer('0 18446744073709551619\nyes'),
  'a length that is a sum': answer('0 1+2\nyes'),
  'a length that is a variable': answer('0 said\nyes'),
  'a NUL in the text': answer('0 3\nye\0'),
  'a NUL that is not counted': answer('0 3\nyes\0'),
  'a NUL before the digit': answer('\x000 3\nyes'),
  'a NUL in the length': answer('0 3\0\nyes'),
  'a no without a word': answer(said(2, '')),
  'a no of blanks': answer(said(2, ' \n\t ')),
  'pieces by length': http(`${HEAD}\r\nTransfer-Encoding: chunked`, '7\r\n0 3\nyes\r\n0\r\n\r\n'),
  'nine megabytes': answer(said(0, 'x'.repeat(9 * 1024 * 1024))),
  'a head of a megabyte': http(`${HEAD}\r\nX-Long: ${'x'.repeat(1024 * 1024)}`, said(0, 'yes')),
  'half of it, then dropped': (socket) => socket.write(whole.subarray(0, whole.length - 2), () => socket.destroy()),
  'dropped after the question': (socket) => socket.destroy(),
};

test.each(FORMS.flatMap((form) => Object.entries(BAD).map(([name, bad]) => ({ form, name, bad, title: form.name }))))(
  '$title refuses on $name',
  async ({ form, bad }) => {
    const { file } = await world(typeof bad === 'function' ? bad : saying(bad));
    expect(await hook(form, file)).toEqual(REFUSED);
  },
);

/** Answers that come too late, or by drops: the end of the client's own time counts, not the last byte's. */
const SLOW: Readonly<Record<string, Answer>> = {
  'no answer': () => undefined,
  'an answer after its time': (socket) => void setTimeout(() => socket.end(whole), 3000).unref(),
  'an answer in drops': (socket) => {
    let at = 0;
    const drop = setInterval(() => {
      if (at >= whole.length || socket.destroyed) clearInterval(drop);
      else socket.write(whole.subarray(at, ++at));
    }, 100);
    drop.unref();
  },
  'a whole answer whose end does not come': (socket) => void socket.write(whole),
};

test.each(
  FORMS.flatMap((form) => Object.entries(SLOW).map(([name, slow]) => ({ form, name, slow, title: form.name }))),
)('$title refuses on $name', async ({ form, slow }) => {
  const { file } = await world(slow, { timeoutSeconds: 1 });
  expect(await hook(form, file)).toEqual({ ...REFUSED, stderr: expect.stringContaining('in time') });
});

test.each(FORMS)('$name waits no longer than it is told to, and never longer than its file says', async (form) => {
  const { file } = await world(() => undefined);
  expect(await hook(form, file, { flags: ['--wait', '1'] })).toEqual(REFUSED);
  const short = await world(() => undefined, { timeoutSeconds: 1 });
  expect(await hook(form, short.file, { flags: ['--wait', '80'] })).toEqual(REFUSED);
});

test.each(FORMS)('$name refuses where nobody takes what it says', async (form) => {
  const { file } = await world(() => undefined, { connected: (socket) => !socket.destroy().destroyed });
  expect(await hook(form, file, { event: 'x'.repeat(3_000_000) })).toEqual(REFUSED);
  const deaf = await world(() => undefined, { timeoutSeconds: 1, connected: (socket) => socket.pause() === null });
  expect(await hook(form, deaf.file, { event: 'x'.repeat(3_000_000) })).toEqual(REFUSED);
});

test.each(FORMS)(
  '$name at the start of a session always ends well, and warns where no daemon answers',
  async (form) => {
    const words = '{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"the constraints"}}';
    const there = await world(saying(answer(said(0, words))));
    expect(await hook(form, there.file, { flags: ['--remind'] })).toEqual({ code: 0, stdout: words, stderr: '' });
    const away = await world(null);
    const bad = await world(saying(answer('0 9\nno')));
    const no = await world(saying(answer(said(2, 'no'))));
    for (const { file } of [away, bad, no, { file: '/nowhere/at/all' }]) {
      const ended = await hook(form, file, { flags: ['--remind'] });
      expect(ended).toMatchObject({ code: 0, stderr: REFUSED.stderr });
      const { hookSpecificOutput: out } = JSON.parse(ended.stdout);
      expect(out).toMatchObject({ hookEventName: 'SessionStart' });
      expect(out.additionalContext).toContain('its daemon did not answer just now');
      expect(out.additionalContext.split('\n')).toHaveLength(4);
    }
  },
);

test.each(FORMS)('$name that only tells of an end never holds it back', async (form) => {
  const there = await world(saying(answer(said(0, '{}'))));
  expect(await hook(form, there.file, { flags: ['--tell'] })).toEqual({ code: 0, stdout: '{}', stderr: '' });
  for (const reply of [null, saying(answer(said(2, 'no'))), saying('garbage')]) {
    const { file } = await world(reply);
    expect(await hook(form, file, { flags: ['--tell', '--wait', '5'] })).toEqual({ ...REFUSED, code: 0 });
  }
});
