// The bar below a phone's page: the four near pages, and the rest behind `More`.
import { Menu } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { PAGES } from '../app/pages.ts';
import { useWaitingCount } from '../connection/use-waiting.ts';
import css from './bottom-bar.module.css';

export function BottomBar() {
  const waiting = useWaitingCount();
  const navigate = useNavigate();
  return (
    <nav className={css.bar} aria-label="Pages">
      {PAGES.filter(({ near }) => near).map(({ path, title, icon: Icon }) => (
        <Link key={path} to={path} className={css.entry} activeOptions={{ exact: path === '/', includeSearch: false }}>
          <span className={css.icon}>
            <Icon size={20} aria-hidden />
            {path === '/' && waiting > 0 ? (
              <span className={css.count}>
                {waiting > 99 ? '99+' : waiting}
                <span className="sr-only"> waiting: </span>
              </span>
            ) : null}
          </span>
          {title}
        </Link>
      ))}
      <Menu position="top-end">
        <Menu.Target>
          <button type="button" className={css.entry}>
            <Ellipsis size={20} aria-hidden />
            More
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {PAGES.filter(({ near }) => !near).map(({ path, title, icon: Icon }) => (
            <Menu.Item
              key={path}
              leftSection={<Icon size={18} aria-hidden />}
              onClick={() => void navigate({ to: path })}
            >
              {title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
