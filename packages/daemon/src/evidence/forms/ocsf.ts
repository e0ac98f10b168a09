// OCSF 1.7.0: one event a record, of the class that fits its kind. What has no place in the class stands in `unmapped`, so that
// nothing of a record is lost; `raw_data_hash` is the leaf of the ledger.

import type { Evidence } from './evidence.ts';
import { type Fields, fieldsOf, type Severity } from './fields.ts';
import { jsonOnOneLine } from './json-line.ts';
import { type ClassEvent, classEvent } from './ocsf-classes.ts';

export const OCSF_VERSION = '1.7.0';

const SEVERITY: Readonly<Record<Severity, readonly [id: number, caption: string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
const STATUS: Readonly<Record<Fields['status'], readonly [id: number, caption: string]>> = {
  success: [1, 'Success'],
  failure: [2, 'Failure'],
  unknown: [0, 'Unknown'],
};

/** What a control did to what was attempted: only of the class that knows of attempts. */
function dispositionOf(verdict: string): Readonly<Record<string, unknown>> {
  switch (verdict) {
    case 'allow':
      return { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' };
    case 'deny':
      return { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };
    case 'ask':
    case 'confirm':
      return { action_id: 4, action: 'Modified', disposition_id: 14, disposition: 'Delayed' };
    default:
      return {};
  }
}

const SHA_256 = 3;

export function ocsfEvent({ index, leaf, record }: Evidence, version: string): Readonly<Record<string, unknown>> {
  const fields = fieldsOf(record);
  const { category, uid, activity, members }: ClassEvent = classEvent(record, fields);
  const disposition = dispositionOf(fields.verdict);
  const profiles = Object.keys(disposition).length === 0 ? {} : { profiles: ['security_control'] };
  const [severity, severityName] = SEVERITY[fields.severity];
  const [status, statusName] = STATUS[fields.status];
  return {
    activity_id: activity,
    category_uid: category,
    class_uid: uid,
    type_uid: uid * 100 + activity,
    time: record.at,
    severity_id: severity,
    severity: severityName,
    // The status of a finding is where it stands, not whether something worked.
    ...(category === 2 ? {} : { status_id: status, status: statusName }),
    message: fields.text,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Castellan', vendor_name: 'Castellan', version },
      uid: `${index}`,
      sequence: index,
      event_code: `${record.kind}:${fields.what}`,
      ...(fields.call === '' ? {} : { correlation_uid: fields.call }),
      ...profiles,
    },
    raw_data_hash: { algorithm_id: SHA_256, algorithm: 'SHA-256', value: leaf },
    ...disposition,
    ...members,
    unmapped: { ...(fields.decider === '' ? {} : { decider: fields.decider }), record },
  };
}

export const ocsfLine = (evidence: Evidence, version: string): string => jsonOnOneLine(ocsfEvent(evidence, version));
