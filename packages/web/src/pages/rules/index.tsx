// Rules: what decides.
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';

export function Page() {
  return (
    <PageFrame title="Rules">
      <Empty title="No rule is in force" command="castellan policy test" />
    </PageFrame>
  );
}
