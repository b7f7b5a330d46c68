/** A text or a file as evidence: it stays here, its salted hash goes on the chain. */
import { type ChangeEvent, useEffect, useId, useState } from "react";
import { Button } from "../../ui/Button";
import { Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { SaveButton } from "../../ui/SaveButton";
import { useWords } from "../../words/context";
import style from "./deal.module.css";
import { type Evidence, evidenceFile, evidenceOf } from "./evidence";

export function EvidenceField(props: { label: string; onChange: (evidence: Evidence | null) => void }) {
  const { say } = useWords();
  const { onChange } = props;
  const [text, setText] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [emptied, setEmptied] = useState(0);
  const [made, setMade] = useState<Evidence | null>(null);
  const textId = useId();
  const fileId = useId();
  const hintId = useId();

  useEffect(() => {
    const document = file ?? (text.trim() ? text : null);
    let stale = false;
    const use = (evidence: Evidence | null): void => {
      if (stale) return;
      setMade(evidence);
      onChange(evidence);
    };
    if (document === null) use(null);
    else evidenceOf(document).then(use, () => use(null));
    return () => {
      stale = true;
    };
  }, [text, file, onChange]);

  function choose(event: ChangeEvent<HTMLInputElement>): void {
    setFile(event.target.files?.[0] ?? null);
  }

  function drop(): void {
    setFile(null);
    setEmptied(emptied + 1); // a file input is emptied by a new one
  }

  return (
    <Stack gap="tight">
      <label className={style.label} htmlFor={textId}>
        {props.label}
      </label>
      <textarea
        id={textId}
        className={style.control}
        rows={3}
        value={text}
        disabled={file !== null}
        aria-describedby={hintId}
        onChange={(event) => setText(event.target.value)}
      />
      <label className={style.label} htmlFor={fileId}>
        {say("deal.evidence.file")}
      </label>
      <input
        key={emptied}
        id={fileId}
        type="file"
        className={style.file}
        aria-describedby={hintId}
        onChange={choose}
      />
      {file && (
        <div>
          <Button small onClick={drop}>
            {say("deal.evidence.no_file")}
          </Button>
        </div>
      )}
      <p id={hintId} className={style.hint}>
        {say("deal.evidence.hint")}
      </p>
      {made && (
        <Note tone="info">
          <span>{say("deal.evidence.made")}</span>
          <div>
            <SaveButton
              name={`allmende-evidence-${made.digest.slice(2, 10)}.json`}
              content={() => evidenceFile(made)}
            >
              {say("deal.evidence.save")}
            </SaveButton>
          </div>
        </Note>
      )}
    </Stack>
  );
}
