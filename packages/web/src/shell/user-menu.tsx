// Who is signed in, light or dark, sign out.
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, Monitor, Moon, Settings, Sun, UserRound } from 'lucide-react';
import { useConnection } from '../connection/context.tsx';
import { useMe } from '../connection/use-ask.ts';

const THEMES = [
  { value: 'auto', title: 'As the device says', icon: Monitor },
  { value: 'light', title: 'Light', icon: Sun },
  { value: 'dark', title: 'Dark', icon: Moon },
] as const;

export function UserMenu() {
  const { api, csrf } = useConnection();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useMe().data;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async (): Promise<void> => {
    await api.signOut();
    csrf.forget();
    queries.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu width={220}>
      <Menu.Target>
        <ActionIcon aria-label={`Account of ${me?.user.name ?? 'nobody'}`}>
          <UserRound size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me?.user.name} · {me?.user.role}
        </Menu.Label>
        <Menu.Item leftSection={<Settings size={16} aria-hidden />} onClick={() => void navigate({ to: '/settings' })}>
          Settings
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Look</Menu.Label>
        {THEMES.map(({ value, title, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            closeMenuOnClick={false}
            aria-current={colorScheme === value}
            onClick={() => setColorScheme(value)}
          >
            {title}
            {colorScheme === value ? ' ✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
