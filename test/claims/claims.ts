// What Castellan promises: one row, one promise, each held by a scenario that cites it with `verifies`.
// RULE: a row with status `now` that no executed scenario cites fails the gate in .ci/run. A promise is changed here and
// in the scenario together, or not at all.

/** Where a promise comes from: the seed systems Opta, OpenPact and OpenTidy, or ours beyond all of them. */
type Source = 'O' | 'P' | 'T' | 'X' | 'OP' | 'TO' | 'OT' | 'PT';

/** The rows asked for so far. Everything else is declared, may be cited, and is shown as a count. */
const NOW = [
  'N1 N2 N3 N4 N5 N6',
  'A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13',
  'P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14',
  'G-C01 G-C02 G-C03 G-C04 G-C05 G-C06 G-C07 G-C08 G-S01 G-S02 G-S04 G-S05 G-S06 G-S07 G-S08 G-G G-U',
  'H1 H2 H3 H4 H5 H6 H7 H8 H10 H11 H12',
  'D1 D2 D3',
  'K1 K2 K3 K4 K5 K6 K7 K8',
  'M1 M2 M3 M4 M5 M6',
  'S1 S2 S3 S4 S5 S6 S7 S8 S9 S10',
  'X1 X2 X3 X4 X5 X6',
  'I1 I2 I3 I4 I5 I6',
  'L1 L2 L3 L4 L5 L6',
  'U1',
  'W1 W2 W3',
  'R1 R2 R3 R4 R5',
].flatMap((line) => line.split(' '));

/** The half of a row that is asked for, where it is not the whole. */
const SCOPE: Readonly<Record<string, string>> = {
  I2: 'on macOS servers and commands without a network alone, by a profile that is written and looked at; no Mac has run it',
};

