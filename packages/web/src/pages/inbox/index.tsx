// Being made: inbox.
export function Page() {
  return <p>inbox</p>;
}
