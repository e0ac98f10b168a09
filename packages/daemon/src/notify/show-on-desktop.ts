// Shows a notification on this machine's desktop: the one place of the daemon that starts a program, and one of two whose
// names are fixed. INVARIANT: no shell; text of an agent stands behind `--` or is an argument of a script that is fixed, and
// what a notification server would read as markup is escaped.
import { spawn } from 'node:child_process';
import { childEnvironment } from '@castellan/contract';
import type { Outcome } from './outbox.ts';
import { serverWords } from './plain.ts';

export type ShowOnDesktop = (note: {
  readonly title: string;
  readonly text: string;
  readonly urgent: boolean;
}) => Promise<Outcome>;

const WAIT_MS = 10_000;
const HINT = 'the daemon must run in the session of the desktop (`DBUS_SESSION_BUS_ADDRESS`)';

/** Of the small markup that bodies may have. */
export const desktopText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The whole script is ours; what is shown arrives as its arguments. */
const SCRIPT = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run'].flatMap(
  (line) => ['-e', line],
);

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly missing: string;
}

function programOf(platform: NodeJS.Platform, title: string, text: string, urgent: boolean): Program | null {
  switch (platform) {
    case 'darwin':
      return { file: '/usr/bin/osascript', args: [...SCRIPT, title, text], missing: '`osascript` is not there' };
    case 'linux':
    case 'freebsd':
    case 'openbsd':
      return {
        file: 'notify-send',
        args: ['--app-name=Castellan', `--urgency=${urgent ? 'critical' : 'normal'}`, '--', title, desktopText(text)],
        missing: '`notify-send` is not installed: install libnotify (Debian: libnotify-bin)',
      };
    default:
      return null;
  }
}

/** @param environment of the daemon: of it only the way to the desktop's bus is handed on. */
export function createShowOnDesktop(
  platform: NodeJS.Platform,
  environment: { readonly [name: string]: string | undefined },
): ShowOnDesktop {
  return ({ title, text, urgent }) => {
    const program = programOf(platform, title, text, urgent);
    if (program === null)
      return Promise.resolve({ kind: 'failed', text: `there is no desktop channel on ${platform}`, again: false });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const child = spawn(program.file, program.args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: WAIT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
      env: childEnvironment('desktop', environment),
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      if (said.length < 1000) said += piece;
    });
    const failed = (text: string, again: boolean): void => resolve({ kind: 'failed', text, again });
    child.once('error', () => failed(program.missing, false));
    child.once('close', (code, signal) => {
      if (code === 0) resolve({ kind: 'sent' });
      else if (signal !== null) failed('the desktop did not answer', true);
      else failed(`nothing was shown: ${serverWords(said) || 'no reason given'}; ${HINT}`, true);
    });
    return promise;
  };
}