const ROWS = {
  // N · The daemon and the network
  N1: {
    source: 'O',
    text: 'The agent API listens on 127.0.0.1:9999 (port configurable; `[::1]` too) and on a Unix socket in the state folder. A non-loopback address for it is refused at start with an error that names rule C08. No flag, environment variable or config changes that.',
  },
  N2: {
    source: 'OP',
    text: 'The admin UI may be exposed only by a second, separate listener that is off by default and refuses to start without TLS (own certificate, or an explicitly declared TLS-terminating proxy or tunnel), a finished first-run set-up, and passwords or passkeys. The agent API is never reachable through it.',
  },
  N3: {
    source: 'X',
    text: 'Every listener checks Host against an allowlist (DNS rebinding), Origin and Sec-Fetch-Site on state-changing requests, and rejects `Origin: null`. No CORS by default.',
  },
  N4: {
    source: 'O',
    text: 'With default settings the daemon opens no outbound connection at all, except to model servers, MCP servers and notification channels the user configured. A test runs the daemon in an empty network namespace and every local feature still works.',
  },
  N5: {
    source: 'O',
    text: 'A taken port, a bad config, a read-only state folder, a full disk: one clear line each that says what to do; exit code documented; nothing half-started.',
  },
  N6: {
    source: 'T',
    text: "Remote access by tunnel (Cloudflare Tunnel, Tailscale, SSH): documented recipes that target N2's listener; coming from loopback gives no privilege anywhere.",
  },

  // A · Authentication
  A1: {
    source: 'O',
    text: "The daemon makes a new 256-bit bearer token at each start, stores it in `daemon/state.json` (0600, folder 0700, atomic write) and accepts it as the local administrator's credential; every route except liveness, the static UI and the login/set-up routes needs a credential: the daemon token, an agent's (A5), a sign-in (A6, A10) or an API token (A13).",
  },
  A2: { source: 'O', text: 'All token comparisons are constant-time over equal-length digests.' },
  A3: {
    source: 'O',
    text: 'A restart invalidates every earlier daemon token, ticket and link at once; agent credentials and API tokens survive and are revocable.',
  },
  A4: {
    source: 'O',
    text: "WebSocket upgrade accepts `?token=` only as a single-use ticket that lives at most 30 s; header auth works for non-browser clients. No token is ever in a URL, an argv or a log, and none but an agent's own scoped credential is in a configuration or environment that an agent can read.",
  },
  A5: {
    source: 'X',
    text: 'Each connected agent has its own scoped credential: it may check calls, call tools and read its own verdicts; it can never list or resolve approvals, read or change policy, secrets or the ledger, or mint credentials. An agent cannot approve itself; there is an attack test per route.',
  },
  A6: {
    source: 'P',
    text: 'Admin login gives a JWT access token (15 min, in memory only) and a rotating refresh cookie (HttpOnly, SameSite=Strict, path-limited, 72 h) with reuse detection: a replayed refresh token ends the whole session family. Only the expected algorithm, issuer, audience and type are accepted.',
  },
  A7: {
    source: 'P',
    text: 'First run: no default credentials. A one-time set-up code is printed on the terminal that started the daemon; until set-up is done every other route answers 503 `setup_required`. The first network client cannot become admin without the code. Without a terminal the code goes to a 0600 file, never a log; `castellan setup --non-interactive` serves demo, CI and containers.',
  },
  A8: {
    source: 'P',
    text: 'Login: argon2id, strong-password rule (≥16 characters, or ≥12 from 3 of 4 classes, and not a common password), 5 attempts a minute per account and per address, growing lock-out, 429 with Retry-After, no user enumeration by timing or text. Every attempt is in the ledger.',
  },
  A9: { source: 'P', text: 'Optional IP allowlist (CIDR, IPv4/IPv6, trusted-proxy aware).' },
  A10: {
    source: 'T',
    text: 'The bundled web UI needs no bearer: it uses a same-site HttpOnly session cookie plus a CSRF token. Origin and Referer alone never authenticate anything.',
  },
  A11: {
    source: 'X',
    text: 'Second factor for the admin and for approving calls that a Critical rule matched: passkeys (WebAuthn) and TOTP, with recovery codes.',
  },
  A12: { source: 'X', text: 'Roles: admin, approver, viewer.' },
  A13: {
    source: 'T',
    text: 'Long-lived API tokens for automation: scoped, expiring, revocable, stored hashed, shown once.',
  },

  // P · Permissions
  P1: {
    source: 'T',
    text: 'A module is a manifest: name, version, tools sorted into `safe` and `critical` with a human label each, scope per critical tool, effects, and how to start it (MCP server, built-in, script). A tool whose risk depends on its arguments (a shell, a file or web tool) has class `by-effects`: the call is safe only if every effect is certain and listed as safe. One schema, published as JSON Schema.',
  },
  P2: {
    source: 'TO',
    text: "Levels per module, overridable per tool: `allow` (run, record), `confirm` (notify and wait for a human anywhere), `ask` (prompt in the agent's own terminal), `deny`.",
  },
  P3: {
    source: 'T',
    text: 'Presets: Supervised (ask), Autonomous (confirm), Full auto (allow) pre-fill every module; the user overrides per module and per tool. The shipped default is Autonomous. Full auto never loosens a Critical or Strict rule.',
  },
  P4: {
    source: 'T',
    text: 'Safe tools pass without a prompt at every level except `deny`; rules and the ledger still see them.',
  },
  P5: {
    source: 'T',
    text: 'Scope `per-call`: each call is confirmed. Scope `per-task`: confirmed once for the task, bounded by module, tool class, origin/recipient/path family and time; ends with the task.',
  },
  P6: {
    source: 'O',
    text: "Precedence: verdict = max(floor, base), allow < ask < confirm < deny. Floor: the most restrictive of Critical, user deny, module deny, Strict, profile, client, turn. Base: the first of covering grant, the user's override for this very tool, safe call, module level, preset, default. Grants lower the base only. Property-tested.",
  },
  P7: {
    source: 'X',
    text: 'A tool nobody classified is critical, per-call, `confirm`. A module whose manifest names a tool that the running server does not have (or the reverse) says so; unmatched names of critical tools refuse to load.',
  },
  P8: {
    source: 'O',
    text: "A user's deny survives every preset, mode, autonomy level, turn override, reload and upgrade (round-trip property test).",
  },
  P9: {
    source: 'O',
    text: 'Modes and autonomy levels 1–5 (safe, auto, plan, review, research, ci; call and time budgets) as named profiles over the same levels.',
  },
  P10: {
    source: 'X',
    text: "Manifest trust is checked, not assumed: lints compare each tool's class with its MCP annotations, its name, its schema and its observed effects; a tool marked safe that is seen writing or sending is quarantined. Manifests are pinned by digest; a change needs re-approval.",
  },
  P11: {
    source: 'X',
    text: 'Argument-level rules on canonicalised values (paths resolved through symlinks and nearest existing ancestor, hosts in punycode/IP-normalised form, numbers, recipients).',
  },
  P12: {
    source: 'X',
    text: '`castellan why <call>` explains any verdict: every rule looked at, which decided, what would change it. `castellan policy test` runs the tests that ship with rules.',
  },
  P13: {
    source: 'X',
    text: 'Config is a versioned file with a published schema, hot-reloaded atomically; a bad file keeps the last good policy, says why, and never loosens anything. A corrupt state never means "open".',
  },
  P14: {
    source: 'X',
    text: 'Import Claude Code, Codex, OpenCode permission rules; report what could not be expressed.',
  },

  // G · Guardrails (three tiers)
  'G-C01': {
    source: 'O',
    text: 'No exfiltration: private data (secrets, credential files, data labelled private) to an external destination is blocked, or needs a human per transfer that names data and destination.',
  },
  'G-C02': {
    source: 'O',
    text: 'Destructive operations (recursive delete, history rewrite, drop/truncate, disk, cloud and cluster destruction, session deletion) need a human each time, in every mode; headless: denied.',
  },
  'G-C03': {
    source: 'O',
    text: 'External posts and mutations (mail, chat, issues, social, API writes) need a human per action.',
  },
  'G-C04': {
    source: 'O',
    text: "The agent may not change its own safety rules: Castellan's config, policy, hooks, manifests, ledger, binaries, service files, agent hook settings.",
  },
  'G-C05': {
    source: 'O',
    text: 'No bypass of authentication: reading tokens, editing auth settings, disabling hooks, `--dangerously-…` style flags.',
  },
  'G-C06': {
    source: 'O',
    text: 'No execution of untrusted code without a human: download-and-run, package install scripts, freshly written or unapproved scripts, unpinned `npx`/`uvx`.',
  },
  'G-C07': {
    source: 'O',
    text: 'Browser tools only to allowed hosts (default none); never from a credential page to another origin; action is recorded before it runs.',
  },
  'G-C08': {
    source: 'O',
    text: 'Localhost only for the agent API; an approval for one call, agent or session never counts for another.',
  },
  'G-S01': { source: 'O', text: 'Every tool call is decided before it runs, internal ones included.' },
  'G-S02': {
    source: 'O',
    text: 'No token, key or auth header in any log, error, notification, terminal title or recording.',
  },
  'G-S04': {
    source: 'O',
    text: 'No cloud model or cloud service without explicit opt-in; a clear error instead of a silent fallback.',
  },
  'G-S05': {
    source: 'O',
    text: "Safety context survives context compaction: constraints are re-injected at session start and after compaction where the agent's hooks allow it.",
  },
  'G-S06': {
    source: 'O',
    text: 'Agent loops end: exact per-turn and per-task budgets of calls, time, identical retries; pause, then stop, then tell the human.',
  },
  'G-S07': {
    source: 'O',
    text: 'Browser risk classes; high-risk actions (submit, download, upload, evaluate, credential fields) need a human; blocked origins beat allowed hosts.',
  },
  'G-S08': {
    source: 'O',
    text: 'One coordinator decides; conflicting pending requests are serialised; unanswered ones auto-deny.',
  },
  'G-G': {
    source: 'OT',
    text: "Guideline pack: minimal edits, ask before long-running commands, summarise intent, prefer reversible operations, and the rest of the seeds' lists.",
  },
  'G-U': { source: 'X', text: 'Users write rules in the same language as the shipped ones, with tests beside them.' },

  // H · Human approval
  H1: {
    source: 'T',
    text: 'A pending request shows agent, task, tool, full arguments (nothing elided without a way to see it), resolved effects, diff for writes, risk, rules that asked for it, and time left.',
  },
  H2: {
    source: 'TO',
    text: 'Approve or deny from the web UI, the phone, the CLI, the terminal UI, and chat channels; the waiting call resumes by itself within 100 ms of the answer.',
  },
  H3: {
    source: 'T',
    text: "Channels: web push to an installable page, ntfy, Telegram, Discord, Slack, e-mail, desktop, webhook. Each is opt-in, retried, recorded; a notification never contains a secret. Buttons use single-use signed links or the channel's own callbacks, never a bare GET that acts.",
  },
  H4: {
    source: 'O',
    text: `One timeout setting, default 120 s, silence is deny; optional "wait and remind" mode, which still ends before the agent's own hook timeout, as \`timed out\`. The agent is told \`denied\`, \`timed out\` or \`cancelled\` as different things, with what it may do next.`,
  },
  H5: {
    source: 'X',
    text: 'An approval is bound to the digest of agent, session, task, tool and canonical arguments; single use; expires. Changed arguments need a new approval; approved bytes are executed bytes.',
  },
  H6: { source: 'O', text: 'First answer wins; the second gets 409 with who decided and when.' },
  H7: {
    source: 'X',
    text: 'The approver may edit the arguments; both versions are recorded; the edited call is what runs.',
  },
  H8: {
    source: 'X',
    text: 'Grants of the right width: once, N uses, minutes, task, session, project, argument pattern; suggested from the call and history with what each would newly allow; all listed and revocable; none can cover Critical or Strict.',
  },
  H9: { source: 'X', text: 'Quorum and separation of duties, stand-in approver, escalation chain, quiet hours.' },
  H10: {
    source: 'T',
    text: 'One-sentence summary: a deterministic template by default; an optional local or chosen model may phrase it from redacted arguments. The model is called only for critical tools at `confirm`. It is display text, never an input to a decision, and is marked as machine-written.',
  },
  H11: {
    source: 'T',
    text: "`ask` uses the agent's native prompt where there is one; the web terminal (xterm over an authenticated WebSocket, real PTY) lets the user answer from the browser. Headless `ask` becomes `confirm`, never `allow`.",
  },
  H12: {
    source: 'X',
    text: 'Fatigue meter: prompts per hour, median decision time, blind-approve rate; suggestions that lower prompts at equal risk.',
  },
  H13: { source: 'X', text: "Approvals signed by the approver's passkey over the call digest and verifiable offline." },

  // K · Connecting agents
  K1: {
    source: 'T',
    text: 'Claude Code: PreToolUse/PostToolUse (and the other useful events) as deterministic command or HTTP hooks: exit 0 / exit 2 + reason; JSON verdicts; `ask` maps to the native prompt. Never `--dangerously-skip-permissions`; explicit `--allowedTools`.',
  },
  K2: {
    source: 'X',
    text: "Fail closed: daemon down, slow, restarted, wrong token, malformed reply, unknown session, oversized input: the tool does not run. The client answers before the host's own hook timeout.",
  },
  K3: {
    source: 'P',
    text: 'OpenCode: built-in tools off by config (`OPENCODE_CONFIG_CONTENT`), tools only through the gateway; plug-in for the rest.',
  },
  K4: {
    source: 'X',
    text: 'Codex: config, hooks/approval policy where supported, MCP gateway. Codex has no `ask`: it becomes `confirm`.',
  },
  K5: { source: 'X', text: 'Any MCP client: one gateway endpoint (stdio and Streamable HTTP).' },
  K6: {
    source: 'T',
    text: "`castellan connect <agent>` / `disconnect` edit the agent's config idempotently with a backup; `castellan verify <agent>` proves with harmless canary calls through the real agent that the boundary enforces; an alarm fires when hooks disappear.",
  },
  K7: {
    source: 'T',
    text: "`castellan run <agent>`: isolated config folder (`CLAUDE_CONFIG_DIR` and equivalents), filtered environment, optional other user, OS sandbox, egress allowlist. The agent's run touches nothing of the user's own agent folder (settings, history, credentials), shown by trace.",
  },
  K8: { source: 'X', text: 'Sub-agents and nested sessions are covered and attributed.' },

  // M · MCP gateway
  M1: {
    source: 'P',
    text: 'The agent reaches tools only through registered modules; everything else is absent from `tools/list` and refused in `tools/call`.',
  },
  M2: {
    source: 'X',
    text: 'stdio and Streamable HTTP, many upstreams behind one endpoint, namespaced tools, resources, prompts, progress, cancellation, logging, pagination, elicitation and sampling passed under policy; current and previous protocol revisions.',
  },
  M3: {
    source: 'X',
    text: 'Tool definitions are pinned by digest at approval; a changed, added or look-alike tool is quarantined until a human accepts the diff. Descriptions are scanned for injection patterns.',
  },
  M4: {
    source: 'X',
    text: 'Upstream servers run with an environment allowlist, optional OS sandbox, restart with back-off, health, and their own timeouts; a crash of one never blocks another.',
  },
  M5: { source: 'X', text: 'Results are redacted and size-capped before the agent sees them; structured content too.' },
  M6: { source: 'X', text: 'OAuth 2.1 to upstream HTTP servers; tokens kept in the vault.' },

  // S · Scripts (Starlark)
  S1: {
    source: 'P',
    text: 'Scripts are Starlark: no filesystem, no processes, no environment, no clock or randomness but through granted built-ins; no `load` outside approved scripts; deterministic.',
  },
  S2: {
    source: 'P',
    text: 'Header metadata (`@description @author @version @secrets @hosts @limits`); entry `main()` or `result`.',
  },
  S3: {
    source: 'P',
    text: 'Life cycle: proposed → pending → approved / rejected → disabled; a changed byte makes it pending again. SHA-256 of the exact bytes executed, together with its capabilities; an allowlist entry without a hash does not exist.',
  },
  S4: {
    source: 'P',
    text: 'Human review with source, diff against the last approved version, derived capabilities (secrets, hosts, tools), test run with recorded host calls; reject reason reaches the agent.',
  },
  S5: {
    source: 'P',
    text: 'Built-ins: http, json, time, format/strings, math, secrets (`get/list/has` restricted to declared names), tool calls through the gate. Each host call is bounded by declared hosts, size, time and count; SSRF filter incl. redirects and DNS.',
  },
  S6: {
    source: 'P',
    text: 'Limits enforced per script and per run: wall time, steps, memory (measured, and killed), output size, host calls, concurrency, daily quota. A hostile script never harms the daemon.',
  },
  S7: { source: 'P', text: 'Inline, unapproved code gets no secrets and no network.' },
  S8: { source: 'P', text: 'Results, errors, prints and logs are redacted.' },
  S9: {
    source: 'P',
    text: 'Schedules (cron) run approved scripts or agents through the same gates; missed and overlapping runs are defined.',
  },
  S10: { source: 'P', text: 'Version history with diff, restore, author and approver.' },

  // X · Secrets
  X1: {
    source: 'P',
    text: 'Vault: encrypted at rest (AEAD, key from OS keychain, passphrase, or a 0600 file outside the state folder, in that order), owner-only folder 0700, names validated, values never returned by any API, last use and users shown, rotation reminders, live reload.',
  },
  X2: {
    source: 'P',
    text: 'Redaction `[REDACTED:NAME]` of every known secret in every output that leaves to agent, log, notification, ledger, UI: raw, base64 (all offsets, url-safe), hex, URL- and JSON-escaped, split across chunks, in map keys, in nested encodings; longest match first; short secrets handled.',
  },
  X3: {
    source: 'X',
    text: 'Unknown secrets: detector for well-known token formats and high-entropy assignments with a measured false-positive rate.',
  },
  X4: {
    source: 'P',
    text: "The agent's environment is an allowlist: PATH, HOME, LANG, LC_*, TZ, TMPDIR, TERM, XDG_*, and the model provider's keys (or none of them, with the broker).",
  },
  X5: {
    source: 'X',
    text: 'Broker: the agent uses a local model endpoint and placeholder credentials; the real key is injected outside its reach, only towards declared hosts. Works with LMX/Ollama (OpenAI-compatible) and Anthropic-compatible servers; streaming.',
  },
  X6: { source: 'X', text: 'Canary secrets: planted, and a hit freezes the agent.' },

  // I · Isolation
  I1: {
    source: 'P',
    text: "Two users: a system user owns secrets, config, ledger and daemon; the agent runs under its own uid/gid with supplementary groups cleared, no-new-privileges and no inherited descriptors; shared group for the workspace. Modes: data 700, workspace 2750, memory 3770, config 600 (the seed's 750 and 770 plus setgid and sticky); project folders the user names get an ACL for the agent user. A test as that user proves it cannot read or signal what it must not.",
  },
  I2: {
    source: 'X',
    text: 'OS sandbox without root (bubblewrap+seccomp on Linux, Seatbelt on macOS) for agents, MCP servers and commands: filesystem write/deny lists, network by allowlisting proxy.',
  },
  I3: {
    source: 'P',
    text: "Container image: Castellan and the agent in separate containers, each non-root with its own user; a one-shot init step sets modes and ownership and is gone; both run read-only, all capabilities dropped, no-new-privileges, CPU/memory/pids limits; the agent reaches the gate by a Unix socket on a shared volume and nothing else; only N2's TLS listener is published, on the host's loopback. A single-container mode whose entrypoint sets modes and then drops privileges exists too. Built and run in a test with a real engine.",
  },
  I5: {
    source: 'P',
    text: 'Layers hold alone: each wall is attacked again with every wall above it switched off (gate forced to allow), and still holds.',
  },
  I6: {
    source: 'X',
    text: 'A change, process or connection the OS layer sees and no decided call explains alarms a person (coverage per platform stated).',
  },
  I4: {
    source: 'X',
    text: 'Egress proxy with host allowlist per agent, script and MCP server; SSRF-safe; every connection recorded.',
  },

  // L · The ledger (audit trail)
  L1: {
    source: 'T',
    text: 'Every call: tool, redacted parameters and their digest, verdict and who or what decided (auto-allowed, user-approved, user-denied, rule, timeout), outcome, times, agent, session, task, policy version. Attempts and outcomes are separate linked records.',
  },
  L2: {
    source: 'X',
    text: 'Tamper-evident: Merkle tree (RFC 6962 hashing), signed checkpoints (C2SP), inclusion and consistency proofs; edit, delete, reorder, truncate, fork are each detected. `castellan ledger verify` works offline on the files alone.',
  },
  L3: {
    source: 'X',
    text: 'Durable before effect: a decision is on disk before the tool may run; group commit; crash and disk-fault tests; an unrecordable action is refused.',
  },
  L4: { source: 'OP', text: "Outside the agent's reach; rotation and retention never break verification." },
  L5: {
    source: 'P',
    text: 'Login attempts, approvals, policy and secret changes, script runs, config changes and incidents are in the same ledger.',
  },
  L6: {
    source: 'X',
    text: 'Export: JSONL, CSV, OCSF/CEF, syslog, OpenTelemetry. Query by agent, task, tool, verdict, time, text.',
  },
  L7: { source: 'X', text: 'Witness cosigning and external anchoring.' },

  // D · Denial of service
  D1: {
    source: 'P',
    text: 'Rate limits on every API, per identity; bounded queues, bodies, connections; slow-loris and flood tests; agents cannot starve approvers.',
  },
  D2: { source: 'P', text: 'Quotas per agent, task, tool, script.' },
  D3: { source: 'X', text: 'Memory stays bounded under a million calls; a long soak shows no growth.' },

  // U · Undo
  U1: {
    source: 'T',
    text: 'File effects of hooks and gateway calls are journaled (before-images, content-addressed): `castellan undo <call|task>` restores, shows a diff first, refuses on conflicts, and is itself recorded.',
  },
  U2: { source: 'X', text: 'Compensating actions declared by modules; an unknown outcome is never blindly retried.' },

  // W · Web UI
  W1: {
    source: 'PT',
    text: 'Set-up, login, inbox (live), activity, sessions with web terminal, modules and levels, rules with tests, scripts with review, secrets, agents, settings, security checklist.',
  },
  W2: {
    source: 'X',
    text: 'Installable, works on a phone, keyboard-driven, dark and light, WCAG 2.2 AA, strict CSP, no external requests.',
  },
  W3: { source: 'X', text: 'Live: a new approval is on screen within 200 ms; reconnects and resumes without loss.' },

  // R · Running it
  R1: { source: 'X', text: 'A fresh machine: one command starts it, one passes the tests.' },
  R2: {
    source: 'P',
    text: "`castellan doctor`: the seeds' deployment and operation checklists as executable checks with fixes.",
  },
  R3: {
    source: 'P',
    text: "`castellan panic`: one action freezes agents, revokes credentials, denies pending, disables scripts; documented recovery, a runbook with the user's own escalation contacts. Backup and restore of config and state, tested. Secret rotation on schedule.",
  },
  R4: {
    source: 'T',
    text: 'Service install (systemd user unit, launchd), update path, SECURITY.md with a reporting policy, honest limitations page; docs pages Permissions, Guardrails (generated from the rules) and Privacy (what is stored where, how long, how to export and delete it, every possible outbound connection).',
  },
  R5: {
    source: 'P',
    text: "Health, metrics (Prometheus/OpenTelemetry), structured logs; alerts (login anomaly, ledger or disk fault, hooks missing, secret overdue, script long pending) through H3's channels.",
  },

  // F · Fleet
  F1: {
    source: 'X',
    text: 'Several daemons share one PostgreSQL (or a compatible distributed engine): policy, approvals, grants and audit heads; an approval given at one node releases a call waiting at another; a node that loses the database keeps denying, never opening.',
  },
} as const satisfies Readonly<Record<string, { readonly source: Source; readonly text: string }>>;

export type ClaimId = keyof typeof ROWS;

export interface Claim {
  readonly id: ClaimId;
  readonly source: Source;
  readonly text: string;
  readonly status: 'now' | 'later';
  readonly scope?: string;
}

export const isClaimId = (id: string): id is ClaimId => Object.hasOwn(ROWS, id);

const unknown = [...NOW, ...Object.keys(SCOPE)].filter((id) => !isClaimId(id));
if (unknown.length > 0) throw new RangeError(`no such claim: ${unknown.join(', ')}`);

export const CLAIMS: readonly Claim[] = Object.entries(ROWS).map(([id, row]) => ({
  id: id as ClaimId,
  ...row,
  status: NOW.includes(id) ? 'now' : 'later',
  ...(SCOPE[id] === undefined ? {} : { scope: SCOPE[id] }),
}));
