/** Find: what, when, where, for how much; and who has it. Without a wish: what this is. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { factsQuery } from "../../chain/facts";
import { Soft, Stack } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { parseAmount } from "../../words/speak";
import style from "./find.module.css";
import { Landing } from "./Landing";
import { lastPlace } from "./last_place";
import { Results } from "./Results";
import { WishForm } from "./WishForm";
import { type FindSearch, findSearch, type Place, queryOf } from "./wish";

export function FindPage() {
  const { say } = useWords();
  // the router gives what makes no sense in the address as well
  const wish = findSearch({ ...useSearch({ from: "/" }) });
  const { data: facts } = useQuery(factsQuery);
  const { service, lat, lng } = wish;
  /** Whether the member has looked on this visit: then the answer gets the focus. */
  const [looked, setLooked] = useState(false);
  const named: Place | null = lat !== undefined && lng !== undefined ? { lat, lng } : null;
  const place = named ?? facts?.demo?.near ?? lastPlace();
  const zone = facts?.demo?.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { token_symbol: currency = null, token_decimals: decimals = null } = facts?.chain ?? {};
  const budget = wish.budget && decimals !== null ? parseAmount(wish.budget, decimals) : null;
  const money = budget !== null && currency !== null ? { budget, currency } : null;
  return (
    <Stack gap="loose">
      <Stack gap="tight">
        <h1>{say("find.title")}</h1>
        <Soft>{say("find.lead")}</Soft>
      </Stack>
      <div className={service ? style.columns : undefined}>
        {facts && (
          <Wish wish={wish} zone={zone}>
            <WishForm
              key={JSON.stringify(wish)}
              wish={wish}
              place={place}
              zone={zone}
              currency={currency}
              decimals={decimals}
              onLook={() => setLooked(true)}
            />
          </Wish>
        )}
        {service && facts && (
          <Results
            query={place && queryOf({ ...wish, service }, place, money)}
            wish={{ ...wish, service }}
            zone={zone}
            focus={looked}
          />
        )}
      </div>
      {!service && facts && <Landing demo={facts.demo !== null} />}
    </Stack>
  );
}

/** The form; once there is a wish it can be folded away, and is so where there is little room. */
function Wish(props: { wish: FindSearch; zone: string; children: ReactNode }) {
  const { say, moment, day, time } = useWords();
  const { service, from, to } = props.wish;
  const [roomy] = useState(() => matchMedia("(min-width: 60rem)").matches);
  const end = (begin: number, at: number): string =>
    day(begin, props.zone) === day(at, props.zone) ? time(at, props.zone) : moment(at, props.zone);
  if (!service) return props.children;
  return (
    <details className={style.wish} open={roomy}>
      <summary>
        <span translate="no">{service}</span>
        {" · "}
        {from !== undefined && to !== undefined
          ? say("find.when.span", { from: moment(from, props.zone), to: end(from, to) })
          : say("find.when.any")}
        {" · "}
        {say("find.change")}
      </summary>
      {props.children}
    </details>
  );
}
