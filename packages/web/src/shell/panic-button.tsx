// Panic: opens the dialog that says what it does.
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Siren } from 'lucide-react';
import { useMay } from '../connection/use-ask.ts';
import { pressPanic } from './panic-event.ts';

export function PanicButton({ small = false }: { readonly small?: boolean }) {
  if (!useMay('panic:declare')) return null;
  return small ? (
    <ActionIcon aria-label="Panic: stop everything" onClick={pressPanic}>
      <Siren size={20} aria-hidden />
    </ActionIcon>
  ) : (
    <Tooltip label="Stop everything: agents, credentials, sign-ins, scripts (P P)" position="right">
      <Button fullWidth onClick={pressPanic} leftSection={<Siren size={16} aria-hidden />}>
        Panic
      </Button>
    </Tooltip>
  );
}
