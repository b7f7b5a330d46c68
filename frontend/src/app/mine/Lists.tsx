/** Everything else of a member: requests from both sides, deals, things, reminders. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { BookingRequest } from "../../features/booking/queries";
import { Moment, useUnit } from "../../ui/Amounts";
import { ButtonLink } from "../../ui/Button";
import { Card, Row, Soft, Stack } from "../../ui/Layout";
import { useWords } from "../../words/context";
import type { Sentence } from "../../words/speak";
import { DealItem, RequestItem, ThingItem } from "./Items";
import style from "./mine.module.css";
import { Pages } from "./Pages";
import { dealsPages, noticesPages, requestsPages, thingsPages } from "./queries";

interface Mine {
  readonly member: string;
}

/** Requests for this member's things, or by this member: open ones, and in a fold what is over. */
export function Requests({ member, side }: Mine & { side: "owner" | "requester" }) {
  const { say } = useWords();
  const title = say(side === "owner" ? "mine.requests.to_me" : "mine.requests.by_me");
  const of = (state: BookingRequest["state"]) => ({ [side]: member, state });
  return (
    <Card label={title}>
      <h2>{title}</h2>
      {side === "owner" ? (
        <Soft small>{say("mine.requests.above")}</Soft>
      ) : (
        <RequestList wanted={of("pending")} side={side} empty={say("mine.requests.none_pending")} />
      )}
      <RequestList wanted={of("granted")} side={side} empty={say("mine.requests.none_granted")} />
      <Fold title={say("mine.requests.over")}>
        <RequestList wanted={of("denied")} side={side} empty={say("mine.requests.none_denied")} />
        <RequestList wanted={of("cancelled")} side={side} empty={say("mine.requests.none_cancelled")} />
        <RequestList wanted={of("expired")} side={side} empty={say("mine.requests.none_expired")} />
      </Fold>
    </Card>
  );
}

function RequestList(props: {
  wanted: Parameters<typeof requestsPages>[0];
  side: "owner" | "requester";
  empty: string;
}) {
  const query = useInfiniteQuery(requestsPages(props.wanted));
  return (
    <Pages query={query} empty={props.empty}>
      {(requests) => (
        <ul className={style.list}>
          {requests.map((request) => (
            <RequestItem key={request.request} request={request} side={props.side} />
          ))}
        </ul>
      )}
    </Pages>
  );
}

/** Something that is asked for only when it is opened. */
function Fold(props: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={style.fold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{props.title}</summary>
      {open && <Stack>{props.children}</Stack>}
    </details>
  );
}

export function Deals({ member }: Mine) {
  const { say } = useWords();
  const open = useInfiniteQuery(dealsPages(member, true));
  const all = useInfiniteQuery(dealsPages(member, false));
  return (
    <Card label={say("mine.deals")}>
      <h2>{say("mine.deals")}</h2>
      <Pages query={open} empty={say("mine.deals.none_open")}>
        {(deals) => (
          <ul className={style.list}>
            {deals.map((deal) => (
              <DealItem key={deal.escrow} deal={deal} me={member} turn />
            ))}
          </ul>
        )}
      </Pages>
      <Fold title={say("mine.deals.over")}>
        <Pages query={all} empty={say("mine.deals.none")}>
          {(deals) => (
            <ul className={style.list}>
              {deals
                .filter((deal) => deal.state === "closed")
                .map((deal) => (
                  <DealItem key={deal.escrow} deal={deal} me={member} />
                ))}
            </ul>
          )}
        </Pages>
      </Fold>
    </Card>
  );
}

export function Things({ member }: Mine) {
  const { say } = useWords();
  const query = useInfiniteQuery(thingsPages(member));
  return (
    <Card label={say("mine.things")}>
      <h2>{say("mine.things")}</h2>
      <Pages query={query} empty={say("mine.things.none")}>
        {(things) => (
          <ul className={style.list}>
            {things.map((thing) => (
              <ThingItem key={thing.resource} thing={thing} />
            ))}
          </ul>
        )}
      </Pages>
      <Row>
        <ButtonLink to="/offer">{say("mine.things.offer")}</ButtonLink>
      </Row>
    </Card>
  );
}

export function Reminders({ member, token }: Mine & { token: string | null }) {
  const { say } = useWords();
  const query = useInfiniteQuery(noticesPages(member));
  return (
    <Card label={say("mine.reminders")}>
      <h2>{say("mine.reminders")}</h2>
      <Pages query={query} empty={say("mine.reminders.none")}>
        {(notices) => (
          <ol className={style.list}>
            {notices.map((notice) => (
              <li key={notice.seq} className={style.item}>
                <Reminder sentence={notice.sentence} token={token} />
                <Row>
                  <Soft small>
                    <Moment at={notice.due_s} />
                  </Soft>
                  <Link to="/deals/$deal" params={{ deal: notice.escrow }}>
                    {say("mine.reminders.deal")}
                  </Link>
                </Row>
              </li>
            ))}
          </ol>
        )}
      </Pages>
    </Card>
  );
}

/** Notices do not name their token: amounts are in the installation's own. */
function Reminder(props: { sentence: Sentence; token: string | null }) {
  const { sentence } = useWords();
  const unit = useUnit(props.token ? { token: props.token } : null);
  return <span>{sentence(props.sentence, unit)}</span>;
}
