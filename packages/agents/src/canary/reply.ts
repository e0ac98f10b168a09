// The scripted model that verifications run an agent against, in each of the three APIs that agents speak.
import { isObject } from '../hook/plain-json.ts';
import { chatReply } from './chat.ts';
import { messagesReply } from './messages.ts';
import type { CanaryReply } from './play.ts';
import { responsesReply } from './responses.ts';

export type CanaryApi = 'messages' | 'chat' | 'responses';

const APIS = { messages: messagesReply, chat: chatReply, responses: responsesReply } as const;

/** Answers one request as the script found in its prompt says, as a stream where it asks for one. Never throws. */
export const canaryReply = (api: CanaryApi, body: unknown): CanaryReply => APIS[api](isObject(body) ? body : {});
