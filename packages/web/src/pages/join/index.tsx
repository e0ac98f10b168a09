// Being made: join.
export function Page() {
  return <p>join</p>;
}
