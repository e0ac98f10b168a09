// What is known of an incident, made of its records one after another. Pure: the ledger alone says it.
import type { Affected, Incident, IncidentStepRecord } from '@castellan/contract';

const NOTHING: Affected = { agents: [], scripts: [], schedules: [], tokens: [], people: [] };

/** Both, each once: what a second panic finds gone already was taken by the first. */
function joined(before: Affected, now: Affected): Affected {
  const once = <T>(all: readonly T[], key: (each: T) => string): T[] => [
    ...new Map(all.map((each) => [key(each), each])).values(),
  ];
  return {
    agents: once([...before.agents, ...now.agents], ({ id }) => id),
    scripts: once([...before.scripts, ...now.scripts], ({ script }) => script),
    schedules: once([...before.schedules, ...now.schedules], ({ id }) => id),
    tokens: [...new Set([...before.tokens, ...now.tokens])],
    people: [...new Set([...before.people, ...now.people])],
  };
}

const fresh = ({ incident, at, by, text, cause }: IncidentStepRecord): Incident => ({
  id: incident,
  cause: cause ?? 'person',
  text,
  openedAt: at,
  openedBy: by,
  closedAt: null,
  closedBy: null,
  declared: 0,
  did: [],
  affected: NOTHING,
  recovered: [],
  notes: [],
});

/** Undefined: it is of an incident whose beginning is not known. */
export function folded(before: Incident | undefined, record: IncidentStepRecord): Incident | undefined {
  const { change, at, by, text, step, did, affected } = record;
  switch (change) {
    case 'opened':
      return before ?? fresh(record);
    case 'declared': {
      const incident = before ?? fresh(record);
      // Whoever declares it again takes every step back that led out of it.
      return { ...incident, declared: incident.declared + 1, did: [], recovered: [] };
    }
    case 'stopped':
      return before && { ...before, did: did ?? [], affected: joined(before.affected, affected ?? NOTHING) };
    case 'recovered':
      return before && step && { ...before, recovered: [...before.recovered, { step, at, by, text }] };
    case 'note':
      return before && { ...before, notes: [...before.notes, { at, by, text }] };
    case 'closed':
      return before && { ...before, closedAt: at, closedBy: by };
  }
}
