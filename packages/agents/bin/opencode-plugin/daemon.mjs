// Part of the plug-in for OpenCode (plugin.mjs): one event to the daemon and its answer. RULE: whatever else happens throws, and
// ends. A connection for each event, by `node:http`: it costs half a millisecond, and asks no proxy of the environment, as
// `fetch` might.
import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import process from 'node:process';
import { isObject } from './values.mjs';
import { AGAIN, CONNECTION, NOT_LET_IN, UP } from './words.mjs';

const MAX_BYTES = 16 * 1024 * 1024;
/** For what holds nothing back. */
export const PATIENCE = 4;

const FORM =
  /^castellan-hook 1\nsocket=(\/.*)\nowner=(0|[1-9]\d{0,9})\ncredential=([\w-]+)\nroute=(\/v1\/hooks\/[a-z-]+)\ntimeout=([1-9]\d{0,4})\n$/;

/** Read anew for each event: a new credential counts at once. */
function readHook() {
  let text;
  try {
    const fd = openSync(CONNECTION.hook, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const is = fstatSync(fd);
      if (!is.isFile() || is.uid !== process.geteuid() || (is.mode & 0o77) !== 0 || is.size > 4096) throw new Error('');
      text = readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    throw new Error(`castellan: the file of this plug-in cannot be read or is not private; ${AGAIN}`);
  }
  const [, socket, owner, credential, route, timeout] = FORM.exec(text) ?? [];
  if (timeout === undefined) throw new Error(`castellan: the file of this plug-in is damaged; ${AGAIN}`);
  return { socket, owner: Number(owner), credential, route, seconds: Number(timeout) };
}

const LABELS = {
  'x-castellan-task': 'CASTELLAN_TASK',
  'x-castellan-confirm': 'CASTELLAN_CONFIRM',
  'x-castellan-run': 'CASTELLAN_RUN',
  'x-castellan-within': 'CASTELLAN_WITHIN',
};
const labels = () =>
  Object.fromEntries(
    Object.entries(LABELS)
      .map(([header, variable]) => [header, process.env[variable] ?? ''])
      .filter(([, value]) => /^[\w.~%!*'()-]{1,1000}$/.test(value)),
  );

/** The daemon's answer to an event: its `hookSpecificOutput`, or what it says beside one. @throws whatever else happens. */
export function ask(event, most = 86_400) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`castellan: ${why}; ${UP}`));
    const { socket, owner, credential, route, seconds } = readHook();
    let mine = false;
    try {
      mine = statSync(socket).uid === owner;
    } catch {
      return fail('the daemon does not answer');
    }
    if (!mine) return fail("the socket of the daemon is somebody else's");
    const body = Buffer.from(JSON.stringify(event));
    if (body.length > MAX_BYTES) return fail('the event is too long');
    const call = request({
      socketPath: socket,
      path: route,
      method: 'POST',
      agent: false,
      headers: {
        host: 'castellan',
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
        'content-length': String(body.length),
        accept: 'application/json',
        ...labels(),
      },
    });
    const timer = setTimeout(() => {
      fail('the daemon did not answer in time');
      call.destroy();
    }, Math.min(seconds, most) * 1000);
    const settle = (work) => {
      clearTimeout(timer);
      work();
    };
    call.on('error', () => settle(() => fail('the daemon does not answer')));
    call.on('response', (response) => {
      const chunks = [];
      let length = 0;
      response.on('data', (chunk) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_BYTES) call.destroy();
      });
      response.on('aborted', () => settle(() => fail('the daemon broke off')));
      response.on('error', () => settle(() => fail('the daemon broke off')));
      response.on('end', () =>
        settle(() => {
          if (response.statusCode === 401) return reject(new Error(NOT_LET_IN));
          if (response.statusCode !== 200) return fail(`the daemon answered with status ${response.statusCode}`);
          try {
            const answer = JSON.parse(Buffer.concat(chunks).toString('utf8'));
            if (isObject(answer)) return resolve(answer);
          } catch {
            // Cut short, or not ours.
          }
          fail('the answer of the daemon cannot be read');
        }),
      );
    });
    call.end(body);
  });
}

/** What may run, with the arguments that were decided. @throws the refusal */
export async function decided(event) {
  const { hookSpecificOutput: told } = await ask({ hook_event_name: 'PreToolUse', ...event });
  if (told?.hookEventName !== 'PreToolUse')
    throw new Error(`castellan: the answer of the daemon cannot be read; ${UP}`);
  if (told.permissionDecision !== 'allow' || !isObject(told.updatedInput))
    throw new Error(String(told.permissionDecisionReason || 'castellan refused'));
  return told.updatedInput;
}

/** What OpenCode itself says, asked in its own process; undefined: it does not, or not in time. */
export async function soon(work) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE * 1000);
  });
  try {
    return await Promise.race([work(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
