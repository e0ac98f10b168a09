// Terminals: sessions that can be watched.
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';

export function Page() {
  return (
    <PageFrame title="Terminals">
      <Empty title="No terminal is open" command="castellan run claude" />
    </PageFrame>
  );
}
