/** The evidence of a deal that this browser keeps, to be saved for the day somebody asks for it. */
import { Card, Code, Row } from "../../ui/Layout";
import { SaveButton } from "../../ui/SaveButton";
import { useWords } from "../../words/context";
import { evidenceFile, evidenceKept } from "./evidence";

export function EvidenceKept({ deal }: { deal: string }) {
  const { say } = useWords();
  const kept = evidenceKept(deal);
  if (kept.length === 0) return null;
  return (
    <Card label={say("deal.evidence.kept")}>
      <h2>{say("deal.evidence.kept")}</h2>
      <p>{say("deal.evidence.kept.text")}</p>
      {kept.map((one) => (
        <Row key={one.digest} apart>
          <span translate="no">{one.file ?? one.text}</span>
          <SaveButton
            name={`allmende-evidence-${one.digest.slice(2, 10)}.json`}
            content={() => evidenceFile(one)}
          >
            {say("deal.evidence.save")}
          </SaveButton>
          <Code>{one.digest}</Code>
        </Row>
      ))}
    </Card>
  );
}
