// Serious and critical findings of axe, one line each.
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(({impact}) => impact === "serious" || impact === "critical")
  .flatMap(({id, help, nodes}) =>
    nodes.map(({target, failureSummary}) => `${id}: ${help} at ${target.join(" ")}: ${failureSummary}`))
