/** Steps of one page that are done and shown, but not final yet: their buttons are gone, they are not. */
import { rows } from "../chain/transactions";
import { who } from "../chain/who";
import { useStore } from "../kit/store";
import { Card, Stack } from "../ui/Layout";
import { TransactionSteps } from "../ui/TransactionSteps";
import { useWords } from "../words/context";

export function UnderWay({ about }: { about: string }) {
  const { say } = useWords();
  const me = useStore(who)?.address.toLowerCase();
  const mine = useStore(rows).filter(
    (row) => row.about === about && row.state === "indexed" && row.from.toLowerCase() === me,
  );
  if (mine.length === 0) return null;
  return (
    <Card label={say("deal.under_way")}>
      <h2>{say("deal.under_way")}</h2>
      {mine.map((row) => (
        <Stack key={row.hash} gap="tight">
          <h3>{say(`act.${row.what}`)}</h3>
          <TransactionSteps row={row} />
        </Stack>
      ))}
    </Card>
  );
}
