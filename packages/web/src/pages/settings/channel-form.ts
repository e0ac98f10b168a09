// Each kind of channel as a form: which fields there are, what they mean, and the channel that comes of them. Pure.
import { type Channel, type ChannelKind, channelSchema, type Fault, parserOf } from '@castellan/contract';

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly kind: 'text' | 'number' | 'secret' | 'choice' | 'lines' | 'pairs';
  readonly choices?: readonly string[];
  readonly optional?: true;
  readonly initial?: string;
}

export interface ChannelForm {
  readonly kind: ChannelKind;
  readonly title: string;
  readonly lead: string;
  readonly fields: readonly FormField[];
  /** Whether a link may answer without a sign-in: not where people sign in anyway, or where any program can read. */
  readonly mayLink: boolean;
}

const secret = (name: string, label: string, help: string, optional?: true): FormField => ({
  name,
  label,
  help,
  kind: 'secret',
  ...(optional === undefined ? {} : { optional }),
});

export const CHANNEL_FORMS: readonly ChannelForm[] = [
  {
    kind: 'web-push',
    title: 'Web push',
    lead: 'Messages by web push, end-to-end encrypted, to every browser that said yes.',
    mayLink: false,
    fields: [
      {
        name: 'contact',
        label: 'Contact for the push service',
        help: 'a mailto: or https: address; push services ask for one',
        kind: 'text',
        initial: 'mailto:castellan@localhost',
      },
      {
        name: 'services',
        label: 'Push services of your own',
        help: 'beside those of the usual browsers, one address a line',
        kind: 'lines',
        optional: true,
      },
    ],
  },
  {
    kind: 'ntfy',
    title: 'ntfy',
    lead: 'A topic on ntfy.sh or your own ntfy server. Whoever knows the topic can read it.',
    mayLink: true,
    fields: [
      { name: 'server', label: 'Server', help: 'its address', kind: 'text', initial: 'https://ntfy.sh' },
      { name: 'topic', label: 'Topic', help: 'letters, digits, _ and -; choose one nobody guesses', kind: 'text' },
      secret('token', 'Access token', 'where the server wants one', true),
    ],
  },
  {
    kind: 'telegram',
    title: 'Telegram',
    lead: 'A bot of yours writes to one chat. Its buttons count only for the people you list.',
    mayLink: true,
    fields: [
      secret('token', 'Bot token', 'from @BotFather'),
      { name: 'chat', label: 'Chat', help: "the chat's number, or @name of a channel", kind: 'text' },
      {
        name: 'people',
        label: 'People whose buttons count',
        help: 'one a line: Telegram id = name here. Nobody listed: no buttons.',
        kind: 'pairs',
        optional: true,
      },
      { name: 'server', label: 'Server', help: 'of the bot API', kind: 'text', initial: 'https://api.telegram.org' },
    ],
  },
  {
    kind: 'discord',
    title: 'Discord',
    lead: 'An incoming webhook of one channel.',
    mayLink: true,
    fields: [
      secret('webhook', 'Webhook address', 'the whole address is a secret: whoever has it can write there'),
      {
        name: 'server',
        label: 'Server',
        help: 'where the address must lie',
        kind: 'text',
        initial: 'https://discord.com',
      },
    ],
  },
  {
    kind: 'slack',
    title: 'Slack',
    lead: 'An incoming webhook of one channel.',
    mayLink: true,
    fields: [
      secret('webhook', 'Webhook address', 'the whole address is a secret: whoever has it can write there'),
      {
        name: 'server',
        label: 'Server',
        help: 'where the address must lie',
        kind: 'text',
        initial: 'https://hooks.slack.com',
      },
    ],
  },
  {
    kind: 'email',
    title: 'E-mail',
    lead: 'Through your own mail server. A mailbox that an agent reads must never answer by link.',
    mayLink: true,
    fields: [
      { name: 'host', label: 'Mail server', help: 'such as smtp.example.org', kind: 'text' },
      { name: 'port', label: 'Port', help: '465 for TLS, 587 for STARTTLS', kind: 'number', initial: '465' },
      {
        name: 'security',
        label: 'Security',
        help: 'none is only for a server on this machine',
        kind: 'choice',
        choices: ['tls', 'starttls', 'none'],
        initial: 'tls',
      },
      { name: 'user', label: 'User', help: 'where the server wants one', kind: 'text', optional: true },
      secret('password', 'Password', 'where the server wants one', true),
      { name: 'from', label: 'From', help: 'who the mail comes from', kind: 'text' },
      { name: 'to', label: 'To', help: 'one address a line', kind: 'lines' },
    ],
  },
  {
    kind: 'desktop',
    title: 'Desktop',
    lead: 'A notification on the desktop of the machine Castellan runs on.',
    mayLink: false,
    fields: [],
  },
  {
    kind: 'webhook',
    title: 'Webhook',
    lead: 'A POST to an address of yours, signed after Standard Webhooks.',
    mayLink: true,
    fields: [
      { name: 'url', label: 'Address', help: 'https:// or, on this machine, http://', kind: 'text' },
      secret('secret', 'Signing secret', 'the other end checks the signature with it'),
    ],
  },
];

