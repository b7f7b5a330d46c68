/** Requests that wait for this member's answer: one by one, or several at once. */
import { Checkbox } from "@base-ui/react/checkbox";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { factsQuery } from "../../chain/facts";
import { rows } from "../../chain/transactions";
import { loadWallet, type Who } from "../../chain/who";
import type { BookingRequest } from "../../features/booking/queries";
import { useStore } from "../../kit/store";
import { Countdown } from "../../ui/Amounts";
import { Button } from "../../ui/Button";
import { Row, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { ProblemNote } from "../../ui/ProblemNote";
import { TransactionSteps } from "../../ui/TransactionSteps";
import { useWords } from "../../words/context";
import { exclude, type Outcome, overlaps, sendEach } from "./batch";
import { RequestFacts, ThingName } from "./Items";
import style from "./mine.module.css";
import { itemsOf, Pages } from "./Pages";
import { requestsPages } from "./queries";

interface Sent {
  readonly request: BookingRequest;
  readonly outcome: Outcome;
}

export function Pending({ me }: { me: Who }) {
  const { say } = useWords();
  const { data: facts } = useQuery(factsQuery);
  const query = useInfiniteQuery(requestsPages({ owner: me.address, state: "pending" }));
  const granted = useInfiniteQuery(requestsPages({ owner: me.address, state: "granted" }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  const pending = itemsOf(query);
  const taken = (request: BookingRequest): boolean =>
    itemsOf(granted).some((other) => exclude(request, other));
  const picked = pending.filter((request) => chosen.has(request.request) && !taken(request));
  const clashing = overlaps(picked).size;

  async function confirmAll(): Promise<void> {
    if (!facts) return;
    setBusy(true);
    setProblem(null);
    try {
      const [{ confirm }] = await Promise.all([import("../../features/booking/actions"), loadWallet(facts)]);
      await sendEach(
        picked,
        (request) => confirm(facts, me.address, request),
        (request, outcome) =>
          setSent((known) => [
            ...known.filter((one) => one.request.request !== request.request),
            { request, outcome },
          ]),
      );
      setChosen(new Set());
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  const choose = (request: string, on: boolean): void =>
    setChosen((known) => {
      const next = new Set(known);
      if (on) next.add(request);
      else next.delete(request);
      return next;
    });

  return (
    <Stack>
      <Pages query={query}>
        {(requests) => {
          const others = overlaps(requests);
          return (
            <>
              <h3>{say("mine.pending")}</h3>
              <ul className={style.list}>
                {requests.map((request) => (
                  <PendingItem
                    key={request.request}
                    request={request}
                    taken={taken(request)}
                    clash={others.has(request.request)}
                    chosen={chosen.has(request.request) && !taken(request)}
                    disabled={busy || taken(request)}
                    choose={(on) => choose(request.request, on)}
                  />
                ))}
              </ul>
              {clashing > 0 && <Note tone="warn">{say("mine.batch.clash", { count: clashing })}</Note>}
              <Row>
                <Button kind="primary" busy={busy} disabled={picked.length === 0} onClick={confirmAll}>
                  {picked.length > 0
                    ? say("mine.batch.confirm", { count: picked.length })
                    : say("mine.batch.choose")}
                </Button>
                <Soft small>{say("mine.batch.hint")}</Soft>
              </Row>
            </>
          );
        }}
      </Pages>
      {problem !== null && <ProblemNote error={problem} />}
      {sent.length > 0 && <Results sent={sent} busy={busy} onTidy={() => setSent([])} />}
    </Stack>
  );
}

interface PendingItemProps {
  readonly request: BookingRequest;
  /** Another request got this time already. */
  readonly taken: boolean;
  /** Another request wants the same thing for a common time. */
  readonly clash: boolean;
  readonly chosen: boolean;
  readonly disabled: boolean;
  readonly choose: (on: boolean) => void;
}

function PendingItem({ request, taken, clash, chosen, disabled, choose }: PendingItemProps) {
  const { say, sentence } = useWords();
  return (
    <li className={style.item} data-request={request.request}>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside is the control */}
      <label className={style.pick}>
        <Checkbox.Root className={style.box} checked={chosen} disabled={disabled} onCheckedChange={choose}>
          <Checkbox.Indicator className={style.tick}>
            <span aria-hidden="true">✓</span>
          </Checkbox.Indicator>
        </Checkbox.Root>
        <span className={style.name}>
          <ThingName resource={request.resource} />
        </span>
      </label>
      <RequestFacts request={request} side="owner" />
      <span>
        {say("mine.until")} <Countdown to={request.expires_at_s} />
      </span>
      <Soft small>{sentence(request.otherwise)}</Soft>
      {taken && <Note tone="warn">{say("mine.taken")}</Note>}
      {clash && !taken && <Note tone="warn">{say("mine.clash")}</Note>}
      <span>
        <Link to="/requests/$request" params={{ request: request.request }}>
          {say("mine.pending.look")}
        </Link>
      </span>
    </li>
  );
}

/** What became of each that was sent; it stays when the request has left the list above. */
function Results(props: { sent: readonly Sent[]; busy: boolean; onTidy: () => void }) {
  const { say } = useWords();
  const known = useStore(rows);
  return (
    <Stack gap="tight">
      <h3>{say("mine.batch.results")}</h3>
      <ul className={style.list} aria-live="polite">
        {props.sent.map(({ request, outcome }) => {
          const row = known.find(
            (one) => one.what === "confirm" && one.about === `/requests/${request.request}`,
          );
          return (
            <li key={request.request} className={style.item} data-outcome={outcome.state}>
              <span className={style.name}>
                <ThingName resource={request.resource} />
              </span>
              <RequestFacts request={request} side="owner" />
              {outcome.state === "waiting" && <Soft>{say("mine.batch.waiting")}</Soft>}
              {outcome.state === "sending" && <Soft>{say("mine.batch.sending")}</Soft>}
              {outcome.state === "failed" && <ProblemNote error={outcome.problem} />}
              {outcome.state === "sent" && row && <TransactionSteps row={row} />}
            </li>
          );
        })}
      </ul>
      {!props.busy && (
        <Row>
          <Button onClick={props.onTidy}>{say("mine.batch.tidy")}</Button>
        </Row>
      )}
    </Stack>
  );
}
