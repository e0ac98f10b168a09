// Settings: accounts, people, notifications.
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';

export function Page() {
  return (
    <PageFrame title="Settings">
      <Empty title="Nothing to set here yet" command="castellan status" />
    </PageFrame>
  );
}
