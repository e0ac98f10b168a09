// Light, dark, or as the device says; kept in this browser.
import { useMantineColorScheme } from '@mantine/core';
import { Choice } from '../../kit/choice.tsx';
import kit from '../../kit/rows.module.css';

const CHOICES = [
  { value: 'auto', label: 'As this device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={kit.form}>
      <Choice
        label="Theme"
        value={colorScheme}
        options={CHOICES}
        onChange={(value) => setColorScheme(CHOICES.find((each) => each.value === value)?.value ?? 'auto')}
      />
      <p className={kit.note}>Movement is left out where your device asks for that.</p>
    </div>
  );
}
