/** A button that does something on the chain, with its row below while it is on its way. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { askWho } from "../chain/ask_who";
import { type Facts, factsQuery } from "../chain/facts";
import { type Row, rows, type What } from "../chain/transactions";
import { loadWallet, type Who, who } from "../chain/who";
import { useStore } from "../kit/store";
import { useWords } from "../words/context";
import { Button } from "./Button";
import { Stack } from "./Layout";
import { ProblemNote } from "./ProblemNote";
import { TransactionSteps } from "./TransactionSteps";

interface ActProps {
  /** What it does; `act.<what>` are the words of the button unless there are children. */
  readonly what: What;
  /** The page it belongs to: its rows are those with the same `about`. */
  readonly about: string;
  /** Sends it. Load the slice's `actions` inside, so that wallet code comes only now. */
  readonly run: (facts: Facts, me: Who) => Promise<unknown>;
  readonly kind?: "primary" | "plain" | "danger";
  readonly disabled?: boolean;
  readonly children?: ReactNode;
  readonly onDone?: () => void;
}

/** Two members of one browser do not share their steps. */
const isOf = (row: Row, me: Who | null): boolean =>
  me === null || row.from.toLowerCase() === me.address.toLowerCase();

export function ActButton(props: ActProps) {
  const { say } = useWords();
  const { data: facts } = useQuery(factsQuery);
  const me = useStore(who);
  const mine = useStore(rows).find(
    (row) => row.what === props.what && row.about === props.about && isOf(row, me),
  );
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const pending = mine !== undefined && (mine.state === "sent" || mine.state === "in block");

  async function go(): Promise<void> {
    if (!facts) return;
    if (!me) return askWho();
    setBusy(true);
    setProblem(null);
    try {
      await loadWallet(facts);
      await props.run(facts, me);
      props.onDone?.();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Stack gap="tight">
      <div>
        <Button kind={props.kind ?? "plain"} busy={busy || pending} disabled={props.disabled} onClick={go}>
          {props.children ?? say(`act.${props.what}`)}
        </Button>
      </div>
      {problem !== null && <ProblemNote error={problem} onRetry={go} />}
      {mine && mine.state !== "final" && <TransactionSteps row={mine} />}
    </Stack>
  );
}
