// The machine itself: disks, power, services, processes, accounts, its network and kernel. Sources: the manual pages of
// util-linux, e2fsprogs, systemd, shadow, iproute2, nftables, procps; Apple's for macOS.
import type { Tool, Verb } from '../table.ts';

const one = (verb: Verb | string): Tool => ({ verbs: { '': verb } });
const always = (does: string): Tool => one({ does, lenient: true });

const WIPES = always('delete disk {*}');
const POWER = one({
  does: 'delete power',
  lenient: true,
  options: '-c --help --version',
  instead: { '-c --help --version': '' },
});
const ACCOUNT = always('write account {*}');
const NETWORK = always('write network {*}');
const KERNEL: Verb = { does: 'write service kernel {*}', lenient: true };

const SERVICE_READS =
  'status, is-active, is-enabled, is-failed, list-units, list-unit-files, list-timers, list-sockets, list-jobs, list-dependencies, list-machines, show, show-environment, cat, get-default, help, is-system-running';
export const SYSTEMCTL: Tool = {
  abbreviates: true,
  options:
    '-t= -p= -n= -o= -l -a -q -r --type= --state= --property= --all --full --no-pager --no-legend --plain --user --system --quiet --failed --lines= --output= --recursive --reverse --now --force -f --runtime --no-block --wait --value --global -H= --host= -M= --machine= -s= --signal= --root< --no-reload --show-types',
  verbs: {
    '': { does: '', operands: 'none' },
    [SERVICE_READS]: '',
    'start, restart, reload, try-restart, reload-or-restart, enable, reenable, preset, unmask, link, add-wants, add-requires, set-property, daemon-reload, daemon-reexec, isolate, set-default, reset-failed, import-environment, set-environment, unset-environment, thaw, bind, mount-image':
      'write service {*}',
    'stop, disable, mask, kill, clean, freeze, revert': 'write service {*}; delete service {*}',
    edit: 'write service {*}; execute inline-code the editor that is configured',
    'poweroff, reboot, halt, kexec, suspend, hibernate, hybrid-sleep, soft-reboot, rescue, emergency, default, exit, switch-root, sleep':
      'delete power',
  },
};

