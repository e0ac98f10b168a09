// The unit of systemd for one user, in the person's own manager or in the machine's, with what systemd can take away from it.
// What is not taken away is said in the unit itself, with the reason: whoever hardens it further must know what breaks.
import { MADE_BY_US, type ServiceProgram } from './names.ts';

export type UnitOwner = { readonly kind: 'user' } | { readonly kind: 'system'; readonly user: string };

/** One word of a command line or an assignment as systemd reads it. */
const word = (text: string): string =>
  /^[\w/.:=@,+-]+$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
/** In a command line a dollar begins a variable, too. */
const argument = (text: string): string => word(text).replaceAll('$', '$$$$');
const path = (text: string): string =>
  `-${text.replaceAll('\\', '\\x5c').replaceAll('%', '%%').replaceAll(' ', '\\x20').replaceAll('"', '\\x22')}`;

/** What would load code into the keeper, or have it trust others: a manager's environment can be set by any program of the user. */
const UNSET =
  'NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_V8_COVERAGE OPENSSL_CONF SSL_CERT_FILE SSL_CERT_DIR LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT GCONV_PATH';

const EVERYWHERE = `NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
LimitNOFILE=65536
LimitCORE=0
TasksMax=8192
OOMPolicy=continue
# MemoryDenyWriteExecute is missing: V8 compiles what it runs, and would not start.
# RestrictNamespaces, ProtectProc, ProtectKernelTunables and ProtectKernelLogs are missing: the walls around agents and servers are
# made of namespaces with a /proc of their own, and the escape alarm looks at processes that others started.
# PrivateTmp is missing: agents in your terminals work in the real /tmp, and what a path there leads to is decided by what is there.
`;

/** A mount namespace in a person's own manager needs a user namespace, where files of root's are nobody's: checks of ours would fail. */
const USERS = `# ProtectSystem and ProtectHome are missing: in a manager of your own they need a user namespace, in which it could not tell any more
# what belongs to root. The unit of \`castellan service install --system\` has them.
`;

const systems = (user: string, writable: readonly string[]): string => `User=${user}
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${[...writable, '/tmp', '/var/tmp'].map(path).join(' ')}
CapabilityBoundingSet=
DevicePolicy=closed
ProtectKernelModules=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
KeyringMode=private
`;

export function unitText({ node, flags, main, environment, writable }: ServiceProgram, owner: UnitOwner): string {
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${word(`${name}=${value}`)}\n`);
  return `# ${MADE_BY_US}
[Unit]
Description=Castellan, the keeper between agents and this machine
${owner.kind === 'system' ? 'After=network.target\n' : ''}StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
# Started is not ready: \`GET /v1/ready\` says that, and \`castellan service status\` asks it.
Type=exec
ExecStart=${[node, ...flags, main].map(argument).join(' ')}
${variables.join('')}UnsetEnvironment=${UNSET}
WorkingDirectory=/
Restart=on-failure
RestartSec=2
# 64: something is written wrong in its settings; starting again mends nothing.
RestartPreventExitStatus=64
KillMode=mixed
TimeoutStopSec=20
UMask=0077
${EVERYWHERE}${owner.kind === 'system' ? systems(owner.user, writable) : USERS}
[Install]
WantedBy=${owner.kind === 'system' ? 'multi-user.target' : 'default.target'}
`;
}
