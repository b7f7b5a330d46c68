/** Values of the world in words: amounts, moments, lengths of time, members, sentences of the server. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { chainNow } from "../api/freshness";
import { factsQuery, unitOfCurrency, unitOfToken } from "../chain/facts";
import { useWords } from "../words/context";
import type { Unit } from "../words/speak";

/** The unit of a currency code or of a token contract, as this installation knows it. */
export function useUnit(of: { currency: string } | { token: string } | null): Unit {
  const { data: facts } = useQuery(factsQuery);
  if (!facts || !of) return { symbol: "", decimals: 0 };
  return "currency" in of ? unitOfCurrency(of.currency, facts.chain) : unitOfToken(of.token, facts.chain);
}

/** A moment (UTC seconds) in a zone; the member's own where none is given. */
export function Moment(props: { at: number; zone?: string }) {
  const { moment } = useWords();
  return <time dateTime={new Date(props.at * 1000).toISOString()}>{moment(props.at, props.zone)}</time>;
}

/** How long until a moment of the chain's clock, counting down. */
export function Countdown(props: { to: number }) {
  const { say, span } = useWords();
  const [now, setNow] = useState(chainNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(chainNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = props.to - now;
  return (
    <time dateTime={new Date(props.to * 1000).toISOString()}>
      {left > 0 ? say("countdown.left", { span: span(left) }) : say("countdown.over")}
    </time>
  );
}

/** The name of a member: a persona's in a demo, else a short address. */
export function Member(props: { address: string }) {
  const { data: facts } = useQuery(factsQuery);
  const known = facts?.demo?.personas.find(
    (one) => one.address.toLowerCase() === props.address.toLowerCase(),
  );
  const short = `${props.address.slice(0, 6)}…${props.address.slice(-4)}`;
  return (
    <bdi translate="no" title={props.address}>
      {known ? capital(known.name) : short}
    </bdi>
  );
}

export const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
