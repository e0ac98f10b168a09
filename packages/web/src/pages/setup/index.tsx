// Being made: setup.
export function Page() {
  return <p>setup</p>;
}
