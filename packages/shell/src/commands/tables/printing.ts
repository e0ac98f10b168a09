// Commands that make no difference to anything: they calculate, wait or print what they were given or what the machine is.
// INVARIANT: no option that is listed names a file, a program or a device. Sources: the manual pages of GNU coreutils,
// procps, psmisc, util-linux, iproute2, ncurses, of FreeBSD and macOS; GTFOBins.
import type { Spec } from '../spec.ts';

/** Columns of `ps` that show nothing of an environment, with their headings. */
const COLUMN =
  '(?:%cpu|%mem|args|blocked|c|cgroup|class|cls|cmd|comm|command|cp|cputime|cputimes|drs|egid|egroup|etime|etimes|euid|euser|fgid|fgroup|fname|fuid|fuser|gid|group|lstart|lwp|majflt|min_flt|maj_flt|minflt|ni|nice|nlwp|nwchan|pcpu|pgid|pgrp|pid|pmem|ppid|pri|psr|rgid|rgroup|rss|rssize|rsz|rtprio|ruid|ruser|s|sched|sess|session|sgi_p|sid|sig|size|spid|stackp|start|start_time|stat|state|stime|sz|thcount|tid|time|tname|tpgid|tt|tty|ucmd|ucomm|uid|uname|user|vsize|vsz|wchan)(?::\\d+)?(?:=[\\w ]*)?';
const COLUMNS = new RegExp(`^ ?${COLUMN}(?:[, ] ?${COLUMN})*$`, 'i');
const text = (options: string): Spec => ({ options, operands: 'text' });
const plain = (options: string): Spec => ({ options, operands: 'text', inert: true });

