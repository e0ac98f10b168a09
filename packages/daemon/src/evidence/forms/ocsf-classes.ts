// Which class of OCSF a kind of record is, and the members that only that class has.
import { isIP } from 'node:net';
import type { LedgerRecord } from '@castellan/contract';
import type { Fields } from './fields.ts';

export interface ClassEvent {
  readonly category: number;
  readonly uid: number;
  readonly activity: number;
  readonly members: Readonly<Record<string, unknown>>;
}

const OTHER = 99;
const NAME = { name: 'Castellan' } as const;
type Numbers = Readonly<Record<string, number>>;

/** Logon, logoff, or something else about one. */
const SIGN_IN: Numbers = {
  succeeded: 1,
  failed: 1,
  'held-off': 1,
  'factor-asked': 6,
  'factor-failed': 1,
  'signed-out': 2,
  revoked: 2,
  expired: 2,
};
const ACCOUNT: Numbers = {
  created: 1,
  invited: 1,
  joined: 2,
  enabled: 2,
  disabled: 5,
  removed: 6,
  password: 3,
  'factor-added': 10,
  'factor-removed': 11,
  role: 7,
};
const ENTITY: Numbers = {
  created: 1,
  added: 1,
  made: 1,
  proposed: 1,
  connected: 6,
  disconnected: 7,
  removed: 4,
  revoked: 4,
  ended: 11,
  frozen: 12,
  paused: 12,
  thawed: 13,
  resumed: 13,
  loaded: 10,
  approved: 8,
  accepted: 8,
  started: 10,
  stopped: 11,
  disabled: 9,
  quarantined: 9,
  used: 2,
};
const CONNECTION: Numbers = { closed: 6, cut: 3, failed: 4, refused: 5 };
/** Of the effect that weighs most: create, read, update, delete. */
const EFFECT: Numbers = { delete: 4, write: 3, send: 1, 'change-safety': 3, escalate: 3, spend: 1, read: 2 };

function activityOf(record: Extract<LedgerRecord, { kind: 'attempt' }>): number {
  const kinds = new Set<string>(record.effects.map(({ kind }) => kind));
  const [, activity] = Object.entries(EFFECT).find(([kind]) => kinds.has(kind)) ?? [];
  return activity ?? OTHER;
}

/** Who acted. An agent is a program; a person is a user. */
function actorOf({ who, agent, session }: Fields): Readonly<Record<string, unknown>> {
  const user = who.startsWith('person:') ? { user: { name: who.slice('person:'.length), type_id: 1 } } : {};
  const app =
    agent === '' ? { app_name: who === '' ? 'castellan' : who } : { app_uid: agent, app_name: `agent:${agent}` };
  return { ...app, ...user, ...(session === '' ? {} : { session: { uid: session } }) };
}

const HERE = { name: 'localhost' } as const;
/** Where a person came from is not always an address: the Unix socket is none. */
const placeOf = (address: string) => (isIP(address) === 0 ? { name: address || HERE.name } : { ip: address });

function apiEvent(record: LedgerRecord, fields: Fields): ClassEvent {
  const { call, module, tool, effects } = fields;
  const operation = tool === '' ? `${record.kind}.${fields.what}` : `${module}/${tool}`;
  const members = {
    actor: actorOf(fields),
    api: {
      operation,
      service: { name: module === '' ? 'castellan' : module },
      ...(call === '' ? {} : { request: { uid: call } }),
      ...(record.kind === 'outcome' || record.kind === 'model'
        ? { response: { message: fields.what, ...(record.kind === 'model' && { code: record.status }) } }
        : {}),
    },
    src_endpoint: HERE,
    ...(effects.length === 0 ? {} : { resources: effects.map((name) => ({ name })) }),
  };
  return { category: 6, uid: 6003, activity: record.kind === 'attempt' ? activityOf(record) : OTHER, members };
}

function entityEvent(type: string, name: string, fields: Fields): ClassEvent {
  const entity = { name: name === '' ? type : name, type, type_id: OTHER };
  const members = { actor: actorOf(fields), entity, ...(fields.text === '' ? {} : { comment: fields.text }) };
  return { category: 3, uid: 3004, activity: ENTITY[fields.what] ?? OTHER, members };
}

/** Of a kind that is not named here: what every product can say, an activity of its API. */
export function classEvent(record: LedgerRecord, fields: Fields): ClassEvent {
  switch (record.kind) {
    case 'sign-in':
      return {
        category: 3,
        uid: 3002,
        activity: SIGN_IN[record.change] ?? OTHER,
        members: {
          user: { name: record.who, type_id: 1 },
          service: NAME,
          src_endpoint: { ...placeOf(record.address), ...(record.client !== '' && { svc_name: record.client }) },
          is_mfa: record.factor !== 'none',
        },
      };
    case 'person':
      return {
        category: 3,
        uid: 3001,
        activity: ACCOUNT[record.change] ?? OTHER,
        members: { user: { name: record.who, type_id: 1 }, actor: actorOf(fields) },
      };
    case 'alarm':
      return {
        category: 2,
        uid: 2004,
        activity: record.alarm.endedAt === null ? 1 : 3,
        members: {
          finding_info: {
            uid: record.alarm.id,
            title: record.alarm.kind,
            desc: record.alarm.text,
            created_time: record.alarm.since,
            ...(record.alarm.endedAt === null ? {} : { modified_time: record.alarm.endedAt }),
          },
          status_id: record.alarm.endedAt === null ? 1 : 4,
        },
      };
    case 'incident':
      return {
        category: 2,
        uid: 2004,
        activity: 1,
        members: {
          finding_info: {
            uid: `incident:${record.at}`,
            title: fields.what,
            desc: fields.text,
            created_time: record.at,
          },
          status_id: 1,
        },
      };
    case 'connection':
      return {
        category: 4,
        uid: 4001,
        activity: CONNECTION[record.outcome] ?? OTHER,
        members: {
          src_endpoint: HERE,
          dst_endpoint: {
            hostname: record.host,
            port: record.port,
            ...(record.address !== undefined && isIP(record.address) !== 0 && { ip: record.address }),
          },
          traffic: { bytes_out: record.sentBytes, bytes_in: record.receivedBytes },
        },
      };
    case 'daemon':
      return {
        category: 6,
        uid: 6002,
        activity: record.change === 'started' ? 3 : 4,
        members: { app: { ...NAME, vendor_name: 'Castellan', version: record.version } },
      };
    case 'secret':
    case 'vault':
    case 'grant':
    case 'policy':
    case 'agent':
    case 'module':
    case 'script':
    case 'schedule':
      return entityEvent(record.kind, fields.object || fields.module || fields.agent, fields);
    default:
      return apiEvent(record, fields);
  }
}