export type FormValues = Readonly<Record<string, string>>;

export const formOf = (kind: ChannelKind): ChannelForm => {
  const form = CHANNEL_FORMS.find((candidate) => candidate.kind === kind);
  if (form === undefined) throw new TypeError(`no form for the kind ${kind}`);
  return form;
};

const PAIR = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/;

/** A channel's fields as what stands in the form. */
export function valuesOf(channel: Channel): FormValues {
  const fields = channel as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    formOf(channel.kind).fields.map(({ name, kind }) => {
      const value = fields[name];
      if (value === undefined || value === null) return [name, ''];
      if (kind === 'lines' && Array.isArray(value)) return [name, value.join('\n')];
      if (kind === 'pairs')
        return [
          name,
          Object.entries(value as Record<string, string>)
            .map(([id, who]) => `${id} = ${who}`)
            .join('\n'),
        ];
      return [name, String(value)];
    }),
  );
}

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function fieldValue({ kind }: FormField, text: string): unknown {
  switch (kind) {
    case 'number':
      return Number(text);
    case 'lines':
      return lines(text);
    case 'pairs':
      return Object.fromEntries(lines(text).map((line) => PAIR.exec(line)?.slice(1) ?? [line, '']));
    case 'text':
    case 'secret':
    case 'choice':
      return text.trim();
  }
}

export interface Common {
  readonly tells: Channel['tells'];
  readonly answers: Channel['answers'];
}

export type Built =
  | { readonly ok: true; readonly channel: Channel }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const parseChannel = parserOf(channelSchema);

/** The channel that the form describes, or what is wrong with each field. An optional field that is empty is not there. */
export function channelOf(kind: ChannelKind, values: FormValues, common: Common): Built {
  const own = formOf(kind).fields.flatMap((field) => {
    const text = values[field.name] ?? '';
    return field.optional === true && text.trim() === '' ? [] : [[field.name, fieldValue(field, text)] as const];
  });
  const { tells, answers } = common;
  const told = formOf(kind).mayLink ? { tells, answers } : { tells };
  const parsed = parseChannel({ kind, ...told, ...Object.fromEntries(own) });
  return parsed.ok ? { ok: true, channel: parsed.value } : { ok: false, faults: parsed.faults };
}

/** A link that answers without a sign-in, in a place agents may read, is a way to approve oneself. */
export const answersWarning = (kind: ChannelKind, answers: Channel['answers']): string | null => {
  if (answers === 'sign-in') return null;
  const where = kind === 'email' ? 'this mailbox' : 'these messages';
  return `Whoever reads ${where} can approve. If an agent can read ${where}, it can approve itself.`;
};
