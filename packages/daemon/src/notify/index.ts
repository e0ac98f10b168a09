// The door of notifications: how people are reached away from the screen.
export type { Answered } from './answering.ts';
export { Notify } from './notify.ts';
export { plain } from './plain.ts';
export { MOST_OF_ONE_PERSON } from './push/book.ts';
export { createSendHttp, outcomeOf, type SendHttp } from './send-http.ts';
