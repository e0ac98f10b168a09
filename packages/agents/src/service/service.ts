// The daemon as a service of this machine: where its file lies and what stands in it. RULE: a service file holds paths and settings,
// never a credential; everybody on the machine may read one of the system's.
import { join } from 'node:path';
import {
  AGENT_LABEL,
  type ServiceFault,
  type ServiceFile,
  type ServiceProgram,
  type ServiceScope,
  UNIT_NAME,
} from './names.ts';
import { plistText } from './plist.ts';
import { unitText } from './unit.ts';

export interface ServiceHost {
  readonly platform: string;
  /** Where the service's user is at home. */
  readonly userHome: string;
  /** The user it runs as; null: whoever owns the manager. */
  readonly user: string | null;
  /** `/etc`; another one in tests. */
  readonly etc: string;
}

/** Where it would lie; null: this platform has no manager that we know. */
export function servicePlace(
  { platform, userHome, etc }: ServiceHost,
  scope: ServiceScope,
): Pick<ServiceFile, 'manager' | 'path' | 'mode'> | null {
  if (platform === 'darwin' && scope === 'user') {
    const path = join(userHome, 'Library', 'LaunchAgents', `${AGENT_LABEL}.plist`);
    return { manager: 'launchd', path, mode: 0o644 };
  }
  if (platform !== 'linux') return null;
  return scope === 'user'
    ? { manager: 'systemd', path: join(userHome, '.config', 'systemd', 'user', UNIT_NAME), mode: 0o600 }
    : { manager: 'systemd', path: join(etc, 'systemd', 'system', UNIT_NAME), mode: 0o644 };
}

const isLine = (text: string): boolean => !/[\p{Cc}\u2028\u2029]/u.test(text);

/** What is to be written, or why there is nothing to. */
export function serviceFile(
  host: ServiceHost,
  scope: ServiceScope,
  program: ServiceProgram,
): ServiceFile | ServiceFault {
  const place = servicePlace(host, scope);
  if (place === null)
    return scope === 'system' && host.platform === 'darwin'
      ? { message: 'on macOS the daemon is started for a person, not for the machine', hints: ['leave `--system` out'] }
      : {
          message: `no service manager of \`${host.platform}\` is known here`,
          hints: ['`castellan up` starts it; have what starts your programs run `castellan up --foreground`'],
        };
  const { node, flags, main, environment, writable } = program;
  const words = [node, ...flags, main, ...Object.values(environment), ...writable];
  // A line break in a path would be another line of the file, with whatever it says.
  if (!words.every(isLine))
    return { message: 'a path of this installation holds a control character', hints: ['move it to another folder'] };
  if (/[/\\]_npx[/\\]/.test(main))
    return {
      message: 'this program lies in a cache of npx, which may be emptied at any time',
      hints: ['install it first: `npm install --global castellan`, then `castellan service install`'],
    };
  const text =
    place.manager === 'launchd'
      ? plistText(program)
      : unitText(program, scope === 'system' ? { kind: 'system', user: host.user ?? 'root' } : { kind: 'user' });
  return { ...place, scope, text };
}
