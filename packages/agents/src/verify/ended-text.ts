// One line of what a canary's run showed, for whoever asks why a check failed.
import type { RunEnd } from './bench.ts';

export function endedText({ code, stdout, stderr }: RunEnd): string {
  const line = (text: string): string => text.trim().split('\n').slice(-3).join(' ').slice(0, 300);
  return `exit code ${code}: ${line(stdout) || line(stderr) || 'no output'}`;
}
