// ntfy's publishing by JSON, with its limits: what it would refuse is refused.
import { type Asked, jsonOf, type Listening, listening, type Reply } from './listening.ts';

export interface Published {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly click?: string;
  readonly actions: readonly { readonly action: string; readonly label: string; readonly url: string }[];
}

const KNOWN = [
  'topic',
  'message',
  'title',
  'tags',
  'priority',
  'actions',
  'click',
  'attach',
  'markdown',
  'icon',
].concat(['filename', 'delay', 'email', 'call', 'cache', 'firebase', 'sequence_id']);
const refused = (error: string, http = 400): Reply => ({ status: http, body: { code: http * 100, http, error } });

function fault(it: { readonly [name: string]: unknown }): string | null {
  for (const name of Object.keys(it)) if (!KNOWN.includes(name)) return `unknown field ${name}`;
  if (typeof it.topic !== 'string' || !/^[-_A-Za-z0-9]{1,64}$/.test(it.topic)) return 'invalid topic';
  if (typeof it.message !== 'string' || Buffer.byteLength(it.message) > 4096) return 'message too long';
  if (!Number.isInteger(it.priority) || Number(it.priority) < 1 || Number(it.priority) > 5) return 'invalid priority';
  if (!Array.isArray(it.tags) || it.tags.some((tag) => typeof tag !== 'string')) return 'invalid tags';
  const actions = it.actions as Published['actions'];
  if (!Array.isArray(actions) || actions.length > 3) return 'invalid actions';
  for (const { action, label, url } of actions)
    if (action !== 'view' || label === '' || URL.parse(url) === null) return 'invalid action';
  return null;
}

export interface NtfyServer extends Listening {
  readonly published: readonly Published[];
}

export async function ntfyServer(token: string): Promise<NtfyServer> {
  const published: Published[] = [];
  const server = await listening((asked: Asked): Reply => {
    if (asked.method !== 'POST' || asked.path !== '/') return refused('page not found', 404);
    if (asked.headers.authorization !== `Bearer ${token}`) return refused('unauthorized', 401);
    const message = jsonOf(asked);
    const why = fault(message);
    if (why !== null) return refused(why);
    published.push(message as unknown as Published);
    return { status: 200, body: { id: `m${published.length}`, time: 1, event: 'message', topic: message.topic } };
  });
  return { ...server, published };
}
