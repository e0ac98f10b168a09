// Settings of the machine, for one client and nobody else: a mount namespace in which a folder of the test lies over /etc. The
// machine's own /etc is never written.
import { spawnSync } from 'node:child_process';

/** Before the program. Nothing can be written to /etc there. */
export const withEtc = (etc: string): readonly string[] => [
  ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c'],
  'mount -t overlay overlay -o "lowerdir=$0:/etc" /etc && exec "$@"',
  etc,
];

/** Where that cannot be done the scope `managed` is not tried, and this says so. */
export const canMount = (): boolean => {
  const [file = '', ...args] = [...withEtc('/var/empty'), 'true'];
  return spawnSync(file, args.with(args.indexOf('/var/empty'), '/tmp')).status === 0;
};
