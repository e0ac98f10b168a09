// A server put behind the gate as a person does it, over the API: what `castellan modules add` does.
import type { McpStart, ModulePlan, ModuleSandbox, ModuleSummary } from '@castellan/contract';
import type { HttpResponse } from '@castellan/testkit';
import type { World } from './world.ts';

export const plan = (
  it: World,
  name: string,
  start: McpStart,
  look = true,
  sandbox?: Partial<ModuleSandbox>,
): Promise<HttpResponse> =>
  it.daemon.request('POST', '/v1/modules/plan', {
    body: { name, start, look, ...(sandbox !== undefined && { sandbox }) },
  });

/** Planned, looked at, added. @throws Error where one of them is refused. */
export async function add(
  it: World,
  name: string,
  start: McpStart,
  safe: readonly string[] = [],
  sandbox?: Partial<ModuleSandbox>,
): Promise<{ readonly plan: ModulePlan; readonly module: ModuleSummary }> {
  const planned = await plan(it, name, start, true, sandbox);
  if (planned.status !== 200) throw new Error(`plan: ${planned.status} ${planned.text}`);
  const seen = planned.json() as ModulePlan;
  const added = await it.daemon.request('POST', '/v1/modules', { body: { plan: seen.id, safe } });
  if (added.status !== 200) throw new Error(`add: ${added.status} ${added.text}`);
  return { plan: seen, module: added.json() as ModuleSummary };
}
