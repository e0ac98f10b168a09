// Routes for a bad day: panic, the way back, incidents and what happened.
import {
  incidentListSchema,
  incidentNoteSchema,
  incidentOpenSchema,
  incidentReportResponseSchema,
  incidentSchema,
  panicRequestSchema,
  panicViewSchema,
  recoverRequestSchema,
  recoveryViewSchema,
} from './incident.ts';
import type { Route } from './route.ts';

export const OPERATION_ROUTES = {
  panic: {
    method: 'POST',
    path: '/v1/panic',
    permission: 'panic:declare',
    summary: 'stop everything at once: calls, credentials, sign-ins, scripts, schedules; answers with what it did',
    body: panicRequestSchema,
    response: panicViewSchema,
  },
  recovery: {
    method: 'GET',
    path: '/v1/recover',
    permission: 'incidents:read',
    summary: 'the steps that lead back from a panic, and which are done',
    response: recoveryViewSchema,
  },
  recover: {
    method: 'POST',
    path: '/v1/recover/:step',
    permission: 'panic:end',
    summary: 'take one step of the way back; `close` ends the panic',
    body: recoverRequestSchema,
    response: recoveryViewSchema,
  },
  incidents: {
    method: 'GET',
    path: '/v1/incidents',
    permission: 'incidents:read',
    summary: 'incidents, newest first',
    response: incidentListSchema,
  },
  openIncident: {
    method: 'POST',
    path: '/v1/incidents',
    permission: 'incidents:write',
    summary: 'open an incident, about an alarm or by itself; stops nothing',
    body: incidentOpenSchema,
    response: incidentSchema,
  },
  incident: {
    method: 'GET',
    path: '/v1/incidents/:id',
    permission: 'incidents:read',
    summary: 'one incident',
    response: incidentSchema,
  },
  incidentReport: {
    method: 'GET',
    path: '/v1/incidents/:id/report',
    permission: 'incidents:read',
    summary: 'what happened, out of the ledger: calls, approvals, secrets, hosts, files; as data and as Markdown',
    response: incidentReportResponseSchema,
  },
  noteIncident: {
    method: 'POST',
    path: '/v1/incidents/:id/notes',
    permission: 'incidents:write',
    summary: 'write something down beside an incident',
    body: incidentNoteSchema,
    response: incidentSchema,
  },
  closeIncident: {
    method: 'POST',
    path: '/v1/incidents/:id/close',
    permission: 'incidents:write',
    summary: 'end an incident in which no panic is in force',
    body: incidentNoteSchema,
    response: incidentSchema,
  },
} as const satisfies Record<string, Route>;
