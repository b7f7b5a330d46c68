/** What went wrong, in its own words, with the way on that fits it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem";
import { askWho } from "../chain/ask_who";
import { factsQuery } from "../chain/facts";
import { loadWallet } from "../chain/who";
import { useWords } from "../words/context";
import { Button } from "./Button";
import { Row } from "./Layout";
import { Note } from "./Note";

export function ProblemNote(props: { error: unknown; onRetry?: () => void }) {
  const { say, problem } = useWords();
  const { data: facts } = useQuery(factsQuery);
  const [nested, setNested] = useState<unknown>(null);
  const found = problemOf(nested ?? props.error);
  const { message, next } = problem(found.code, found.params);

  async function toOurNetwork(): Promise<void> {
    if (!facts) return;
    try {
      await (await loadWallet(facts)).switchNetwork();
      setNested(null);
      props.onRetry?.();
    } catch (error) {
      setNested(error);
    }
  }

  const network = problemOf(props.error).code === "page: wrong network";
  const whoever = [
    "page: wallet locked",
    "page: not connected",
    "page: account switched",
    "page: wallet gone",
  ].includes(found.code);
  return (
    <Note tone="problem">
      <strong>{message}</strong>
      <span>{next}</span>
      <Row>
        {network && (
          <Button small onClick={toOurNetwork}>
            {say("network.switch")}
          </Button>
        )}
        {whoever && (
          <Button small onClick={askWho}>
            {say("who.choose")}
          </Button>
        )}
        {props.onRetry && !network && (
          <Button small onClick={props.onRetry}>
            {say("again")}
          </Button>
        )}
      </Row>
    </Note>
  );
}