export const MACHINE: { readonly [names: string]: Tool } = {
  'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mke2fs mkswap mkntfs mkdosfs mkudffs newfs newfs_apfs newfs_hfs wipefs blkdiscard hdparm nvme sg_format badblocks lvremove vgremove pvremove lvreduce mdadm dmsetup partx kpartx gdisk cgdisk sgdisk cfdisk growpart tune2fs e2fsck fsck xfs_repair debugfs resize2fs ddrescue partprobe losetup scrub nwipe vgreduce lvcreate vgcreate pvcreate lvextend vgextend bcache zramctl':
    WIPES,
  'fdisk sfdisk': one({
    options:
      '-l -b= -C= -H= -S= -u? -L? -x -o= --list --units? --color? --dump -d -s= -J --json --verify -V --show-size --bytes -n --no-act',
    does: 'delete disk {*}',
    instead: { '-l --list -d --dump -s -J --json --verify -V -x --show-size': '' },
  }),
  parted: one({
    options: '-l -s -m -a= --list --script --machine --align=',
    does: 'delete disk {*}',
    instead: { '-l --list': '' },
  }),
  'mount umount swapon swapoff fusermount fusermount3 sshfs veracrypt truecrypt autofs udisksctl pmount pumount eject fstrim quotaon quotaoff':
    {
      verbs: {
        '': {
          does: 'write disk {*}',
          alone: '',
          options:
            '-l -t= -o= -v -f -a -r -w --bind --rbind --make-private --types= --options= --show --summary --lazy --force',
          with: { '--bind --rbind': 'write disk {*}' },
        },
      },
    },
  cryptsetup: {
    options: '-q -v -d< -S= -y --key-file< --type= --batch-mode',
    verbs: {
      'status, luksDump, isLuks, luksUUID, benchmark': '',
      'luksFormat, erase, luksErase, reencrypt, luksKillSlot, luksRemoveKey, luksHeaderRestore': 'delete disk {*}',
      'open, luksOpen, close, luksClose, resize, luksAddKey, luksChangeKey, luksHeaderBackup, refresh, repair, convert, config':
        'write disk {*}',
    },
  },
  'zpool zfs': {
    options: '-H -p -r -o= -t= -s= -v -L -P -d=',
    verbs: {
      'list, status, get, iostat, history, version, diff, holds, userspace, groupspace, events': '',
      'destroy, labelclear, rollback, clear, remove, detach, offline, export, split': {
        does: 'delete disk {*}',
        lenient: true,
      },
      '*': { does: 'write disk {*}', lenient: true },
    },
  },
  btrfs: {
    verbs: {
      'subvolume list, subvolume show, filesystem show, filesystem df, filesystem usage, filesystem du, device stats, scrub status, balance status, property get, version':
        { does: '', lenient: true },
      'subvolume delete, device remove, device delete, check, rescue': { does: 'delete disk {*}', lenient: true },
      '* *': { does: 'write disk {*}', lenient: true },
    },
  },
  diskutil: {
    verbs: {
      'list, info, activity, listFilesystems, apfs list, cs list, information': { does: '', lenient: true },
      'eraseDisk, eraseVolume, reformat, partitionDisk, secureErase, zeroDisk, randomDisk, apfs deleteContainer, apfs deleteVolume, apfs eraseVolume, resizeVolume, mergePartitions, splitPartition':
        { does: 'delete disk {*}', lenient: true },
      '*': { does: 'write disk {*}', lenient: true },
    },
  },
  hdiutil: {
    verbs: {
      'info, imageinfo, verify, checksum, plugins': { does: '', lenient: true },
      '*': { does: 'write disk {*}', lenient: true },
    },
  },
  'snapper timeshift': {
    verbs: {
      'list, list-configs, status, diff': { does: '', lenient: true },
      '*': { does: 'write disk {*}; delete? disk {*}', lenient: true },
    },
  },
  'lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan vgscan pvscan findmnt blkid': always(''),
  'shutdown reboot halt poweroff telinit pm-suspend pm-hibernate acpitool': POWER,
  init: always('delete power'),
  pmset: { verbs: { '-g': { does: '', lenient: true }, '': { does: 'write power {*}', lenient: true } } },
  systemctl: SYSTEMCTL,
  service: one({ does: 'write service {*}', options: '--status-all', instead: { '--status-all': '' }, lenient: true }),
  'rc-service rc-update initctl update-rc.d chkconfig sv svc supervisorctl monit runit s6-rc s6-svc invoke-rc.d upstart winsw nssm sc':
    {
      verbs: {
        'status, list, avail, maintail, tail, pid, version, summary, show, --list, query': { does: '', lenient: true },
        '*': { does: 'write service {*}', lenient: true },
        '': 'write service {*}',
      },
    },
  launchctl: {
    verbs: {
      'list, print, print-disabled, version, hostinfo, managerpid, manageruid, managername, blame, help, getenv': {
        does: '',
        lenient: true,
      },
      '*': { does: 'write service {*}; write schedule {*}', lenient: true },
    },
  },
  pm2: {
    verbs: {
      'list, ls, status, show, describe, info, jlist, prettylist, id, pid, logs, log': { does: '', lenient: true },
      'delete, del, kill, stop': { does: 'write service {*}; delete process {*}', lenient: true },
      '*': { does: 'write service {*}; execute project-code', lenient: true },
    },
  },
  'timedatectl hostnamectl localectl loginctl': {
    options: '--no-pager --all --value -p= --property= -H= -M= --no-legend',
    verbs: {
      '': '',
      'status, show, list-timezones, timesync-status, show-timesync, hostname, list-locales, list-keymaps, list-sessions, list-users, session-status, user-status, show-session, show-user, show-seat, list-seats':
        '',
      '*': { does: 'write service {*}', lenient: true },
    },
  },
  'pkill killall xkill skill killall5 slay tskill taskkill': one({
    does: 'delete process {*}',
    lenient: true,
    options: '-l --list',
    instead: { '-l --list': '' },
  }),
  kill: one({
    options:
      '-0 -l? -L? -s= -n= -q= -p --list? --table? --signal= --queue= --timeout== -1 -2 -3 -6 -9 -15 -HUP -INT -KILL -TERM -QUIT -USR1 -USR2 -STOP -CONT',
    does: 'delete process {*}',
    instead: { '-0 -l -L --list --table': '' },
    alone: 'delete process 1',
  }),
  fuser: one({
    options: '-v -a -m -n= -u -k -i -s -w -M --all --verbose --mount --namespace= --user --kill --interactive',
    does: '',
    with: { '-k --kill': 'delete process {*}' },
  }),
  'renice ionice-all schedtool cgset cgexec cgdelete': always('write process {*}'),
  crontab: one({
    options: '-l -r -e -i -u= -n= -T',
    does: 'write schedule',
    operands: 'read',
    instead: {
      '-l': '',
      '-r': 'delete schedule the crontab',
      '-e': 'write schedule; execute inline-code the editor that is configured',
    },
  }),
  'atrm anacron fcrontab incrontab': always('write schedule {*}'),
  atq: always(''),
  'useradd adduser usermod userdel deluser groupadd groupmod groupdel addgroup delgroup gpasswd passwd chpasswd chgpasswd newusers chsh chfn chage vipw vigr visudo pwconv pwunconv grpconv newgrp sg faillock pam-auth-update authconfig authselect realm sysadminctl dscl dseditgroup pw lusermod net smbpasswd htpasswd createhomedir':
    ACCOUNT,
  'iptables ip6tables ebtables arptables': one({
    options: '-L? -S? -n -v -x -t= --list? --list-rules? --numeric --verbose --table= --line-numbers',
    does: 'write network {*}',
    lenient: true,
    instead: { '-L -S --list --list-rules': '' },
  }),
  'iptables-restore ip6tables-restore nft-restore tc ipset conntrack ifup ifdown dhclient dhcpcd wg wg-quick openvpn ovs-vsctl brctl bridge vconfig ethtool iw iwconfig rfkill wpa_cli wpa_supplicant sysctl-net pfctl scutil ipfw route arp natd nft-apply tailscale-up zerotier-cli ngrok cloudflared localtunnel lt bore':
    NETWORK,
  'iptables-save ip6tables-save': always(''),
  nft: {
    options: '-n -a -j -s -nn --json --handle --numeric',
    verbs: { list: { does: '', lenient: true }, '': NETWORK.verbs[''] ?? '' },
  },
  ufw: {
    options: '--dry-run --force',
    verbs: {
      'status, show, app list, app info, version': { does: '', lenient: true },
      '*': { does: 'write network {*}', lenient: true },
    },
  },
  'firewall-cmd': one({
    options:
      '--state --list-all --list-services --list-ports --get-active-zones --get-zones --get-default-zone --list-all-zones --zone= --permanent --get-services --list-interfaces',
    does: '',
    with: {},
    operands: 'none',
  }),
  ip: {
    options: '-4 -6 -s -d -o -br -c -j -p -br -brief -details -stats -statistics -json -color -oneline -family= -f=',
    verbs: {
      'addr, a, address, addr show, a show, address show, addr list, addr ls, a s, addr s, link, l, link show, link ls, l show, route, r, route show, route list, route get, r show, r get, ro, route ls, neigh, n, neigh show, neighbour, rule, rule show, rule list, maddr, monitor, netns, netns list, tunnel show, -V':
        { does: '', lenient: true },
      'netns exec': { does: 'escalate', inner: 1 },
      '* *': { does: 'write network {*}', lenient: true },
      '*': { does: 'write network {*}', lenient: true },
    },
  },
  ifconfig: one({
    options: '-a -s -v -l -u -d',
    does: '',
    about: [
      [
        /^(?:up|down|add|del|inet6?|netmask|mtu|hw|promisc|-promisc|\d+\.\d+|ether|create|destroy|alias|delete|broadcast|-arp|arp)/,
        'write network {*}',
      ],
    ],
  }),
  nmcli: {
    options: '-t -f= -g= -p -c= -m= --terse --fields= --get-values= --pretty',
    verbs: {
      '': '',
      'device, d, dev, device status, dev status, d status, device show, dev show, device wifi, dev wifi, device wifi list, dev wifi list, connection, con, c, connection show, con show, c show, general, g, general status, general hostname, radio, networking, networking connectivity, monitor':
        { does: '', lenient: true },
      '* *': { does: 'write network {*}', lenient: true },
      '* * *': { does: 'write network {*}', lenient: true },
    },
  },
  networksetup: one({
    does: 'write network {*}',
    lenient: true,
    options:
      '-listallnetworkservices -listallhardwareports -getinfo= -getdnsservers= -getwebproxy= -getairportnetwork= -listnetworkserviceorder',
    instead: {
      '-listallnetworkservices -listallhardwareports -getinfo -getdnsservers -getwebproxy -getairportnetwork -listnetworkserviceorder':
        '',
    },
  }),
  resolvectl: {
    verbs: {
      '': '',
      'status, query, statistics, dns, domain': { does: '', lenient: true },
      '*': { does: 'write network {*}', lenient: true },
    },
  },
  'insmod rmmod modprobe kexec depmod kmod': one(KERNEL),
  sysctl: one({
    options: '-a -A -n -e -N -q -b --all --values --names -w -p? --write --load? --system -r= --pattern=',
    does: '',
    with: { '-w -p --write --load --system': 'write service kernel {*}' },
    about: [[/=/, 'write service kernel {*}']],
  }),
  'setenforce setsebool semanage aa-disable aa-complain aa-teardown auditctl apparmor_parser update-ca-certificates update-ca-trust update-alternatives ldconfig grub-install update-grub grub2-mkconfig efibootmgr fwupdmgr flashrom dmidecode-write kextload kextunload nvram bless csrutil spctl tccutil softwareupdate systemsetup dpkg-reconfigure debconf-set-selections':
    one({ does: 'write service {*}', lenient: true }),
  journalctl: one({
    options:
      '-u= -n= -f -e -x -r -k -b? -o= -p= -g= -t= -q -S= -U= --unit= --user-unit= --lines= --follow --no-pager --since= --until= --output= --priority= --grep= --boot? --reverse --list-boots --disk-usage --system --user --quiet --utc --no-hostname --catalog --dmesg --identifier= --fields --field= -F= --vacuum-size= --vacuum-time= --vacuum-files= --rotate --flush --sync',
    does: '',
    lenient: false,
    with: { '--vacuum-size --vacuum-time --vacuum-files --rotate': 'delete service logs' },
  }),
  dmesg: one({
    options:
      '-T -H -w -k -u -x -l= -L? -f= -t -r -s= --human --follow --ctime --level= --facility= --color? --nopager --time-format= --kernel -c -C --clear --read-clear -n= -D -E',
    does: '',
    with: { '-c -C --clear --read-clear': 'delete service kernel log', '-n -D -E': 'write service kernel log' },
  }),
  logrotate: always('delete service logs; execute project-code'),
  defaults: {
    options: '-currentHost -host=',
    verbs: {
      'read, read-type, domains, find, help': { does: '', lenient: true },
      'write, rename, import': { does: 'write service settings {*}', lenient: true },
      delete: { does: 'delete service settings {*}', lenient: true },
      export: { does: '', lenient: true },
    },
  },
};
