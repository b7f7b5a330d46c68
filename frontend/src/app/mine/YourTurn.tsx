/** What waits for this member: requests to answer, grants to pay, deals to move on. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { chainNow } from "../../api/freshness";
import type { Who } from "../../chain/who";
import type { BookingRequest } from "../../features/booking/queries";
import { Countdown } from "../../ui/Amounts";
import { Card, Soft } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { DealItem, RequestFacts, ThingName } from "./Items";
import style from "./mine.module.css";
import { itemsOf } from "./Pages";
import { Pending } from "./Pending";
import { dealsPages, requestsPages } from "./queries";
import { turnsOf, unpaid } from "./turns";

export function YourTurn({ me }: { me: Who }) {
  const { say } = useWords();
  const pending = useInfiniteQuery(requestsPages({ owner: me.address, state: "pending" }));
  const granted = useInfiniteQuery(requestsPages({ requester: me.address, state: "granted" }));
  const open = useInfiniteQuery(dealsPages(me.address, true));
  const all = useInfiniteQuery(dealsPages(me.address, false));

  const turns = turnsOf([...itemsOf(open), ...itemsOf(all)], me.address);
  const toPay = all.data ? unpaid(itemsOf(granted), itemsOf(all), chainNow()) : [];
  const known = pending.data && granted.data && all.data && open.data;
  const nothing = known && itemsOf(pending).length + turns.length + toPay.length === 0;
  return (
    <Card label={say("mine.turn")}>
      <h2>{say("mine.turn")}</h2>
      {nothing && <p>{say("mine.turn.none")}</p>}
      <Pending me={me} />
      {toPay.length > 0 && (
        <>
          <h3>{say("mine.pay")}</h3>
          <ul className={style.list}>
            {toPay.map((request) => (
              <ToPay key={request.request} request={request} />
            ))}
          </ul>
        </>
      )}
      {turns.length > 0 && (
        <>
          <h3>{say("mine.turn.deals")}</h3>
          <ul className={style.list}>
            {turns.map((deal) => (
              <DealItem key={deal.escrow} deal={deal} me={me.address} turn />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

/** A grant that is not paid into escrow yet. */
function ToPay({ request }: { request: BookingRequest }) {
  const { say } = useWords();
  return (
    <li className={style.item}>
      <Link to="/requests/$request" params={{ request: request.request }} className={style.name}>
        <ThingName resource={request.resource} />
      </Link>
      <RequestFacts request={request} side="requester" />
      <span>
        {say("mine.until")} <Countdown to={request.start_s} />
      </span>
      <Soft small>{say("mine.pay.silence")}</Soft>
    </li>
  );
}
