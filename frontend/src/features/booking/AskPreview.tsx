/** What asking means, in words, before anything is sent: you ask, you pay, what is public, what happens next; and the button. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { chainNow } from "../../api/freshness";
import { problemOf } from "../../api/problem";
import { type Facts, factsQuery } from "../../chain/facts";
import type { Row as Sent } from "../../chain/transactions";
import { type Who, who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { Member, Moment, useUnit } from "../../ui/Amounts";
import { Stack } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { keptAsk, pageOf } from "./ask";
import type { Span } from "./availability";
import { totalPrice } from "./price";
import type { Resource } from "./queries";
import { TimeSpan } from "./TimeSpan";

export function AskPreview(props: {
  thing: Resource;
  span: Span;
  zone: string;
  onLost: (span: Span) => void;
}) {
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
        {thing.rule === "policy" && <li>{say("resource.policy.policy")}</li>}
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
