// A daemon with one channel of each kind, each towards its own server, and an agent that is told nothing of them.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Approval, ChannelList } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { DELETE, MAIL, SEND, type TestAgent, until, type World, world } from '../world.ts';
import { type DiscordServer, discordServer, type SlackServer, slackServer } from './chat-servers.ts';
import { MAILBOX, type MailServer, mailCertificate, mailServer } from './mail-server.ts';
import { type NtfyServer, ntfyServer } from './ntfy-server.ts';
import { type Browser, type PushService, pushService } from './push-service.ts';
import { CHAT, type TelegramServer, telegramServer } from './telegram-server.ts';
import { type WebhookReceiver, webhookReceiver } from './webhook-receiver.ts';

export const MIA = 111_222_333;
export const NTFY_TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2';
const PASSWORD_OF = MAILBOX.password;

export interface Stage extends AsyncDisposable {
  readonly it: World;
  readonly agent: TestAgent;
  readonly ntfy: NtfyServer;
  readonly telegram: TelegramServer;
  readonly discord: DiscordServer;
  readonly slack: SlackServer;
  readonly webhook: WebhookReceiver;
  readonly push: PushService;
  readonly browser: Browser;
  readonly mail: MailServer;
  /** One JSON array of arguments a line. */
  readonly desktopLog: string;
  channels(): Promise<ChannelList>;
}

export async function keep(it: World, name: string, value: string, host: string): Promise<void> {
  const uses = [
    { kind: 'module', name: 'notify' },
    { kind: 'host', name: host },
  ];
  const added = await it.daemon.request('POST', '/v1/secrets', { body: { name, value, uses } });
  if (added.status !== 200) throw new Error(`secret ${name}: ${added.status} ${added.text}`);
}

/** What stands in for the desktop's own program: it writes down its arguments, as that program would be given them. */
export function desktopProgram(): { readonly folder: string; readonly log: string } {
  const folder = tempFolder();
  const log = join(folder, 'log');
  const script = `#!${process.execPath}\nrequire('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)) + '\\n');\n`;
  writeFileSync(join(folder, 'notify-send'), script);
  chmodSync(join(folder, 'notify-send'), 0o755);
  return { folder, log };
}

export const listOf = async (it: World): Promise<ChannelList> =>
  (await it.daemon.request('GET', '/v1/channels')).json() as ChannelList;

export async function subscribed(it: World, push: PushService): Promise<Browser> {
  const { key } = (await it.daemon.request('GET', '/v1/push/key')).json() as { key: string };
  const browser = push.browser(key);
  const reply = await it.daemon.request('POST', '/v1/push/subscriptions', { body: browser.subscription });
  if (reply.status !== 200) throw new Error(`subscribe: ${reply.status} ${reply.text}`);
  return browser;
}

/** @param more over the configuration: `notify.address`, `approvals`. */
export async function stage(
  more: { readonly notify?: object; readonly approvals?: object } = {},
  channel: object = {},
): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const tls = mailCertificate();
  const [ntfy, telegram, discord, slack, webhook, push, mail] = await Promise.all([
    ntfyServer(NTFY_TOKEN),
    telegramServer(),
    discordServer(),
    slackServer(),
    webhookReceiver(),
    pushService(),
    mailServer('starttls', tls),
  ]);
  for (const server of [ntfy, telegram, discord, slack, webhook, push, mail]) stack.use(server);
  const desktop = desktopProgram();
  const channels = {
    browsers: { kind: 'web-push', services: [push.url] },
    bell: { kind: 'ntfy', server: ntfy.url, topic: 'castellan_x7', token: 'NTFY', ...channel },
    phone: { kind: 'telegram', server: telegram.url, chat: CHAT, token: 'BOT', people: { [MIA]: 'mia' }, ...channel },
    guild: { kind: 'discord', server: discord.url, webhook: 'DISCORD', ...channel },
    office: { kind: 'slack', server: slack.url, webhook: 'SLACK', ...channel },
    letters: {
      kind: 'email',
      host: 'localhost',
      port: mail.port,
      security: 'starttls',
      user: MAILBOX.user,
      password: 'MAILBOX',
      from: 'Castellan <castellan@example.org>',
      to: ['mia@example.org'],
      ...channel,
    },
    screen: { kind: 'desktop' },
    hook: { kind: 'webhook', url: `${webhook.url}/in`, secret: 'HOOK', ...channel },
  };
  const it = stack.use(
    await world(
      { approvals: { timeoutSeconds: 60, ...more.approvals }, notify: { channels, ...more.notify } },
      { env: { NODE_EXTRA_CA_CERTS: tls.certificate, PATH: `${desktop.folder}:${process.env.PATH ?? ''}` } },
    ),
  );
  await keep(it, 'NTFY', NTFY_TOKEN, ntfy.host);
  await keep(it, 'BOT', telegram.token, telegram.host);
  await keep(it, 'DISCORD', discord.webhook, discord.host);
  await keep(it, 'SLACK', slack.webhook, slack.host);
  await keep(it, 'MAILBOX', PASSWORD_OF, `localhost:${mail.port}`);
  await keep(it, 'HOOK', webhook.secret, webhook.host);
  const browser = await subscribed(it, push);
  const agent = await it.connect('coder');
  const owned = stack.move();
  return {
    it,
    agent,
    ntfy,
    telegram,
    discord,
    slack,
    webhook,
    push,
    browser,
    mail,
    desktopLog: desktop.log,
    channels: () => listOf(it),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

let count = 0;

/** A call that waits for a person; a letter to somebody else is what a Critical rule asks about. */
export async function asks(
  it: World,
  agent: TestAgent,
  input: { readonly [name: string]: unknown } = {},
  { tool = DELETE, task }: { readonly tool?: string; readonly task?: string } = {},
) {
  const before = new Set((await it.approvals()).map(({ id }) => id));
  count += 1;
  const given = tool === SEND ? { to: `a${count}@example.org`, subject: 'lunch', body: 'noon' } : { id: `m${count}` };
  const headers = task === undefined ? {} : { 'x-castellan-task': encodeURIComponent(task) };
  const answer = agent.pre(tool, { ...given, ...input }, { session: `n${count}`, server: MAIL, headers });
  const approval = await until('an approval', async () =>
    (await it.approvals()).find(({ id, state }) => !before.has(id) && state.kind === 'pending'),
  );
  return { answer, approval };
}

/** The link of a message with that label. */
export function linkIn(text: string, label: 'Open' | 'Approve' | 'Deny'): string {
  const found = new RegExp(`${label}: (\\S+/answer#[\\w-]{43})(?![\\w-])`).exec(text)?.[1];
  if (found === undefined) throw new Error(`no link \`${label}\` in: ${text}`);
  return found;
}

export const tokenOf = (url: string): string => url.slice(url.indexOf('#') + 1);

/** The latest delivery about an approval, once it is as far as that. */
export const delivered = (it: World, channel: string, about: string, state = 'sent') =>
  until(
    `${channel} ${state}`,
    async () => {
      const { channels } = await listOf(it);
      const found = channels.find(({ name }) => name === channel)?.deliveries.find((each) => each.about === about);
      return found?.state === state ? found : undefined;
    },
    30_000,
  );

export const stateOf = async (it: World, { id }: Approval): Promise<Approval['state'] | undefined> =>
  (await it.approvals()).find((each) => each.id === id)?.state;
