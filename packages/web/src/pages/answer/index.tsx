// Being made: answer.
export function Page() {
  return <p>answer</p>;
}
