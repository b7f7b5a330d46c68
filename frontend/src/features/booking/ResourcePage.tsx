/** A thing: what it is, whose, on which terms, when it is free; and asking for it. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { chainNow } from "../../api/freshness";
import { spanIn } from "../../kit/times_in_address";
import { knownZone } from "../../kit/zone";
import { useUnit } from "../../ui/Amounts";
import { Badge, Row, Soft, Stack } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { Note } from "../../ui/Note";
import { ProblemNote } from "../../ui/ProblemNote";
import { useWords } from "../../words/context";
import { About } from "./About";
import { Ask } from "./Ask";
import { askable, picked, type Span, snapped, week, weeksUntil } from "./availability";
import { Photos } from "./Photos";
import { availabilityQuery, type Resource, resourceQuery } from "./queries";
import style from "./resource.module.css";
import { type Fields, fieldsOf, spanOf } from "./span_fields";
import { ownZone } from "./TimeSpan";
import { Week } from "./Week";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Free times are looked for this long around the wanted one. */
const AROUND_S = 14 * DAY_S;
const LONGEST_LOOK_S = 300 * DAY_S;

const RULE = {
  manual: "resource.rule.manual",
  "first-come": "resource.rule.first_come",
  policy: "resource.rule.policy",
} as const;

export function ResourcePage() {
  const { resource } = useParams({ from: "/resources/$resource" });
  const query = useQuery(resourceQuery(resource));
  return <Loaded query={query}>{(thing) => <Thing key={thing.resource} thing={thing} />}</Loaded>;
}

function Thing({ thing }: { thing: Resource }) {
  const { say } = useWords();
  const { description } = thing;
  return (
    <Stack>
      {description ? (
        <>
          <h1 translate="no">{description.title}</h1>
          <Terms thing={thing} />
        </>
      ) : (
        <>
          <h1>{say("resource.untitled")}</h1>
          <Note tone="warn">{say("resource.no_description")}</Note>
        </>
      )}
      <div className={style.columns}>
        <div className={style.intro}>
          {description?.photos && <Photos cids={description.photos} title={description.title} />}
          {description?.text && (
            <p className={style.text} translate="no">
              {description.text}
            </p>
          )}
        </div>
        <div className={style.times}>
          <Times thing={thing} />
        </div>
        <div className={style.about}>
          <About thing={thing} />
        </div>
      </div>
    </Stack>
  );
}

/** Price, deposit and rule at a glance. */
function Terms({ thing }: { thing: Resource }) {
  const { say, money } = useWords();
  const { description } = thing;
  const unit = useUnit(description && { currency: description.price.currency });
  if (!description) return null;
  const per = {
    booking: "resource.per_booking",
    hour: "resource.per_hour",
    day: "resource.per_day",
  } as const;
  return (
    <Row>
      <strong>
        {say(per[description.price.per], { price: money(BigInt(description.price.amount), unit) })}
      </strong>
      <span>{say("resource.deposit", { deposit: money(BigInt(description.deposit), unit) })}</span>
      <Badge tone={thing.rule === "first-come" ? "moss" : "sky"}>{say(RULE[thing.rule])}</Badge>
      {thing.state !== "active" && (
        <Badge tone="clay">{say(thing.state === "paused" ? "resource.paused" : "resource.retired")}</Badge>
      )}
    </Row>
  );
}

function Times({ thing }: { thing: Resource }) {
  const { say } = useWords();
  // the router gives what makes no sense in the address as well
  const { from, to } = spanIn(useSearch({ from: "/resources/$resource" }));
  const navigate = useNavigate({ from: "/resources/$resource" });
  const zone = knownZone(thing.description?.tz) ?? ownZone();
  const heading = useRef<HTMLHeadingElement>(null);
  const [today] = useState(chainNow);
  const [fields, setFields] = useState<Fields>(() =>
    from !== undefined && to !== undefined
      ? fieldsOf(snapped({ start_s: from, end_s: to }, thing), zone)
      : { from: "", to: "" },
  );
  const wanted = spanOf(fields, zone);
  const [weeks, setWeeks] = useState(() => Math.max(0, wanted ? weeksUntil(today, wanted.start_s, zone) : 0));
  const days = week(today, zone, weeks);
  const [begin = 0, end = 0] = [days[0], days.at(-1)];
  const shown = useQuery(availabilityQuery(thing.resource, begin, end));
  const near = around(wanted, today, zone);
  const around_wanted = useQuery({
    ...availabilityQuery(thing.resource, near.start_s, near.end_s),
    enabled: wanted !== null,
  });

  function choose(next: Fields): void {
    setFields(next);
    const span = spanOf(next, zone);
    if (!span || span.end_s <= span.start_s) return;
    navigate({ search: { from: span.start_s, to: span.end_s }, replace: true });
  }

  function pick(stretch: Span): void {
    const usual = { start_s: (days[0] ?? 0) + 10 * HOUR_S, end_s: (days[0] ?? 0) + 18 * HOUR_S };
    choose(fieldsOf(picked(stretch, wanted ?? usual, thing, zone), zone));
    heading.current?.focus();
  }

  return (
    <Stack>
      {shown.error && <ProblemNote error={shown.error} onRetry={() => shown.refetch()} />}
      <Week
        days={days}
        free={shown.data ? askable(shown.data, thing) : null}
        wanted={wanted}
        zone={zone}
        onPick={pick}
        onTurn={(by) => setWeeks(Math.max(0, weeks + by))}
        first={weeks === 0}
      />
      <Ask
        thing={thing}
        zone={zone}
        fields={fields}
        onFields={choose}
        heading={heading}
        free={around_wanted.data ? around_wanted.data.free : null}
      />
      <Soft small>{say("resource.no_wallet")}</Soft>
    </Stack>
  );
}

/** Whole days around a wanted time, so that the same question is asked while it is changed a little. */
function around(wanted: Span | null, today_s: number, zone: string): Span {
  const { start_s, end_s } = wanted ?? { start_s: today_s, end_s: today_s };
  const [first = 0] = week(Math.max(today_s, start_s - AROUND_S), zone);
  const last = Math.max(end_s, start_s, today_s) + AROUND_S;
  const [until = 0] = week(last, zone);
  return { start_s: first, end_s: Math.min(until, first + LONGEST_LOOK_S) };
}
