/** Choosing a time: what is wrong with it, what is free instead, what was asked before. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type RefObject, useState } from "react";
import { chainNow } from "../../api/freshness";
import { factsQuery } from "../../chain/facts";
import { type Who, who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { Button, ButtonLink } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Card, Row, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import { AskPreview } from "./AskPreview";
import { keptAsk } from "./ask";
import { type Meant, meant, nearest, notAsked, refusal, type Span, sameHours, without } from "./availability";
import { useGoOn } from "./go_on";
import { type Resource, requestsQuery } from "./queries";
import style from "./resource.module.css";
import { type Fields, fieldsOf, isTwice, spanOf } from "./span_fields";
import { TimeSpan } from "./TimeSpan";

interface AskProps {
  readonly thing: Resource;
  readonly zone: string;
  /** What the fields say, in the zone of the thing. */
  readonly fields: Fields;
  readonly onFields: (fields: Fields) => void;
  /** Free stretches around the wanted time; null: not known yet. */
  readonly free: readonly Span[] | null;
  /** Where the focus goes once a time is chosen. */
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

export function Ask(props: AskProps) {
  const { say, problem, span: length } = useWords();
  const { thing, zone, fields, onFields, free } = props;
  const me = useStore(who);
  const [lost, setLost] = useState<Span | null>(null);
  const { data: facts } = useQuery(factsQuery);
  const span = spanOf(fields, zone);
  // here and not in the preview, which goes away as soon as the time is granted
  const of = facts && me && span;
  useGoOn(
    (of &&
      keptAsk({
        instance: facts.chain.first_block_hash,
        resource: thing.resource,
        member: me.address,
        ...span,
      })?.request) ??
      "",
  );
  const code = span && free ? refusal(span, thing, free, chainNow()) : null;
  const gone = span !== null && lost?.start_s === span.start_s && lost.end_s === span.end_s;
  const open = free && span && gone ? without(free, span) : free;
  const ways =
    span && open && (code || gone)
      ? [nearest(span, thing, open, chainNow()), sameHours(span, thing, open, chainNow(), zone)]
      : [];

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
  if (notAsked(thing)) return <NotHere thing={thing} me={me} zone={zone} heading={props.heading} />;
  return (
    <Card label={say("ask.title")}>
      <h2 ref={props.heading} tabIndex={-1}>
        {say("ask.title")}
      </h2>
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
      <div role="status" className={style.status}>
        {code && (
          <Note tone="warn">
            <strong>{problem(code).message}</strong>
            <span>{problem(code).next}</span>
          </Note>
        )}
        {(code || gone) && free && <Instead ways={ways} zone={zone} onFields={choose} />}
      </div>
      {span && !code && <AskPreview thing={thing} span={span} zone={zone} onLost={setLost} />}
    </Card>
  );

  function choose(next: Fields): void {
    onFields(next);
    props.heading.current?.focus();
  }

  function wrong(found: Meant, field: string): string | null {
    if (!("problem" in found) || field === "") return null;
    const { message, next } = problem(found.problem);
    return `${message} ${next}`;
  }
}

/** Why this thing cannot be asked for with this page, and with what it can. */
function NotHere(props: { thing: Resource; me: Who | null; zone: string; heading: AskProps["heading"] }) {
  const { say } = useWords();
  const { thing, me, zone } = props;
  return (
    <Card label={say("ask.title")}>
      <h2 ref={props.heading} tabIndex={-1}>
        {say("ask.title")}
      </h2>
      {me && <Before thing={thing} me={me} zone={zone} />}
      {thing.state === "active" ? (
        <>
          <p>{say("ask.gated")}</p>
          <code className={style.command} translate="no">
            allmende book {thing.resource} --from "sat 10:00" --for 2h
          </code>
        </>
      ) : (
        <Note tone="info">{say(thing.state === "paused" ? "ask.paused" : "ask.retired")}</Note>
      )}
    </Card>
  );
}

/** Free times to take instead: the nearest, and the same hours on another day. */
function Instead(props: {
  ways: readonly (Span | null)[];
  zone: string;
  onFields: (fields: Fields) => void;
}) {
  const { say } = useWords();
  const ways = props.ways.filter((one) => one !== null);
  const different = ways.filter((one, at) => ways.findIndex((other) => other.start_s === one.start_s) === at);
  if (different.length === 0) return <Soft>{say("ask.nothing_near")}</Soft>;
  return (
    <Stack gap="tight">
      <strong>{say("ask.instead")}</strong>
      {different.map((one) => (
        <div key={one.start_s}>
          <Button onClick={() => props.onFields(fieldsOf(one, props.zone))}>
            <span>
              <TimeSpan from={one.start_s} to={one.end_s} zone={props.zone} />
            </span>
          </Button>
        </div>
      ))}
    </Stack>
  );
}

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
