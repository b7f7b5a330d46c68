/** One transaction on its way: sent → in block → indexed → final, and what it means when it goes back. */
import type { Row } from "../chain/transactions";
import { useWords } from "../words/context";
import { Note } from "./Note";
import style from "./steps.module.css";

const STEPS = ["sent", "in block", "indexed", "final"] as const;
const KEYS = {
  sent: "tx.sent",
  "in block": "tx.in_block",
  indexed: "tx.indexed",
  final: "tx.final",
} as const;

export function TransactionSteps({ row }: { row: Row }) {
  const { say } = useWords();
  const at = (STEPS as readonly string[]).indexOf(row.state);
  const stopped = row.state === "reverted" || row.state === "lost";
  return (
    <div data-transaction={row.hash} data-state={row.state}>
      {!stopped && (
        <ol className={style.steps} aria-label={say("tx.steps")}>
          {STEPS.map((step, index) => (
            <li
              key={step}
              className={index <= at ? style.done : ""}
              aria-current={index === at ? "step" : undefined}
            >
              {say(KEYS[step])}
            </li>
          ))}
        </ol>
      )}
      {row.state === "reverted" && <Note tone="problem">{say("tx.reverted")}</Note>}
      {row.state === "lost" && <Note tone="problem">{say("tx.lost")}</Note>}
      {row.wentBack && !stopped && row.state !== "final" && <Note tone="warn">{say("tx.went_back")}</Note>}
    </div>
  );
}
