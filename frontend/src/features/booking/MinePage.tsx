export function MinePage() { return <h1>MinePage</h1>; }
