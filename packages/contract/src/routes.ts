// The local API as data: each route with the permission it needs. A handler cannot be mounted without an entry here, so
// no route can forget its check; the client and the reference docs are made from the same table.
import type { z } from 'zod';
import { ACCOUNT_ROUTES } from './routes-account.ts';
import { BACKUP_ROUTES } from './routes-backup.ts';
import { EVIDENCE_ROUTES } from './routes-evidence.ts';
import { GATE_ROUTES } from './routes-gate.ts';
import { HEALTH_ROUTES } from './routes-health.ts';
import { MODULE_ROUTES } from './routes-modules.ts';
import { OPERATION_ROUTES } from './routes-operation.ts';
import { SCREEN_ROUTES } from './routes-screen.ts';
import { SCRIPT_ROUTES } from './routes-scripts.ts';
import { UNDO_ROUTES } from './routes-undo.ts';

export const ROUTES = {
  ...GATE_ROUTES,
  ...HEALTH_ROUTES,
  ...EVIDENCE_ROUTES,
  ...ACCOUNT_ROUTES,
  ...SCREEN_ROUTES,
  ...MODULE_ROUTES,
  ...SCRIPT_ROUTES,
  ...BACKUP_ROUTES,
  ...OPERATION_ROUTES,
  ...UNDO_ROUTES,
} as const;
export type RouteName = keyof typeof ROUTES;

type SchemaOf<Name extends RouteName, Part extends string> = (typeof ROUTES)[Name] extends {
  readonly [Key in Part]: infer Schema;
}
  ? Schema
  : never;
type Output<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type Input<Schema, Otherwise> = Schema extends z.ZodType ? z.input<Schema> : Otherwise;

/** What a handler of a route is given. */
export type RouteBody<Name extends RouteName> = Output<SchemaOf<Name, 'body'>, unknown>;
export type RouteQuery<Name extends RouteName> = Output<SchemaOf<Name, 'query'>, unknown>;
/** What a handler of a route must answer. */
export type RouteResponse<Name extends RouteName> = [SchemaOf<Name, 'response'>] extends [never]
  ? unknown
  : Input<SchemaOf<Name, 'response'>, never>;
