// How much a server gets of us: bytes, messages, time. Each number is what no honest server comes near, and what a hostile
// one can do no harm with.
import { MAX_SECRET_BYTES } from '@castellan/contract';

const MIB = 1024 * 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** One message of a server; a picture as base64 fits. What is longer ends the server, before it is in memory. */
export const MAX_MESSAGE_BYTES = 4 * MIB;
/** Deeper than any result means something, shallow enough for every recursive reader behind. */
export const MAX_DEPTH = 128;
/** Messages of one batch (2025-03-26). */
export const MAX_BATCH = 100;
/** Lines that are no JSON-RPC: banners of careless servers. More is a server of something else. */
export const MAX_GARBAGE = 100;
/** Messages nobody asked for: in a burst, and each second after it. A message counts once for each 4 KiB begun. */
export const BURST = 2000;
export const EACH_SECOND = 1000;
export const COUNTED_BYTES = 4096;
/** A server that says more than that for so long does nothing else. */
export const FLOOD_MS = 10 * SECOND;
/** What a server has not read of us yet. It must take one large request, and not hold a hundred in our memory. */
export const MAX_UNREAD_BYTES = 16 * MIB;
/** Requests of a server to us that wait for an answer. */
export const MAX_ASKED = 32;
/** Requests that wait for their turn at one server. */
export const MAX_WAITING = 256;
/** Requests without an answer in time, one after another: then it hangs, and is ended. */
export const MAX_TIMEOUTS = 3;
/** However much progress it reports. The longest time a manifest can give. */
export const LONGEST_REQUEST_MS = 60 * MINUTE;

/** From its start to all its lists: a server that an interpreter loads on a slow disk. */
export const START_MS = MINUTE;
/** A server of before 2026-07-28 may be silent at a question it does not know. */
export const PROBE_MS = 10 * SECOND;
/** Pages of one list, and things in all lists. */
export const MAX_PAGES = 100;
export const MAX_LISTED = 5000;
/** After a change is told of: several often come together. Longest pause between two readings of a server that tells always. */
export const SETTLE_MS = 50;
export const LONGEST_SETTLE_MS = 30 * SECOND;
/** Readings one request waits for: a server that changes in each of them is not asked. */
export const MAX_REREADS = 4;

/** Without a request. */
export const IDLE_MS = 10 * MINUTE;
/** Processes and connections at a time, of all modules and sessions. */
export const MAX_RUNNING = 128;
/** Of those, for the sessions of one agent: however many it opens, others find room. */
export const MAX_RUNNING_OF_AGENT = 32;
/** And of one module, for all agents: one server that many use leaves room for the others. */
export const MAX_RUNNING_OF_MODULE = 64;
/** For a server to end by itself when its input has ended, and then after SIGTERM. */
export const GRACE_MS = 2 * SECOND;
/** Pauses before a server that crashed is started again: the first, and the longest. */
export const FIRST_PAUSE_MS = SECOND;
export const LONGEST_PAUSE_MS = MINUTE;
/** After so long without a crash the pauses begin anew. */
export const STABLE_MS = MINUTE;

/** Of standard error: lines kept, and characters of one. */
export const STDERR_LINES = 100;
export const STDERR_CHARS = 1000;
/** Of a line that is longer than what is looked through: this much of its end may be a part of a secret. */
export const STDERR_MARGIN = MAX_SECRET_BYTES;
/** Of one line, looked through before it is cut. */
export const STDERR_UNCUT = STDERR_CHARS + STDERR_MARGIN;
/** Durations the median is taken of. */
export const DURATIONS = 256;
