/** Paying for a granted request: what it means in words, then two steps that a reload may part. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { chainNow } from "../../api/freshness";
import { Problem } from "../../api/problem";
import type { Address, Facts, Hash } from "../../chain/facts";
import { rows } from "../../chain/transactions";
import type { Who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { knownZone } from "../../kit/zone";
import { ActButton } from "../../ui/ActButton";
import { useUnit } from "../../ui/Amounts";
import { Card, Soft } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { Note } from "../../ui/Note";
import { ProblemNote } from "../../ui/ProblemNote";
import { useWords } from "../../words/context";
import type { BookingRequest, Resource } from "../booking/queries";
import { ArbitratorField, defaultArbitrator } from "./ArbitratorField";
import style from "./deal.module.css";
import { draftOf, keepDraft } from "./draft";
import { FundPreview } from "./FundPreview";
import { type Quote, quoteOf } from "./quote";

interface Props {
  readonly facts: Facts;
  readonly me: Who;
  readonly booked: BookingRequest;
  readonly thing: Resource;
  /** How many deals of this request were given back before. */
  readonly round: number;
}

export function FundCard(props: Props) {
  const { say } = useWords();
  const { facts, me, booked, thing, round } = props;
  const of = { instance: facts.chain.first_block_hash, request: booked.request, payer: me.address, round };
  const [arbitrator, setArbitrator] = useState<Address | null | "malformed">(() => {
    const kept = draftOf(of);
    return kept ? kept.arbitrator : defaultArbitrator(facts, thing.owner, me.address);
  });
  const chosen = arbitrator === "malformed" ? null : arbitrator;
  let quote: Quote;
  try {
    quote = quoteOf(booked, thing, facts.chain, me.address, chosen);
  } catch (error) {
    return <ProblemNote error={error} />;
  }
  if (quote.price + quote.deposit === 0n) return <Note tone="good">{say("fund.nothing")}</Note>;
  if (chainNow() >= quote.start_s) return <Note tone="warn">{say("fund.too_late")}</Note>;
  return (
    <Card label={say("fund.title")}>
      <h2>{say("fund.title")}</h2>
      <ArbitratorField
        facts={facts}
        sides={[quote.payer, quote.payee]}
        chosen={chosen}
        onChange={setArbitrator}
      />
      <FundPreview quote={quote} zone={knownZone(thing.description?.tz)} />
      <Steps
        facts={facts}
        me={me}
        quote={quote}
        ready={arbitrator !== "malformed"}
        draft={() => keepDraft(of, chosen)}
      />
    </Card>
  );
}

interface StepsProps {
  readonly facts: Facts;
  readonly me: Who;
  readonly quote: Quote;
  readonly ready: boolean;
  readonly draft: () => { salt: Hash; arbitrator: Address | null };
}

function Steps({ facts, me, quote, ready, draft }: StepsProps) {
  const words = useWords();
  const { say, money } = words;
  const queries = useQueryClient();
  const unit = useUnit({ token: quote.token });
  const sum = quote.price + quote.deposit;
  const about = `/requests/${quote.request}`;
  const steps = useStore(rows).filter((row) => row.about === about && row.from === me.address);
  const at = steps.map((row) => `${row.hash}${row.state}`).join();
  const holding = useQuery({
    queryKey: ["member", me.address.toLowerCase(), "money", me.chainId, at],
    queryFn: async () => (await import("./actions")).moneyOf(facts, me.address),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const paying = steps.some((row) => row.what === "fund" && row.state !== "reverted" && row.state !== "lost");

  /** Amounts of a refusal in words, and what was shown is asked again. */
  async function guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const stale = ["page: stale quote", "page: already paid", "page: not granted yet"].includes(error.code);
      if (stale)
        for (const key of ["request", "resource", "deals"]) queries.invalidateQueries({ queryKey: [key] });
      if (error.code !== "page: not enough money") throw error;
      const { needed, held } = error.params;
      throw new Problem(error.code, {
        needed: money(String(needed), unit),
        held: money(String(held), unit),
      });
    }
  }

  return (
    <Loaded query={holding}>
      {({ held, allowed }) => {
        const isAllowed = allowed === sum;
        return (
          <>
            {held < sum && !paying && (
              <Note tone="warn">
                {say("fund.short", { needed: money(sum, unit), held: money(held, unit) })}
              </Note>
            )}
            <ol className={style.steps}>
              <li>
                <strong>{say("fund.step.allow", { sum: money(sum, unit) })}</strong>
                {isAllowed || paying ? (
                  <p>{say("fund.step.allowed")}</p>
                ) : (
                  <ActButton
                    what="approve"
                    about={about}
                    kind="primary"
                    disabled={!ready}
                    onDone={() => holding.refetch()}
                    run={() =>
                      guarded(async () => {
                        draft();
                        return (await import("./actions")).approve(facts, quote);
                      })
                    }
                  />
                )}
              </li>
              <li>
                <strong>{say("fund.step.pay", { sum: money(sum, unit) })}</strong>
                {!isAllowed && !paying && (
                  <p>
                    <Soft>{say("fund.step.first")}</Soft>
                  </p>
                )}
                <ActButton
                  what="fund"
                  about={about}
                  kind={isAllowed ? "primary" : "plain"}
                  disabled={!ready || !isAllowed || paying}
                  run={() => guarded(async () => (await import("./actions")).fund(facts, quote, draft()))}
                />
              </li>
            </ol>
            {isAllowed && !paying && <Note tone="info">{say("fund.between")}</Note>}
          </>
        );
      }}
    </Loaded>
  );
}
