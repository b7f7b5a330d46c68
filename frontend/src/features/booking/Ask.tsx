/** Choosing a time, what asking for it means in words, and the button. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { chainNow } from "../../api/freshness";
import { problemOf } from "../../api/problem";
import { type Facts, factsQuery } from "../../chain/facts";
import { rows, type Row as Sent } from "../../chain/transactions";
import { type Who, who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { Member, Moment, useUnit } from "../../ui/Amounts";
import { Button, ButtonLink } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Card, Row, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import { keptAsk, pageOf } from "./ask";
import { fieldOf, type Meant, meant, nearest, refusal, type Span } from "./availability";
import { totalPrice } from "./price";
import { type Resource, requestsQuery } from "./queries";
import { TimeSpan } from "./TimeSpan";

interface AskProps {
  readonly thing: Resource;
  readonly zone: string;
  /** What the fields say, in the zone of the thing. */
  readonly fields: Fields;
  readonly onFields: (fields: Fields) => void;
  /** Free stretches around the wanted time; null: not known yet. */
  readonly free: readonly Span[] | null;
}

export interface Fields {
  readonly from: string;
  readonly to: string;
}

/** The fields for a span. */
export const fieldsOf = (span: Span, zone: string): Fields => ({
  from: fieldOf(span.start_s, zone),
  to: fieldOf(span.end_s, zone),
});

/** The span that the fields mean, or null. */
export function spanOf(fields: Fields, zone: string): Span | null {
  const [from, to] = [meant(fields.from, zone), meant(fields.to, zone)];
  return "at_s" in from && "at_s" in to ? { start_s: from.at_s, end_s: to.at_s } : null;
}

export function Ask(props: AskProps) {
  const { say, problem, span: length } = useWords();
  const { thing, zone, fields, onFields, free } = props;
  const me = useStore(who);
  const [lost, setLost] = useState<Span | null>(null);
  const span = spanOf(fields, zone);
  const code = span && free ? refusal(span, thing, free, chainNow()) : null;
  const gone = span !== null && lost?.start_s === span.start_s && lost.end_s === span.end_s;
  const instead =
    span && free && (code || gone)
      ? nearest(span, thing, gone ? without(free, span) : free, chainNow())
      : null;

  if (me && me.address.toLowerCase() === thing.owner.toLowerCase())
    return (
      <Card label={say("ask.title")}>
        <h2>{say("ask.title")}</h2>
        <p>{say("ask.yours")}</p>
        <Row>
          <ButtonLink to="/mine">{say("nav.mine")}</ButtonLink>
        </Row>
      </Card>
    );
  return (
    <Card label={say("ask.title")}>
      <h2>{say("ask.title")}</h2>
      {me && <Before thing={thing} me={me} zone={zone} />}
      <TextField
        label={say("ask.from")}
        hint={say("ask.zone", { zone, step: length(thing.quantum_s) })}
        error={wrong(meant(fields.from, zone), fields.from)}
        type="datetime-local"
        value={fields.from}
        onChange={(event) => onFields({ ...fields, from: event.target.value })}
      />
      <TextField
        label={say("ask.to")}
        error={wrong(meant(fields.to, zone), fields.to)}
        type="datetime-local"
        value={fields.to}
        onChange={(event) => onFields({ ...fields, to: event.target.value })}
      />
      {(isTwice(fields.from, zone) || isTwice(fields.to, zone)) && (
        <Note tone="info">{say("ask.twice")}</Note>
      )}
      {!span && <Soft>{say("ask.choose")}</Soft>}
      <div role="status">
        {code && (
          <Note tone="warn">
            <strong>{problem(code).message}</strong>
            <span>{problem(code).next}</span>
          </Note>
        )}
        {(code || gone) && free && (
          <p>
            {instead ? (
              <Button onClick={() => onFields(fieldsOf(instead, zone))}>
                <span>
                  {say("ask.instead")} <TimeSpan from={instead.start_s} to={instead.end_s} zone={zone} />
                </span>
              </Button>
            ) : (
              <Soft>{say("ask.nothing_near")}</Soft>
            )}
          </p>
        )}
      </div>
      {span && !code && <Preview thing={thing} span={span} zone={zone} onLost={setLost} />}
    </Card>
  );

  function wrong(found: Meant, field: string): string | null {
    if (!("problem" in found) || field === "") return null;
    const { message, next } = problem(found.problem);
    return `${message} ${next}`;
  }
}

