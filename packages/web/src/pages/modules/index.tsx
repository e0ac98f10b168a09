// Modules: tools and their levels.
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';

export function Page() {
  return (
    <PageFrame title="Modules">
      <Empty title="No module is known" command="castellan status" />
    </PageFrame>
  );
}
