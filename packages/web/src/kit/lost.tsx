// An address that leads nowhere. It stands outside of the shell, so it brings its own landmark.
import { Link } from '@tanstack/react-router';
import { Empty } from './empty.tsx';
import { PageFrame } from './page-frame.tsx';

export function Lost() {
  return (
    <main>
      <PageFrame title="No such page">
        <Empty title="Nothing is at this address">
          <p>
            The link may be older than this version. <Link to="/">Go to the inbox</Link>.
          </p>
        </Empty>
      </PageFrame>
    </main>
  );
}
