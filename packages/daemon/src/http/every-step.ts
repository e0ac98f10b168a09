// Steps that each must be taken, whatever becomes of the others. RULE: keeping somebody out does not stop at a disk that is full.

/** @throws what failed first, once all were taken. */
export async function everyStep(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps)
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}
