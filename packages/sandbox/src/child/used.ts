// What a program has used, as the parent is told: whole numbers. What was asked for and refused is counted too, and may be beyond all bounds.
import type { Used } from '@castellan/starlark';

export function wholeUsed({ steps, memoryBytes, outputBytes }: Used): Used {
  return { steps: whole(steps), memoryBytes: whole(memoryBytes), outputBytes: whole(outputBytes) };
}

const whole = (amount: number): number => (amount >= 0 ? Math.min(Math.ceil(amount), Number.MAX_SAFE_INTEGER) : 0);
