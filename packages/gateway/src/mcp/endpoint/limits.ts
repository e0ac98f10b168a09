// How much one client may have of everything. Each number is a ceiling for hostile clients and servers, far above what an
// honest one does; what goes beyond is refused by name, never cut in silence.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Requests of one client that are under way. Agents run a few tools at once; a person waits behind some of them. */
export const MAX_IN_FLIGHT = 256;
/** Messages in one JSON-RPC batch (2025-03-26 only). */
export const MAX_BATCH = 32;
/** Entries on one page of a list: some clients read the first page only. */
export const PAGE_SIZE = 500;
/** Text and data of one result that goes to a client at once; a model reads no more. */
export const RESULT_CHARS = 262_144;
/** What was too long is kept so long, so many for each client, and of one so much. */
export const KEPT_MS = 15 * MINUTE;
export const KEPT_RESULTS = 32;
export const KEPT_CHARS = 4_194_304;
/**
 * All that is kept in memory for clients of all agents (results, events, questions): many clients of one agent have together
 * what it has. The share holds one result of the largest size, which takes two bytes a character, and the calls beside it.
 */
export const STORE_BYTES = 67_108_864;
export const STORE_BYTES_OF_AGENT = 16_777_216;
/** A held call waits so long for the answer to what its server asked. */
export const HELD_MS = 10 * MINUTE;
/** What one held call may take in memory: its arguments and what its server asks, a picture among it. */
export const HELD_BYTES = 8_388_608;
/** Calls of one client that are held for an answer. */
export const MAX_HELD = 32;
/** Requests that one call's server may make of the client, and rounds of `input_required`. */
export const MAX_ASKS = 16;
/** A server that was started for a call has so long to begin to ask for the client's folders. Once a start, for clients with folders. */
export const ROOTS_MS = 250;
/** How often a client that gave a token hears that a person is waited for. */
export const WAITING_MS = 5 * SECOND;
/** Of a server's progress to one call, a second. */
export const PROGRESS_PER_SECOND = 20;
/** Of one server's log messages to one client, a second. */
export const LOGS_PER_SECOND = 20;
/** Of one server's `resources/updated` to one client, a second. */
export const UPDATES_PER_SECOND = 20;
/** A log message longer than this is cut. */
export const LOG_CHARS = 8_192;
/** Resources one client is subscribed to. */
export const MAX_SUBSCRIPTIONS = 256;
/** `subscriptions/listen` streams of one client. */
export const MAX_STREAMS = 16;
/** Longer addresses are nobody's, and matching patterns takes time. */
export const MAX_URI = 2_048;
/** Characters times parts that one lookup compares: a few milliseconds, and hundreds of patterns for an address of 100. */
export const LOOKUP_STEPS = 200_000;
/** Resources that results linked to, which the client may read although no list names them; and their characters in all. */
export const MAX_LINKS = 1_000;
export const LINK_CHARS = 131_072;
/** Characters of all addresses one client is subscribed to. */
export const SUBSCRIPTION_CHARS = 131_072;
/** Bytes that wait for a reader before it is cut off. */
export const SLOW_READER_BYTES = 33_554_432;
/** All channels of one agent together: whoever is further behind than a little, when they are past this, is cut off. */
export const SLOW_AGENT_BYTES = 67_108_864;
export const LITTLE_BEHIND_BYTES = 262_144;
/** Changes of modules that come together are told once. */
export const CHANGES_MS = 20;
/** Clients of one agent over HTTP, of either era. */
export const MAX_HTTP_CLIENTS = 16;
/** A client over HTTP that was not heard so long, and that has nothing under way, is forgotten. */
export const HTTP_IDLE_MS = 60 * MINUTE;
export const SWEEP_MS = MINUTE;
/** What is kept of one HTTP session's streams for a client that comes back (`Last-Event-ID`): so many, and none larger. */
export const MAX_EVENTS = 512;
export const MAX_EVENT_BYTES = 8_388_608;
/** Of ours and all modules' together: a model reads them at each start. */
export const INSTRUCTION_CHARS = 16_384;
