// Discord's and Slack's incoming webhooks with the limits their documents name: a payload that is too long or of another shape
// is refused.
import { jsonOf, type Listening, listening, type Reply } from './listening.ts';

type Members = { readonly [name: string]: unknown };
const text = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

export interface DiscordServer extends Listening {
  readonly webhook: string;
  /** As they stand now. */
  readonly messages: ReadonlyMap<string, Members>;
}

function embedFault(message: Members): string | null {
  const { embeds, allowed_mentions: mentions } = message;
  if (!Array.isArray(embeds) || embeds.length < 1 || embeds.length > 10) return 'embeds';
  let whole = 0;
  for (const embed of embeds as readonly Members[]) {
    if (!text(embed.title, 256)) return 'title';
    if (!text(embed.description, 4096)) return 'description';
    const fields = embed.fields as readonly Members[];
    if (!Array.isArray(fields) || fields.length > 25) return 'fields';
    for (const field of fields) if (!text(field.name, 256) || !text(field.value, 1024)) return 'field';
    whole += JSON.stringify(embed).length;
  }
  if (whole > 6000) return 'too long';
  return JSON.stringify(mentions) === '{"parse":[]}' ? null : 'this test wants no mention of anybody';
}

export async function discordServer(): Promise<DiscordServer> {
  const messages = new Map<string, Members>();
  const path = '/api/webhooks/123456789012345678/dQw4w9WgXcQ_a-token-of-a-webhook_Zx81';
  const server = await listening((asked): Reply => {
    const bad = (why: string): Reply => ({ status: 400, body: { code: 50_035, message: `Invalid Form Body: ${why}` } });
    const fault = embedFault(jsonOf(asked));
    if (fault !== null) return bad(fault);
    if (asked.method === 'POST' && asked.path === path) {
      const id = String(1_100_000_000_000_000_000n + BigInt(messages.size));
      messages.set(id, jsonOf(asked));
      return asked.query.get('wait') === 'true' ? { status: 200, body: { id } } : { status: 204, body: '' };
    }
    const id = asked.path.startsWith(`${path}/messages/`) ? asked.path.slice(`${path}/messages/`.length) : '';
    if (asked.method !== 'PATCH' || !messages.has(id)) return { status: 404, body: { message: 'Unknown Webhook' } };
    messages.set(id, jsonOf(asked));
    return { status: 200, body: { id } };
  });
  return { ...server, messages, webhook: `${server.url}${path}` };
}

export interface SlackServer extends Listening {
  readonly webhook: string;
  readonly messages: readonly Members[];
}

function words(value: unknown, kinds: readonly string[], most: number): boolean {
  const { type, text: said } = (value ?? {}) as Members;
  return kinds.includes(String(type)) && text(said, most);
}

function blockFault(block: Members): string | null {
  if (block.type === 'header') return words(block.text, ['plain_text'], 150) ? null : 'header';
  if (block.type !== 'section') return 'type';
  if (block.text !== undefined && !words(block.text, ['plain_text', 'mrkdwn'], 3000)) return 'section';
  const { fields } = block;
  if (fields === undefined) return block.text === undefined ? 'section' : null;
  if (!Array.isArray(fields) || fields.length < 1 || fields.length > 10) return 'fields';
  return fields.every((field) => words(field, ['plain_text', 'mrkdwn'], 2000)) ? null : 'field';
}

export async function slackServer(): Promise<SlackServer> {
  const messages: Members[] = [];
  const path = '/services/T00000000/B00000000/aTokenOfAWebhook4711aTok';
  const server = await listening((asked): Reply => {
    if (asked.method !== 'POST' || asked.path !== path) return { status: 404, body: 'no_service' };
    const message = jsonOf(asked);
    const { blocks } = message;
    if (!text(message.text, 40_000)) return { status: 400, body: 'no_text' };
    if (!Array.isArray(blocks) || blocks.length > 50) return { status: 400, body: 'invalid_blocks' };
    const fault = (blocks as readonly Members[]).map(blockFault).find((each) => each !== null);
    if (fault !== undefined) return { status: 400, body: `invalid_blocks: ${fault}` };
    messages.push(message);
    return { status: 200, body: 'ok' };
  });
  return { ...server, messages, webhook: `${server.url}${path}` };
}
