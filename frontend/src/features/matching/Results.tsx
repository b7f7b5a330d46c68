/** Offers for a wish, best first. One that is taken elsewhere goes away here, and that is said. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
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

export function Results(props: { query: SearchQuery | null; wish: Wish; zone: string }) {
  const { say } = useWords();
  if (!props.query) return <Note tone="info">{say("find.where.first")}</Note>;
  return <Found {...props} query={props.query} />;
}

function Found(props: { query: SearchQuery; wish: Wish; zone: string }) {
  const { say } = useWords();
  const { query, wish, zone } = props;
  const found = useQuery(searchQuery(query));
  const gone = useVanished(JSON.stringify(query), found.data?.items);
  return (
    <Stack>
      <h2>
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

/** Nobody has it: what can be changed about the wish. */
function Nothing({ wish }: { wish: Wish }) {
  const { say } = useWords();
  const navigate = useNavigate({ from: "/" });
  const { from, to, budget, ...rest } = wish;
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
        {from !== undefined && (
          <Button onClick={() => navigate({ search: { ...rest, ...(budget !== undefined && { budget }) } })}>
            {say("find.any_time")}
          </Button>
        )}
      </Row>
    </Note>
  );
}
