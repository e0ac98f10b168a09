// What may fail under Castellan, and what holds then. RULE: a row exists because a test shows it: `fault('id', ...)`.

interface Fault {
  readonly id: string;
  /** What happens. */
  readonly happens: string;
  /** What holds while it lasts. */
  readonly holds: string;
  /** What a person is told, and where. */
  readonly told: string;
  /** How it ends. */
  readonly after: string;
}

const REFUSED = 'every call is refused, and says why';

export const FAULTS = [
  {
    id: 'killed',
    happens: 'the daemon is killed (`kill -9`), or the machine loses power',
    holds: 'hooks refuse while it is gone; every record that was acknowledged is on the disk',
    told: 'connected agents read why; the ledger says which calls were interrupted',
    after: 'the next start goes on by itself; what nobody answered is refused, never run',
  },
  {
    id: 'stopped',
    happens: 'the daemon is told to stop while calls wait, or in the middle of its start',
    holds: 'each call that waits is answered as cancelled; nothing is left half-started',
    told: 'the agent reads that the daemon is stopping',
    after: '`castellan up`',
  },
  {
    id: 'leftovers',
    happens: 'files of a run that crashed lie in the state folder',
    holds: 'none of them keeps the next start from happening, and none is believed',
    told: 'nothing: it is no fault',
    after: 'they are taken away at the start',
  },
  {
    id: 'disk-nearly-full',
    happens: 'the disk of the state folder fills',
    holds: 'everything works still',
    told: 'the alarm `disk-low`, before it is full, and each day again',
    after: 'the alarm ends when there is room',
  },
  {
    id: 'disk-full',
    happens: 'the disk is full while the daemon runs',
    holds: REFUSED,
    told: 'the alarm `ledger-failed`; `/v1/ready` says `ledger`',
    after: 'it recovers by itself within seconds of there being room',
  },
  {
    id: 'disk-full-at-start',
    happens: 'the disk is full when the daemon starts',
    holds: 'it does not start, and changes nothing',
    told: 'one line that names the folder, and what to do; exit code 1',
    after: 'free some space, start again',
  },
  {
    id: 'people-on-full-disk',
    happens: 'an agent fills the disk so that nobody can be shut out',
    holds: 'whoever is disabled, made less or removed is that at once; what would give more is not given',
    told: 'whoever did it: that it was not written',
    after: 'once there is room, do it again so that it outlives a restart',
  },
  {
    id: 'ledger-unwritable',
    happens: 'the ledger cannot be written, for whatever reason',
    holds: REFUSED,
    told: 'the alarm `ledger-failed`; `/v1/ready` says `ledger`, `/v1/health` names the room',
    after: 'it recovers by itself when it can be written',
  },
  {
    id: 'read-only',
    happens: 'the state folder cannot be written: its mode, its owner, or a disk that is read-only',
    holds: 'the daemon does not start, and changes nothing',
    told: 'one line that names the folder, and what to do; exit code 1',
    after: 'make it writable, start again',
  },
  {
    id: 'ledger-torn',
    happens: 'a crash left the last write of the ledger half on the disk',
    holds: 'nothing that was acknowledged is lost; the half is taken away',
    told: 'the record of the start and the log say how many bytes',
    after: 'nothing is to be done; `castellan ledger verify` finds it whole',
  },
  {
    id: 'ledger-damaged',
    happens: 'bytes of the ledger were changed, or its key is gone',
    holds: 'the daemon does not start on it: it would sign what is not so',
    told: 'one line with what does not fit, and that the folder is evidence; exit code 1',
    after: 'keep it aside, verify it, restore a backup or begin anew',
  },
  {
    id: 'database-damaged',
    happens: '`castellan.db` is damaged, or of a version this program does not know',
    holds: 'the daemon does not start on it; the ledger is untouched',
    told: 'one line with what to do; exit code 1',
    after: 'restore it, or have it made again as far as the ledger knows',
  },
  {
    id: 'two-daemons',
    happens: 'a second daemon is started on the same state folder',
    holds: 'the second is turned away; the first notices nothing',
    told: 'the second says who is there; exit code 1',
    after: 'nothing is to be done',
  },
  {
    id: 'clock-jump',
    happens: 'the clock of the machine is set, forward or back, while the daemon runs or between two runs',
    holds: 'no grant lives longer, no question is cut short, nothing that was over comes back',
    told: 'the alarm `clock-jumped`',
    after: 'the alarm ends when the clock is right again, or after a day by the new time',
  },
  {
    id: 'slow-client',
    happens: 'clients send slowly, never end what they send, or stop reading',
    holds: 'everybody else is served; each has a bound of their own; nothing piles up in memory',
    told: 'whoever is too slow: the connection ends',
    after: 'nothing is to be done',
  },
  {
    id: 'too-large',
    happens: 'a head, a line or a message that is too large',
    holds: 'it is refused, and only that connection ends',
    told: 'whoever sent it',
    after: 'nothing is to be done',
  },
] as const satisfies readonly Fault[];
export type FaultId = (typeof FAULTS)[number]['id'];
