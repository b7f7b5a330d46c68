export function FindPage() { return <h1>FindPage</h1>; }
