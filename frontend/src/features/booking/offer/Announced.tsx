/** After sending: how far it is, and the way to the thing once it is shown here. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Hash } from "../../../chain/facts";
import { rows } from "../../../chain/transactions";
import { useStore } from "../../../kit/store";
import { Button, ButtonLink } from "../../../ui/Button";
import { Card, Row } from "../../../ui/Layout";
import { Note } from "../../../ui/Note";
import { TransactionSteps } from "../../../ui/TransactionSteps";
import { useWords } from "../../../words/context";
import { resourceQuery } from "../queries";

const AGAIN_MS = 3_000;

interface AnnouncedProps {
  readonly resource: Hash;
  /** It is indexed: the draft is no longer needed. */
  readonly onShown: () => void;
  /** It did not happen: back to the form with all that was typed. */
  readonly onBack: () => void;
  readonly onAnother: () => void;
}

export function Announced(props: AnnouncedProps) {
  const { say } = useWords();
  const row = useStore(rows).find(
    (one) => one.what === "announce" && one.about === `/resources/${props.resource}`,
  );
  const { data } = useQuery({
    ...resourceQuery(props.resource),
    // where this browser sees the transaction, the thing is asked for once its block is indexed
    enabled: row === undefined || row.state === "indexed" || row.state === "final",
    refetchInterval: (query) => (query.state.data ? false : AGAIN_MS),
  });
  const shown = data !== undefined;
  const { onShown } = props;
  useEffect(() => {
    if (shown) onShown();
  }, [shown, onShown]);
  const failed = !shown && (row?.state === "reverted" || row?.state === "lost");
  return (
    <Card label={say("offer.sent")}>
      <div aria-live="polite">
        {shown ? (
          <Note tone="good">
            <strong>{say("offer.sent.shown")}</strong>
            {data.description && <span translate="no">{data.description.title}</span>}
          </Note>
        ) : (
          <h2>{say(failed ? "offer.sent.failed" : "offer.sent")}</h2>
        )}
      </div>
      {!shown && !failed && <p>{say("offer.sent.wait")}</p>}
      {row && <TransactionSteps row={row} />}
      <Row>
        {shown && (
          <ButtonLink kind="primary" to="/resources/$resource" params={{ resource: props.resource }}>
            {say("offer.sent.look")}
          </ButtonLink>
        )}
        {shown && <Button onClick={props.onAnother}>{say("offer.sent.another")}</Button>}
        {(failed || (!shown && !row)) && <Button onClick={props.onBack}>{say("offer.sent.back")}</Button>}
      </Row>
    </Card>
  );
}
