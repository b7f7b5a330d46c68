/** A list that the server gives page by page, with a button for more. */
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../ui/Button";
import { Row, Soft, Stack } from "../../ui/Layout";
import { ProblemNote } from "../../ui/ProblemNote";
import { useWords } from "../../words/context";

type Query<Item> = UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;

export const itemsOf = <Item,>(query: Query<Item>): readonly Item[] =>
  query.data?.pages.flatMap((page) => page.items) ?? [];

interface PagesProps<Item> {
  readonly query: Query<Item>;
  /** Said where there is nothing; without it the list is simply not there. */
  readonly empty?: string;
  readonly children: (items: readonly Item[]) => ReactNode;
}

export function Pages<Item>({ query, empty, children }: PagesProps<Item>) {
  const { say } = useWords();
  const items = itemsOf(query);
  return (
    <Stack gap="tight">
      {query.error && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.isPending && (
        <p aria-busy="true">
          <Soft>{say("loading")}</Soft>
        </p>
      )}
      {query.data && items.length === 0 && empty && <Soft>{empty}</Soft>}
      {items.length > 0 && children(items)}
      {query.hasNextPage && (
        <Row>
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {say("mine.more")}
          </Button>
        </Row>
      )}
    </Stack>
  );
}
