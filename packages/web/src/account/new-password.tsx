// A password that is being chosen, with the rule beside it as it is met.
import { PasswordInput } from '@mantine/core';
import { Check, Circle } from 'lucide-react';
import { useId } from 'react';
import css from './new-password.module.css';
import { passwordLines } from './password-rule.ts';

export function NewPassword({
  name,
  value,
  label = 'Password',
  onChange,
}: {
  /** Of the account: a password must be more than that. */
  readonly name: string;
  readonly value: string;
  readonly label?: string;
  readonly onChange: (value: string) => void;
}) {
  const rule = useId();
  return (
    <div className={css.field}>
      <PasswordInput
        label={label}
        value={value}
        required
        autoComplete="new-password"
        aria-describedby={rule}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <ul id={rule} className={css.rule}>
        {passwordLines(value, name).map(({ text, met }) => (
          <li key={text} data-met={met || undefined}>
            {met ? <Check size={14} aria-hidden /> : <Circle size={14} aria-hidden />}
            <span>
              {text}
              <span className="sr-only">{met ? ': met' : ': not met yet'}</span>
            </span>
          </li>
        ))}
        <li>
          <Circle size={14} aria-hidden className={css.unknown} />
          <span>not one that many people have: four or five unrelated words are good</span>
        </li>
      </ul>
    </div>
  );
}
