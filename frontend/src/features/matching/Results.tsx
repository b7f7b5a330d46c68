/** Offers for a wish, best first. One that is taken elsewhere goes away here, and that is said. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { problemOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Row, Stack } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import style from "./find.module.css";
import { Offer } from "./Offer";
import { type Result, searchQuery } from "./queries";
import { type FindSearch, type SearchQuery, USUAL_KM, vanished, wider } from "./wish";

type Wish = FindSearch & { service: string };

export function Results(props: { query: SearchQuery | null; wish: Wish; zone: string; focus: boolean }) {
  const { say } = useWords();
  if (!props.query) return <Note tone="info">{say("find.where.first")}</Note>;
  return <Found {...props} query={props.query} />;
}

function Found(props: { query: SearchQuery; wish: Wish; zone: string; focus: boolean }) {
  const { say } = useWords();
  const { query, wish, zone, focus } = props;
  const found = useQuery(searchQuery(query));
  const isPast = found.error !== null && problemOf(found.error).code === "matching: time is past";
  const question = JSON.stringify(query);
  const heading = useRef<HTMLHeadingElement>(null);
  // the form that was sent is made anew, so the focus would be lost
  useEffect(() => {
    if (focus && question) heading.current?.focus();
  }, [focus, question]);
  const gone = useVanished(question, found.data?.items);
  return (
    <Stack>
      <h2 ref={heading} tabIndex={-1}>
        {say("find.results")} <span translate="no">{wish.service}</span>
      </h2>
      <div role="status" className={style.status}>
        {gone.length > 0 && (
          <Note tone="warn">
            <span>{say("find.taken", { count: gone.length })}</span>
            <span translate="no">{gone.map((one) => one.title).join(", ")}</span>
          </Note>
        )}
      </div>
      {isPast ? (
        <Past wish={wish} />
      ) : (
        <Loaded query={found}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing wish={wish} />
            ) : (
              <ol className={style.offers}>
                {items.map((one) => (
                  <li key={one.resource}>
                    <Offer offer={one} wish={wish} zone={zone} />
                  </li>
                ))}
              </ol>
            )
          }
        </Loaded>
      )}
    </Stack>
  );
}

/** What was in an earlier answer to the same question and is not in the newest. */
function useVanished(question: string, items: readonly Result[] | undefined): readonly Result[] {
  const known = useRef<{ question: string; items: readonly Result[] } | null>(null);
  const [gone, setGone] = useState<readonly Result[]>([]);
  useEffect(() => {
    if (!items) return;
    const before = known.current;
    known.current = { question, items };
    if (before?.question !== question) return setGone([]);
    const lost = vanished(before.items, items);
    if (lost.length > 0) setGone(lost);
  }, [question, items]);
  return gone;
}

/** The wished time has begun, for instance because the address was kept: what can be asked instead. */
function Past({ wish }: { wish: Wish }) {
  const { say } = useWords();
  return (
    <Note tone="warn">
      <strong>{say("find.past")}</strong>
      <span>{say("find.past.next")}</span>
      <AnyTime wish={wish} />
    </Note>
  );
}

function AnyTime({ wish }: { wish: Wish }) {
  const { say } = useWords();
  const navigate = useNavigate({ from: "/" });
  const { from, to, ...rest } = wish;
  if (from === undefined || to === undefined) return null;
  return (
    <div>
      <Button onClick={() => navigate({ search: rest })}>{say("find.any_time")}</Button>
    </div>
  );
}

/** Nobody has it: what can be changed about the wish. */
function Nothing({ wish }: { wish: Wish }) {
  const { say } = useWords();
  const navigate = useNavigate({ from: "/" });
  const further = wider(wish.km ?? USUAL_KM);
  return (
    <Note tone="info">
      <strong>{say("find.nothing")}</strong>
      <span>{say("find.nothing.next")}</span>
      <Row>
        {further !== null && (
          <Button onClick={() => navigate({ search: { ...wish, km: further } })}>
            {say("find.wider", { km: further })}
          </Button>
        )}
        <AnyTime wish={wish} />
      </Row>
    </Note>
  );
}
