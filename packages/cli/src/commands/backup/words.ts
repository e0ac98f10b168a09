// How a copy is told.
import type { CopyAbout } from '@castellan/contract';

export const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function sizeText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KiB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}

export function vaultText(vault: CopyAbout['vault']): string {
  switch (vault) {
    case 'none':
      return 'vault: there is none';
    case 'passphrase':
      return 'vault: sealed anew, by the same passphrase';
    case 'as-is':
      return 'vault: as it is, locked; it needs its own key, which is not in the copy';
  }
}
