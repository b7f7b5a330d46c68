/** While an answer is awaited, and when it does not come. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useWords } from "../words/context";
import { Soft } from "./Layout";
import { ProblemNote } from "./ProblemNote";

/** The answer of a query once it is there. What was read before stays while it is asked again. */
export function Loaded<T>(props: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { say } = useWords();
  const { data, error, refetch } = props.query;
  if (data !== undefined)
    return (
      <>
        {error && <ProblemNote error={error} onRetry={() => refetch()} />}
        {props.children(data)}
      </>
    );
  if (error) return <ProblemNote error={error} onRetry={() => refetch()} />;
  return (
    <p aria-busy="true">
      <Soft>{say("loading")}</Soft>
    </p>
  );
}
