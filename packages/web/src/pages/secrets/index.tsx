// Secrets: names, uses and ages; never values.
import { Empty } from '../../kit/empty.tsx';
import { PageFrame } from '../../kit/page-frame.tsx';

export function Page() {
  return (
    <PageFrame title="Secrets">
      <Empty title="The vault is empty" command="castellan secret add" />
    </PageFrame>
  );
}
