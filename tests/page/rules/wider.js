// What reaches beyond the right edge and cannot be scrolled inside something that does not.
() => [...document.querySelectorAll("body, body *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => {
    for (let at = one.parentElement; at; at = at.parentElement)
      if (at !== document.documentElement && ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)
        && at.getBoundingClientRect().right <= innerWidth + 1) return false;
    return true;
  })
  .map((one) => one.outerHTML.slice(0, 160))
