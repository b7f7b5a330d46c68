// Numbers every stop of the Tab key and answers them: each radio group is one, and what is hidden or disabled is none.
() => {
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter((one) => shown(one) && !one.disabled && one.tabIndex >= 0 && !one.closest("[inert], [aria-hidden=true]"));
  const named = (one) => one.type === "radio" && one.name ? `radio ${one.name}` : null;
  const stops = new Map();
  for (const one of all) {
    const key = named(one) ?? one;
    if (!stops.has(key)) stops.set(key, stops.size);
    one.allmendeStop = stops.get(key);
  }
  document.activeElement?.blur();
  return [...stops.keys()].map((key) => typeof key === "string" ? key : key.outerHTML.slice(0, 160));
}
