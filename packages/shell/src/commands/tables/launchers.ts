// Commands that start another command, with their own options. What is missing from an entry is missing on purpose: options
// that name another program, another folder or a file of settings. Sources: the manual pages of GNU coreutils, util-linux,
// sudo, doas, strace, procps, moreutils; GTFOBins.
import type { PathKind } from '../../paths.ts';

export interface Launcher {
  readonly options: string;
  readonly values?: { readonly [option: string]: RegExp };
  /** Words before the command. */
  readonly before?: readonly ('text' | PathKind)[];
  /** `A=1` may stand before the command. */
  readonly assignments?: boolean;
  /** What is started has other rights; why. */
  readonly escalates?: string;
  /** With these options what is started sees other files or settings than this shell. */
  readonly unlike?: string;
  /** What it is without a command. Absent: something that could not be told. */
  readonly alone?: 'nothing' | 'environment';
  /** Options with which it only asks or forgets. */
  readonly asks?: string;
  /** What it writes by itself. */
  readonly writes?: { readonly path: string; readonly note: string };
  /** joined: its words become one text for a shell. -c: a text may stand behind `-c`. */
  readonly shell?: 'joined' | '-c';
  readonly input?: 'nothing';
  readonly moves?: boolean;
}

const RIGHTS = 'runs with other rights';
const ROOT_WORLD = 'what is started sees another root folder';
const plain = (options = ''): Launcher => ({ options });

