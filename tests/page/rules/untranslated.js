// Texts with letters that stand neither between ⟦ and ⟧ nor in what says that it is data.
() => {
  const bare = (text) => {
    for (let before; before !== text; ) { before = text; text = text.replace(/⟦[^⟦⟧]*⟧/g, " "); }
    return text;
  };
  const data = '[translate="no"], code, time, script, style, noscript';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (one.closest(data)) continue;
    const shown = one.closest("option") ? one.closest("select").checkVisibility() : one.checkVisibility();
    if (shown && /\p{L}/u.test(bare(walker.currentNode.data))) found.push(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-valuetext"])
    for (const one of document.body.querySelectorAll(`[${name}]`))
      if (!one.closest('[translate="no"]') && /\p{L}/u.test(bare(one.getAttribute(name))))
        found.push(`${name}=${one.getAttribute(name)}`);
  return [...new Set(found)];
}
