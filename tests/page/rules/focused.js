// Where the focus is, and whether anything shows it.
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const drawn = (one) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(one);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  // a control too small to see shows the focus on its label
  const rect = at.getBoundingClientRect();
  const seen = rect.width > 2 && rect.height > 2 ? [at] : [...(at.labels ?? []), at.parentElement];
  return {stop: at.allmendeStop ?? null, drawn: seen.some(drawn), html: at.outerHTML.slice(0, 160)};
}
