// What the kernel counts for us on this machine: found out by making a group of control and taking it away again.
import { Group } from './group.ts';
import { limitsHere } from './here.ts';
import { CONTROLLERS, type Controller } from './places.ts';

let known: Promise<readonly Controller[]> | null = null;

async function tried(): Promise<readonly Controller[]> {
  const group = Group.make(limitsHere());
  const held = CONTROLLERS.filter((controller) => group?.holds(controller) === true);
  await group?.end();
  return held;
}

/** Which of processes (`pids`), memory and processor time (`cpu`) the kernel limits for a program of ours: tried once a process. */
export function countedHere(): Promise<readonly Controller[]> {
  known ??= tried();
  return known;
}
