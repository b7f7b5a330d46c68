/** Every transaction this browser sent, one row each. */
import { Link } from "@tanstack/react-router";
import { rows, SETTLED, type Row as Sent, tidy } from "../chain/transactions";
import { useStore } from "../kit/store";
import { Member, Moment } from "../ui/Amounts";
import { Button } from "../ui/Button";
import { Card, Code, Row, Soft, Stack } from "../ui/Layout";
import { TransactionSteps } from "../ui/TransactionSteps";
import { useWords } from "../words/context";

export function ActivityPage() {
  const { say } = useWords();
  const known = useStore(rows);
  return (
    <Stack>
      <Row apart>
        <h1>{say("activity.title")}</h1>
        {known.some((row) => SETTLED.has(row.state)) && (
          <Button small onClick={tidy}>
            {say("activity.tidy")}
          </Button>
        )}
      </Row>
      <Soft>{say("activity.hint")}</Soft>
      {known.length === 0 && <p>{say("activity.none")}</p>}
      {known.map((row) => (
        <One key={row.hash} row={row} />
      ))}
    </Stack>
  );
}

function One({ row }: { row: Sent }) {
  const { say } = useWords();
  return (
    <Card>
      <Row apart>
        <h2>{say(`act.${row.what}`)}</h2>
        <Soft small>
          <Member address={row.from} /> · <Moment at={row.sentAt / 1000} />
        </Soft>
      </Row>
      <TransactionSteps row={row} />
      <Row apart>
        <Code>{row.hash}</Code>
        <Link to={row.about}>{say("activity.about")}</Link>
      </Row>
    </Card>
  );
}