const isTwice = (field: string, zone: string): boolean => {
  const found = meant(field, zone);
  return "twice" in found && found.twice;
};

/** Free stretches without those that touch a span which is known to be gone. */
const without = (free: readonly Span[], gone: Span): Span[] =>
  free.flatMap((one) =>
    one.end_s <= gone.start_s || gone.end_s <= one.start_s
      ? [one]
      : [
          { start_s: one.start_s, end_s: gone.start_s },
          { start_s: gone.end_s, end_s: one.end_s },
        ].filter((part) => part.start_s < part.end_s),
  );

/** What this member has asked of this thing before. */
function Before(props: { thing: Resource; me: Who; zone: string }) {
  const { say } = useWords();
  const { resource } = props.thing;
  const { data } = useQuery(
    requestsQuery({ resource, requester: props.me.address.toLowerCase(), limit: 50 }),
  );
  const open = data?.items.filter((one) => one.state === "pending" || one.state === "granted") ?? [];
  if (open.length === 0) return null;
  return (
    <Note tone="info">
      <strong>{say("ask.before")}</strong>
      <ul>
        {open.map((one) => (
          <li key={one.request}>
            <Link to="/requests/$request" params={{ request: one.request }}>
              <TimeSpan from={one.start_s} to={one.end_s} zone={props.zone} />
            </Link>
          </li>
        ))}
      </ul>
    </Note>
  );
}

/** You ask, you pay, what is public, what happens next; and the button. */
function Preview(props: { thing: Resource; span: Span; zone: string; onLost: (span: Span) => void }) {
  const { say, money } = useWords();
  const { thing, span, zone } = props;
  const { data: facts } = useQuery(factsQuery);
  const queries = useQueryClient();
  const me = useStore(who);
  const { description } = thing;
  const unit = useUnit(description && { currency: description.price.currency });
  const [begun, setBegun] = useState<string | null>(null);
  const of = facts &&
    me && { instance: facts.chain.first_block_hash, resource: thing.resource, member: me.address, ...span };
  const about = begun ?? (of && keptAsk(of)?.request) ?? "";
  useGoOn(about);

  async function run(known: Facts, member: Who): Promise<Sent> {
    const { request } = await import("./actions");
    try {
      return await request(known, member.address, thing, span, setBegun);
    } catch (error) {
      if (problemOf(error).code === "bookings: not free") props.onLost(span);
      queries.invalidateQueries({ queryKey: ["resource", thing.resource] });
      queries.invalidateQueries({ queryKey: ["availability", thing.resource] });
      throw error;
    }
  }

  const by = Math.min(chainNow() + thing.ttl_s, span.start_s);
  return (
    <Stack gap="tight">
      <h3>{say("ask.preview")}</h3>
      <ul>
        <li>
          {say("ask.you_ask")} <TimeSpan from={span.start_s} to={span.end_s} zone={zone} />
        </li>
        {description && (
          <li>
            {say("ask.pay", {
              price: money(totalPrice(description.price, span.start_s, span.end_s), unit),
              deposit: money(BigInt(description.deposit), unit),
            })}
          </li>
        )}
        <li>{say("ask.public")}</li>
        {thing.rule === "first-come" ? (
          <li>{say("ask.at_once")}</li>
        ) : (
          <li>
            {say("ask.decides")} <Member address={thing.owner} />, <Moment at={by} zone={zone} />.{" "}
            {say("ask.silence")}
          </li>
        )}
      </ul>
      <ActButton what="request" about={pageOf(about)} kind="primary" run={run} />
    </Stack>
  );
}

/** To the page of the request once it is in a block, if it was sent while this page was open or is still on its way. */
function useGoOn(request: string): void {
  const navigate = useNavigate();
  const mine = useStore(rows).find((row) => row.what === "request" && row.about === pageOf(request));
  const watched = useRef<string | null>(null);
  useEffect(() => {
    if (!mine) return;
    if (mine.state === "sent") watched.current = mine.hash;
    else if (watched.current === mine.hash && mine.block && mine.state !== "reverted")
      navigate({ to: "/requests/$request", params: { request } });
  }, [mine, request, navigate]);
}
