// Every file that may open a connection out of this process, with where to, when, and what leaves. The law on effects takes its
// holders from here: a connection that stands in no row fails it, and so the Privacy page cannot forget one.

export interface Door {
  /** Files that hold it. */
  readonly file: RegExp;
  /** Where to. */
  readonly to: string;
  /** When, and who said so. */
  readonly when: string;
  /** What leaves, and what takes secrets out of it. */
  readonly what: string;
  /** Whether it leaves this machine, or only ever ends at the daemon here. */
  readonly leaves: boolean;
}

const LOCAL = 'this machine: the daemon';

export const DOORS: readonly Door[] = [
  {
    file: /^packages\/gateway\/src\/model\/connect\.ts$/,
    to: 'model servers of `models` in config.yaml',
    when: 'an agent, or the summary of a card, asks for a model that you configured',
    what: 'the request of the agent, with the real key in place of its placeholder',
    leaves: true,
  },
  {
    file: /^packages\/gateway\/src\/mcp\/upstream\/http-wire\.ts$/,
    to: 'the address of an MCP server that you added, and where it signs in',
    when: 'an agent uses it, or you add or accept it',
    what: 'calls that were let through, with the token of its sign-in',
    leaves: true,
  },
  {
    file: /^packages\/gateway\/src\/egress\/wire\.ts$/,
    to: 'hosts that an approved script declares',
    when: 'it runs and asks for them',
    what: 'its request; a secret only towards hosts that its owner named',
    leaves: true,
  },
  {
    file: /^packages\/gateway\/src\/egress\/tunnel\/(dial|names|plain)\.ts$/,
    to: 'hosts that are listed, or that you answered for, and the name server of this machine',
    when: 'a confined program connects to them',
    what: 'what that program sends; nothing of ours',
    leaves: true,
  },
  {
    file: /^packages\/daemon\/src\/notify\/send-(http|mail)\.ts$/,
    to: 'channels of `notify`, OTLP collectors of `forward`, and the one of `metrics.otlp`, in config.yaml',
    when: 'you are to be told of something, or try one; something is recorded, while a collector is configured',
    what: 'a short text without secrets, and a link that opens and does not answer; records, looked through twice for secrets; counts and times',
    leaves: true,
  },
  {
    file: /^packages\/daemon\/src\/evidence\/forward\/syslog-wire\.ts$/,
    to: 'collectors of `forward` in config.yaml that are spoken to by syslog; OTLP goes by the file of the notifications',
    when: 'something is recorded, while one is configured',
    what: 'records of the ledger, looked through twice for secrets',
    leaves: true,
  },
  {
    file: /^packages\/client\/src\/socket-transport\.ts$/,
    to: LOCAL,
    when: 'a command is typed',
    what: 'the command',
    leaves: false,
  },
  {
    file: /^packages\/agents\/bin\/castellan-hook\.mjs$/,
    to: LOCAL,
    when: 'an agent attempts a call',
    what: 'the call',
    leaves: false,
  },
  {
    file: /^packages\/agents\/bin\/opencode-plugin\/daemon\.mjs$/,
    to: LOCAL,
    when: 'OpenCode attempts a call',
    what: 'the call',
    leaves: false,
  },
  {
    file: /^packages\/web\/src\/connection\/(fetch-transport|web-socket)\.ts$/,
    to: `${LOCAL}, from the page that it served`,
    when: 'a page is open',
    what: 'what you look at and answer',
    leaves: false,
  },
  {
    file: /^packages\/agents\/src\/terminal\/host-link\.ts$/,
    to: LOCAL,
    when: 'a session runs in a terminal that can be watched',
    what: 'its screen',
    leaves: false,
  },
  {
    file: /^packages\/agents\/src\/mcp-link\/link\.ts$/,
    to: LOCAL,
    when: 'an MCP client runs',
    what: 'its calls',
    leaves: false,
  },
];
