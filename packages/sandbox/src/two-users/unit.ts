// The service of systemd that starts the launcher, with what systemd can take away from it and from everything below it.
import { DAEMON_VARIABLES, type Installation } from '@castellan/contract';

/** What the launcher is called with: all it ever knows. */
export function launcherArguments(installation: Installation): readonly string[] {
  const { system, agent, server, shared, socket, limits, homes, home, daemon } = installation;
  const ids = ({ uid, gid }: { readonly uid: number; readonly gid: number }): string => `${uid}:${gid}`;
  const variables = {
    HOME: homes.system,
    USER: system.name,
    LOGNAME: system.name,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...DAEMON_VARIABLES,
    CASTELLAN_HOME: home,
    // A ring of the kernel that was opened as root would go on as root.
    UV_USE_IO_URING: '0',
  };
  return [
    ...['--system', ids(system), '--agent', ids(agent), '--server', ids(server), '--shared', String(shared.gid)],
    ...['--socket', socket, '--processes', String(limits.processes), '--files', String(limits.files)],
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...['--', daemon.node, ...daemon.flags, daemon.main],
    ...['--become', `${ids(system)}:${shared.gid}`],
  ];
}

/** One word of a command line as systemd reads it. */
const word = (text: string): string =>
  /^[\w/.:=@,+-]+$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
/** A path in a list; a space in it is written as its code. */
const path = (text: string): string =>
  text.replaceAll('\\', '\\x5c').replaceAll('%', '%%').replaceAll(' ', '\\x20').replaceAll('"', '\\x22');
/** A project may be gone some day: that must not keep the service from starting. */
const maybe = (project: string): string => `-${path(project)}`;

/**
 * What is not here, and why: ProtectKernelTunables, ProtectKernelLogs and ProtectProc cover parts of /proc, and then the kernel lets
 * nobody below make the /proc that walls need (whoever has no capability can change nothing there anyway); RestrictSUIDSGID forbids
 * the setgid bit of the shared folders; MemoryDenyWriteExecute forbids the compilers of Node.
 */
export function unitText(installation: Installation): string {
  const command = [installation.launcher.path, ...launcherArguments(installation)].map(word).join(' ');
  return `# Made by castellan system install; changed there, not here.
[Unit]
Description=Castellan, the keeper between agents and this machine
After=network.target

[Service]
Type=exec
ExecStart=${command}
Restart=on-failure
RestartSec=1
RestartPreventExitStatus=64 77 78
KillMode=mixed
TimeoutStopSec=20
RuntimeDirectory=castellan
RuntimeDirectoryMode=0755
UMask=0077
CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_KILL CAP_CHOWN
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${[path(installation.root), ...installation.projects.map(maybe)].join(' ')}
PrivateTmp=yes
DevicePolicy=closed
ProtectKernelModules=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
KeyringMode=private
LimitNOFILE=65536
LimitCORE=0
TasksMax=8192
OOMPolicy=continue

[Install]
WantedBy=multi-user.target
`;
}
