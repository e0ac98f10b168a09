// A button that changes something. RULE: whoever may not sees no button, because a dead one says nothing.
import type { Permission } from '@castellan/contract';
import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMay } from '../connection/use-ask.ts';

export interface ActProps extends Pick<ButtonProps, 'variant' | 'size' | 'leftSection'> {
  readonly needs: Permission;
  readonly onClick?: () => void;
  readonly pending?: boolean;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  /** What it is about, where the word alone does not say: read out, not shown. */
  readonly about?: string;
  readonly children: ReactNode;
}

export function Act({
  needs,
  onClick,
  pending = false,
  disabled = false,
  submit = false,
  about,
  children,
  ...look
}: ActProps) {
  if (!useMay(needs)) return null;
  return (
    <Button
      {...look}
      type={submit ? 'submit' : 'button'}
      {...(onClick === undefined ? {} : { onClick })}
      loading={pending}
      disabled={disabled}
    >
      {children}
      {about === undefined ? null : <span className="sr-only"> {about}</span>}
    </Button>
  );
}
