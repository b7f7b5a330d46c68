/** One line each for what a member has: a thing's name, a request, a deal. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { placeOf } from "../../features/booking/offer/private_place";
import {
  type BookingRequest,
  type Resource,
  requestQuery,
  resourceQuery,
} from "../../features/booking/queries";
import { TimeSpan } from "../../features/booking/TimeSpan";
import type { DealSummary, Turn } from "../../features/escrow/queries";
import { Todo } from "../../features/escrow/Turns";
import { knownZone } from "../../kit/zone";
import { Countdown, Member, useUnit } from "../../ui/Amounts";
import { Badge, Row, Soft, Stack, type Tone } from "../../ui/Layout";
import { useWords } from "../../words/context";
import style from "./mine.module.css";
import { turnOf } from "./turns";

/** The title of a thing, as soon as it is known. */
export function ThingName(props: { resource: string }) {
  const { say } = useWords();
  const { data } = useQuery(resourceQuery(props.resource));
  const title = data?.description?.title;
  return title ? <span translate="no">{title}</span> : say("mine.unnamed");
}

const REQUEST = {
  pending: { key: "mine.request.pending", tone: "honey" },
  granted: { key: "mine.request.granted", tone: "moss" },
  denied: { key: "mine.request.denied", tone: "clay" },
  cancelled: { key: "mine.request.cancelled", tone: "plain" },
  expired: { key: "mine.request.expired", tone: "plain" },
} as const satisfies Record<BookingRequest["state"], { key: string; tone: Tone }>;

/** A request as a line: what, when, who, and how it stands. */
export function RequestItem(props: { request: BookingRequest; side: "owner" | "requester" }) {
  const { say } = useWords();
  const { request, side } = props;
  const state = REQUEST[request.state];
  return (
    <li className={style.item}>
      <Row apart>
        <Link to="/requests/$request" params={{ request: request.request }} className={style.name}>
          <ThingName resource={request.resource} />
        </Link>
        <Badge tone={state.tone}>{say(state.key)}</Badge>
      </Row>
      <RequestFacts request={request} side={side} />
    </li>
  );
}

/** When, with whom, until when it waits. */
export function RequestFacts(props: { request: BookingRequest; side: "owner" | "requester" }) {
  const { say } = useWords();
  const { request, side } = props;
  const { data: thing } = useQuery(resourceQuery(request.resource));
  return (
    <Stack gap="tight">
      <span>
        <TimeSpan from={request.start_s} to={request.end_s} zone={knownZone(thing?.description?.tz)} />
      </span>
      <Soft small>
        {say(side === "owner" ? "mine.request.from" : "mine.request.to")}{" "}
        <Member address={side === "owner" ? request.requester : request.owner} />
      </Soft>
    </Stack>
  );
}

const DEAL = {
  funded: { key: "mine.deal.funded", tone: "moss" },
  claimed: { key: "mine.deal.claimed", tone: "honey" },
  disputed: { key: "mine.deal.disputed", tone: "clay" },
  closed: { key: "mine.deal.closed", tone: "plain" },
} as const satisfies Record<DealSummary["state"], { key: string; tone: Tone }>;

/** A deal as a line: what it is about, with whom, the money, how it stands. */
export function DealItem(props: { deal: DealSummary; me: string; turn?: boolean }) {
  const { say, money } = useWords();
  const { deal } = props;
  const unit = useUnit({ token: deal.token });
  const state = DEAL[deal.state];
  const turn = props.turn ? turnOf(deal, props.me) : null;
  const pays = deal.payer.toLowerCase() === props.me.toLowerCase();
  return (
    <li className={style.item}>
      <Row apart>
        <Link to="/deals/$deal" params={{ deal: deal.escrow }} className={style.name}>
          <DealName deal={deal} />
        </Link>
        <Badge tone={state.tone}>{say(state.key)}</Badge>
      </Row>
      <span>
        {say("mine.deal.amounts", { price: money(deal.price, unit), deposit: money(deal.deposit, unit) })}
      </span>
      <Soft small>
        {say(pays ? "mine.deal.pays" : "mine.deal.paid")} <Member address={pays ? deal.payee : deal.payer} />
      </Soft>
      {turn && <DealTurn turn={turn} token={deal.token} />}
    </li>
  );
}

function DealTurn({ turn, token }: { turn: Turn; token: string }) {
  const { say, sentence } = useWords();
  const unit = useUnit({ token });
  return (
    <Stack gap="tight">
      <Todo acts={turn.acts} />
      {turn.by_s !== null && (
        <span>
          {say("mine.until")} <Countdown to={turn.by_s} />
        </span>
      )}
      <Soft small>{sentence(turn.otherwise, unit)}</Soft>
    </Stack>
  );
}

function DealName({ deal }: { deal: DealSummary }) {
  const { say } = useWords();
  const { data: booked } = useQuery({ ...requestQuery(deal.booking ?? ""), enabled: deal.booking !== null });
  return booked ? <ThingName resource={booked.resource} /> : say("mine.deal");
}

const RULE = {
  manual: "mine.thing.manual",
  "first-come": "mine.thing.first_come",
  policy: "mine.thing.policy",
} as const;

/** A thing of one's own; where it really is, as far as this browser knows. */
export function ThingItem({ thing }: { thing: Resource }) {
  const { say } = useWords();
  const place = placeOf(thing.resource);
  return (
    <li className={style.item}>
      <Row apart>
        <Link to="/resources/$resource" params={{ resource: thing.resource }} className={style.name}>
          {thing.description ? <span translate="no">{thing.description.title}</span> : say("mine.unnamed")}
        </Link>
        {thing.state !== "active" ? (
          <Badge tone="plain">
            {say(thing.state === "paused" ? "mine.thing.paused" : "mine.thing.retired")}
          </Badge>
        ) : thing.description ? (
          <Badge tone="moss">{say("mine.thing.bookable")}</Badge>
        ) : (
          <Badge tone="clay">{say("mine.thing.no_description")}</Badge>
        )}
      </Row>
      <Soft small>{say(RULE[thing.rule])}</Soft>
      {place?.address && (
        <Soft small>
          {say("mine.thing.place")} <span translate="no">{place.address}</span>
        </Soft>
      )}
    </li>
  );
}