export const LAUNCHERS: { readonly [name: string]: Launcher } = {
  env: {
    options:
      '-i - -0 -v -u= --ignore-environment --null --debug --unset= --block-signal? --default-signal? --ignore-signal? --list-signal-handling -C= --chdir=',
    unlike: '-C --chdir',
    assignments: true,
    alone: 'environment',
  },
  sudo: {
    options:
      '-A -b -B -E -H -i -k -K -l -n -N -P -s -S -v -V -C= -D= -g= -h= -p= -r= -R= -t= -T= -u= -U= --askpass --background --bell --preserve-env? --set-home --login --reset-timestamp --remove-timestamp --list --non-interactive --shell --stdin --validate --version --close-from= --chdir= --chroot= --group= --host= --prompt= --role= --type= --user= --command-timeout= --other-user=',
    assignments: true,
    escalates: RIGHTS,
    unlike: '-D -R -h -i --chdir --chroot --host --login -E --preserve-env',
    asks: '-k -K -l -v -V --list --validate --version --remove-timestamp --reset-timestamp',
  },
  doas: { options: '-L -n -s -a= -C= -u=', escalates: RIGHTS, unlike: '-C -a', asks: '-L' },
  pkexec: { options: '--user= --disable-internal-agent --keep-cwd', escalates: RIGHTS },
  gosu: { options: '', before: ['text'], escalates: RIGHTS },
  'su-exec': { options: '', before: ['text'], escalates: RIGHTS },
  setpriv: {
    options:
      '-d --dump --clear-groups --groups= --inh-caps= --ambient-caps= --bounding-set= --keep-groups --init-groups --list-caps --no-new-privs --rgid= --egid= --regid= --ruid= --euid= --reuid= --securebits= --pdeathsig= --reset-env',
    escalates: RIGHTS,
    asks: '-d --dump --list-caps',
  },
  capsh: { options: '--print', escalates: RIGHTS, asks: '--print' },
  runcon: { options: '-c -t= -u= -r= -l= --type= --user= --role= --range=', before: ['text'], escalates: RIGHTS },
  chroot: {
    options: '--userspec= --groups= --skip-chdir -u= -g= -G=',
    before: ['read'],
    escalates: ROOT_WORLD,
    unlike: '*',
    moves: true,
  },
  nsenter: {
    options:
      '-a -t= -m? -u? -i? -n? -p? -U? -C? -T? -S= -G= -F -Z -e -r? -w? --all --target= --mount? --uts? --ipc? --net? --pid? --user? --cgroup? --time? --setuid= --setgid= --preserve-credentials --no-fork --root? --wd?',
    escalates: 'enters what belongs to another process',
    unlike: '*',
  },
  unshare: {
    options:
      '-m -u -i -n -p -U -C -T -f -r -c --mount --uts --ipc --net --pid --user --cgroup --time --fork --map-root-user --map-current-user --map-auto --mount-proc --kill-child? --keep-caps',
  },
  nice: { options: '-n= --adjustment=', alone: 'nothing' },
  ionice: { options: '-c= -n= -t --class= --classdata= --ignore' },
  chrt: {
    options:
      '-a -b -d -f -i -m -o -r -R -v -D= -P= -T= --batch --deadline --fifo --idle --other --rr --max --reset-on-fork --sched-runtime= --sched-period= --sched-deadline=',
    before: ['text'],
    asks: '-m --max',
  },
  taskset: { options: '-a -c --all-tasks --cpu-list', before: ['text'] },
  numactl: {
    options:
      '-i= -p= -P= -m= -N= -C= -b -l -a -H -s --interleave= --preferred= --membind= --cpunodebind= --physcpubind= --localalloc --all --hardware --show',
    asks: '-H -s --hardware --show',
  },
  choom: { options: '-n= --adjust=' },
  prlimit: {
    options:
      '-c? -d? -e? -f? -i? -l? -m? -n? -q? -r? -s? -t? -u? -v? -x? -y? --core? --data? --nofile? --nproc? --as? --cpu? --stack? --rss? --fsize?',
    alone: 'nothing',
  },
  nohup: { options: '', writes: { path: 'nohup.out', note: 'only where its output goes to a terminal' } },
  setsid: { options: '-c -f -w --ctty --fork --wait' },
  timeout: {
    options: '-k= -s= -v -f -p --kill-after= --signal= --foreground --preserve-status --verbose',
    before: ['text'],
  },
  gtimeout: {
    options: '-k= -s= -v --kill-after= --signal= --foreground --preserve-status --verbose',
    before: ['text'],
  },
  stdbuf: { options: '-i= -o= -e= --input= --output= --error=' },
  unbuffer: plain('-p'),
  time: {
    options: '-a -f= -h -l -o> -p -q -v --append --format= --output> --portability --quiet --verbose',
    alone: 'nothing',
  },
  setarch: {
    options:
      '-3 -B -F -I -L -R -S -T -X -Z -v --32bit --addr-no-randomize --3gb --whole-seconds --sticky-timeouts --read-implies-exec --verbose',
    before: ['text'],
  },
  linux32: plain('-3 -B -F -I -L -R -S -T -X -Z -v'),
  linux64: plain('-3 -B -F -I -L -R -S -T -X -Z -v'),
  caffeinate: { options: '-d -i -m -s -u -t= -w=', alone: 'nothing' },
  'systemd-inhibit': { options: '--what= --who= --why= --mode= --list --no-pager --no-legend', asks: '--list' },
  chronic: plain('-v -e'),
  ifne: plain('-n'),
  eatmydata: plain(),
  fakeroot: { options: '-u --unknown-is-real', alone: 'nothing' },
  faketime: { options: '-f -m', before: ['text'] },
  datefudge: { options: '-s --static', before: ['text'] },
  catchsegv: plain(),
  noti: plain('-t= -m='),
  flock: {
    options:
      '-e -E= -F -n -o -s -u -v -w= -x --close --conflict-exit-code= --exclusive --no-fork --nonblock --nb --shared --timeout= --unlock --verbose --wait=',
    before: ['write'],
    shell: '-c',
    alone: 'nothing',
  },
  watch: {
    // Not `-x` (no shell) and `-s` (where it writes what it saw).
    options:
      '-b -c -C -d? -e -f -g -n= -p -q= -r -t -w --beep --color --no-color --differences? --errexit --chgexit --interval= --precise --equexit= --no-rerun --no-title --no-wrap',
    shell: 'joined',
  },
  strace: {
    // `-o |program` and `-o !program` run one; `-p` looks into a process that runs already.
    options:
      '-A -b= -c -C -d -D -DD -DDD -e= -E= -f -ff -F -i -I= -k -n -o> -O= -P= -q -qq -qqq -r -s= -S= -t -tt -ttt -T -u= -U= -v -w -x -xx -X= -y -yy -Y -z -Z --abbrev= --trace= --follow-forks --output> --string-limit= --quiet? --summary --summary-only --syscall-times --timestamps? --absolute-timestamps? --relative-timestamps --decode-fds? --no-abbrev',
    values: { '-o': /^[^|!]/, '--output': /^[^|!]/, '-e': /^(?!.*(?:inject|fault))/, '-E': /^(?!)/ },
  },
  ltrace: {
    options: '-a= -A= -b -c -C -D= -e= -f -i -l= -n= -o> -r -s= -S -t -tt -ttt -T -w= -x=',
    values: { '-o': /^[^|!]/ },
  },
  dtruss: { options: '-a -b -c -d -e -f -l -o -s', escalates: RIGHTS },
  'xvfb-run': { options: '-a -n= -e> -l -w= --auto-servernum --server-num= --error-file> --listen-tcp --wait=' },
  'dbus-run-session': plain(),
  rlwrap: { options: '-c -i -m -N -n -r -R -v' },
  busybox: { options: '--list --list-full --help', alone: 'nothing' },
  toybox: { options: '--long --help --version', alone: 'nothing' },
  arch: { options: '-x86_64 -arm64 -arm64e -i386 -32 -64 -c', alone: 'nothing' },
  nocache: plain('-n='),
  softlimit: { options: '-a= -c= -d= -f= -l= -m= -o= -p= -r= -s= -t=' },
  setuidgid: { options: '', before: ['text'], escalates: RIGHTS },
  cpulimit: { options: '-l= -m -i -q -z -v -f --limit= --include-children --lazy --quiet --monitor-forks' },
};