export const PRINTING: { readonly [name: string]: Spec } = {
  basename: plain('-a -s= -z --multiple --suffix= --zero'),
  dirname: plain('-z --zero'),
  yes: plain(''),
  cygpath: text('-a -m -w -u -p -d -l -s -t= -A -D -H -P -S -W'),
  expr: plain(''),
  factor: plain('-h --exponents'),
  seq: plain('-f= -s= -t= -w --format= --separator= --equal-width'),
  jot: plain('-b= -c -n -p= -r -s= -w='),
  numfmt: plain(
    '-d= -z --debug --delimiter= --field= --format= --from= --from-unit= --grouping --header? --invalid= --padding= --round= --suffix= --to= --to-unit= --unit-separator= --zero-terminated',
  ),
  banner: plain('-w='),
  figlet: plain('-c -l -r -t -w= -k -W -S -s -o -p -n'),
  toilet: plain('-w= -t -k -W -S -s -o -F='),
  cowsay: plain('-b -d -g -p -s -t -w -y -e= -T= -W= -n'),
  fortune: { options: '-a -e -l -s', operands: 'text', only: /^[\w-]+$/ },
  echo: plain(''),
  sleep: { options: '', operands: 'text', only: /^(?:[\d.]+[smhd]?|infinity)$/ },
  usleep: { options: '', operands: 'text', only: /^\d+$/ },
  sync: { options: '', operands: 'none' },
  // `init` and `reset` run what the description of the terminal names.
  tput: { options: '-T= -V', operands: 'text', only: /^(?!init$|reset$|iprog$)[\w-]+$/ },
  clear: { options: '-x -V', operands: 'none' },
  tty: { options: '-s --silent --quiet', operands: 'none' },
  stty: {
    options: '-a -g --all --save',
    operands: 'text',
    only: /^(?:-?echo|-?icanon|-?ixon|-?ixoff|-?isig|-?raw|sane|size|speed|-?cbreak|-?cooked|rows|cols|columns|\d+|[0-9a-f:]+)$/,
  },
  whoami: { options: '', operands: 'none' },
  logname: { options: '', operands: 'none' },
  id: {
    options: '-a -c -F -g -G -n -p -P -r -u -z --group --groups --name --real --user --zero',
    operands: 'text',
    inert: true,
  },
  groups: plain(''),
  users: { options: '', operands: 'none' },
  who: {
    options:
      '-a -b -d -H -i -l -m -p -q -r -s -t -T -u -w --all --boot --count --dead --heading --login --lookup --mesg --message --process --runlevel --short --time --users --writable',
    operands: 'text',
    // `who am i`; any other single word is a file of records.
    only: /^(?:am|i|mom|likes)$/,
  },
  w: {
    options: '-f -h -i -n -o -p -s -u --from --ip-addr --no-current --no-header --old-style --short',
    operands: 'text',
  },
  last: {
    options:
      '-a -d -F -i -n= -p= -R -s= -t= -w -x --hostlast --dns --fulltimes --limit= --nohostname --since= --until= --fullnames --system',
    operands: 'text',
    numbers: true,
  },
  lastlog: text('-b= -t= -u= --before= --time= --user='),
  finger: { options: '-l -m -p -s', operands: 'text', only: /^[\w-]+$/ },
  pinky: text('-b -f -h -i -l -p -q -s -w'),
  uname: {
    options:
      '-a -i -m -n -o -p -r -s -v --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system',
    operands: 'none',
  },
  arch: { options: '', operands: 'none' },
  hostname: {
    // With a name, or with a file behind `-F`, it sets what it prints.
    options:
      '-a -A -d -f -i -I -s -y --alias --all-fqdns --all-ip-addresses --domain --fqdn --long --ip-address --short --yp --nis',
    operands: 'none',
  },
  dnsdomainname: { options: '', operands: 'none' },
  hostid: { options: '', operands: 'none' },
  nproc: { options: '--all --ignore=', operands: 'none' },
  lscpu: {
    options: '-a -b -c -e? -J -p? -x -y -B --all --online --offline --extended? --json --parse? --caches?',
    operands: 'none',
  },
  lsmem: {
    options: '-a -b -J -n -o= -P -r -s= -S= --all --bytes --json --noheadings --output= --summary?',
    operands: 'none',
  },
  lspci: { options: '-b -D -k -m -mm -n -nn -q -s= -t -v -vv -vvv -x -d=', operands: 'none' },
  lsusb: { options: '-d= -s= -t -v', operands: 'none' },
  lshw: { options: '-short -businfo -json -html -xml -quiet -sanitize -numeric -class= -C= -c=', operands: 'none' },
  lsmod: { options: '', operands: 'none' },
  modinfo: {
    options: '-a -d -F= -l -n -p -0 --author --description --field= --license --parameters --filename',
    operands: 'text',
    only: /^[\w-]+$/,
  },
  lslocks: { options: '-b -J -n -o= -p= -r -u', operands: 'none' },
  lsns: { options: '-J -l -n -o= -p= -r -t= -u -W', operands: 'none' },
  sw_vers: {
    options: '-productName -productVersion -buildVersion --productName --productVersion --buildVersion',
    operands: 'none',
  },
  lsb_release: {
    options: '-a -c -d -i -r -s -v --all --codename --description --id --release --short',
    operands: 'none',
  },
  getconf: text('-a'),
  uptime: { options: '-p -s -r --pretty --since', operands: 'none' },
  free: {
    options:
      '-b -k -m -g -h -l -L -t -v -w -s= -c= --bytes --kilo --mega --giga --kibi --mebi --gibi --human --si --lohi --total --wide --seconds= --count= --tebi',
    operands: 'none',
  },
  vmstat: {
    options: '-a -d -D -f -m -n -p= -s -S= -t -w -y --active --disk --slabs --stats --timestamp --wide --unit=',
    operands: 'text',
    only: /^\d+$/,
  },
  iostat: { options: '-c -d -h -k -m -N -p? -t -x -y -z', operands: 'text', only: /^[\w.]+$/ },
  mpstat: { options: '-A -u -P=', operands: 'text', only: /^\d+$/ },
  pidstat: { options: '-d -h -I -l -p= -r -s -t -u -U -v -w -C=', operands: 'text', only: /^\d+$/ },
  pidof: text('-c -q -s -x -z -o= -S='),
  pgrep: {
    options:
      '-a -A -c -d= -f -g= -G= -i -l -n -o -P= -q -s= -t= -u= -U= -v -w -x -r= --count --delimiter= --list-name --list-full --pgroup= --group= --ignore-case --newest --oldest --parent= --session= --terminal= --euid= --uid= --inverse --exact --full --runstates= --ns= --older=',
    operands: 'text',
  },
  pstree: {
    options:
      '-a -A -c -C= -g -G -h -H= -l -n -N= -p -s -S -t -T -u -U -w -Z --arguments --ascii --color= --compact-not --long --numeric-sort --show-pids --show-parents --uid-changes --unicode',
    operands: 'text',
    inert: true,
  },
  pwdx: { options: '', operands: 'text', only: /^\d+$/ },
  pmap: { options: '-x -X -d -q -p -A=', operands: 'text', only: /^\d+$/ },
  ps: {
    options:
      '-a -A -c -C= -d -e -f -F -g= -G= -h -H -j -l -L -m -M -N -o= -O= -p= -q= -r -s= -S -t= -T -u= -U= -v -V -w -x -X -y -Z -axo= -aux -auxw -auxww -eo= -ef -efo= -Ao= -ax -axu -axww -aux --context --cols= --columns= --cumulative --deselect --forest --format= --Group= --group= --headers --info --lines= --no-headers --no-heading --noheadings --pid= --ppid= --quick-pid= --rows= --sid= --sort= --tty= --User= --user= --version --width=',
    operands: 'text',
    // Without `e`, which shows every process's environment, alone or among other letters.
    only: /^(?:-?[a-df-z0-9]+|\d+(?:,\d+)*)$/i,
    values: {
      '-o': COLUMNS,
      '-O': COLUMNS,
      '-axo': COLUMNS,
      '-eo': COLUMNS,
      '-efo': COLUMNS,
      '-Ao': COLUMNS,
      '--format': COLUMNS,
    },
  },
  ipcs: { options: '-a -b -c -i= -l -m -p -q -s -t -u', operands: 'none' },
  date: {
    // Setting it: `-s`, and an operand that is no format.
    options:
      '-d= -I? -j -n -R -r= -u -v= -z= --date= --iso-8601? --rfc-3339= --rfc-email --rfc-822 --rfc-2822 --utc --universal --uct --debug --resolution',
    operands: 'text',
    only: /^\+/,
    // A number of seconds on BSD, a file on GNU.
    values: { '-r': /^-?\d+$/ },
  },
  cal: {
    options:
      '-1 -3 -A= -B= -C -H? -J -M -N -S -b -c= -d= -h -j -m? -n= -o -p -s -w? -y -Y -e --one --three --sunday --monday --julian --year --twelve --week? --months=',
    operands: 'text',
  },
  ncal: { options: '-3 -A= -B= -C -J -M -N -S -b -d= -e -h -j -m= -o -p -w -y', operands: 'text' },
  locale: text('-a -c -k -m -v --all-locales --charmaps --category-name --keyword-name --verbose'),
  localectl: { options: '--no-pager', operands: 'text', only: /^(?:status|list-locales|list-keymaps)$/ },
  timedatectl: {
    options: '--no-pager -a --all',
    operands: 'text',
    only: /^(?:status|show|list-timezones|timesync-status)$/,
  },
  // Hosts are asked of the network.
  getent: { options: '-s= -i', operands: 'text', never: /^(?:shadow|gshadow|a?hosts.*|networks|netgroup)$/ },
  uuidgen: { options: '-r -t -m -s -n= -N= -x --random --time --md5 --sha1', operands: 'none' },
  mcookie: { options: '', operands: 'none' },
  pwgen: text('-0 -1 -A -a -B -C -c -n -N= -r= -s -v -y'),
  shuf: {
    options: '-e -i= -n= -o> -r -z --echo --input-range= --head-count= --output> --repeat --zero-terminated',
    operands: 'read',
    nothingRead: '-e --echo',
  },
  ascii: text('-d -x -o -b -s'),
  units: text('-t -v -1 -q --terse'),
  apropos: text('-a -d -e -l -r -s= -w --and --exact --long --regex --section= --wildcard'),
  whatis: text('-d -l -r -s= -w --long --regex --section= --wildcard'),
  jobs: text('-l -n -p -r -s'),
  times: { options: '', operands: 'none' },
  ulimit: text('-S -H -a -b -c -d -e -f -i -k -l -m -n -p -q -r -s -t -u -v -x -P -R -T'),
  umask: text('-p -S'),
  history: { options: '', operands: 'text', only: /^\d+$/ },
  bind: { options: '-l -p -P -v -V -s -S -X -q= -m=', operands: 'none' },
  help: text('-d -m -s'),
  dirs: text('-l -p -v'),
  bg: text(''),
  fg: text(''),
  disown: text('-a -h -r'),
  caller: { options: '', operands: 'text', only: /^\d+$/ },
  ifconfig: { options: '-a -s -v -l -L -m', operands: 'text', only: /^[a-z]+\d*(?:[.:]\d+)?$/, most: 1 },
  iwconfig: { options: '', operands: 'text', most: 1 },
  arp: { options: '-a -n -v -e', operands: 'text', only: /^[\w.:-]+$/ },
  route: { options: '-n -e -ee -v', operands: 'none' },
  netstat: {
    options:
      '-a -A= -b -c -C -d -e -f= -F -g -i -I= -l -L -m -M -n -N -o -p -r -R -s -t -u -v -w -W -x -4 -6 --all --extend --groups --interfaces --listening --numeric --numeric-hosts --numeric-ports --program --programs --route --statistics --tcp --udp --unix --verbose --wide',
    operands: 'none',
  },
  ss: {
    // `-K` closes sockets; `-D` and `-F` name files.
    options:
      '-0 -4 -6 -a -A= -b -B -d -e -f= -H -i -l -m -M -n -o -O -p -r -s -S -t -T -u -w -x -z -Z --all --extended --family= --info --ipv4 --ipv6 --listening --memory --no-header --numeric --oneline --options --packet --processes --query= --raw --resolve --sctp --summary --tcp --threads --udp --unix',
    operands: 'text',
  },
};
