import type { Definition, Finding } from '@castellan/contract';
export function scan(_definition: Definition): readonly Finding[] {
  throw new Error('being written');
}
export function scanInstructions(_text: string): readonly Finding[] {
  throw new Error('being written');
}
