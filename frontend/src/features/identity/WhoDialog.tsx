/** Who am I: a persona of the demo, or any wallet that this browser announces (EIP-6963). */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { whoDialog } from "../../chain/ask_who";
import { factsQuery } from "../../chain/facts";
import { type Choice, choices, loadWallet, who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { capital } from "../../ui/Amounts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Code, Row, Soft, Stack } from "../../ui/Layout";
import { ProblemNote } from "../../ui/ProblemNote";
import { useWords } from "../../words/context";
import style from "./who.module.css";

export function WhoDialog() {
  const open = useStore(whoDialog);
  const { say } = useWords();
  return (
    <Dialog title={say("who.title")} open={open} onClose={() => whoDialog.set(false)}>
      {open && <Choose onDone={() => whoDialog.set(false)} />}
    </Dialog>
  );
}

function Choose(props: { onDone: () => void }) {
  const { say } = useWords();
  const { data: facts } = useQuery(factsQuery);
  const known = useStore(choices);
  const me = useStore(who);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  useEffect(() => {
    if (facts) loadWallet(facts).catch(setProblem);
  }, [facts]);

  async function connect(choice: Choice): Promise<void> {
    if (!facts) return;
    setBusy(choice.id);
    setProblem(null);
    try {
      const wallet = await loadWallet(facts);
      await wallet.connect(choice.id);
      props.onDone();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(null);
    }
  }

  async function leave(): Promise<void> {
    if (!facts) return;
    const [wallet, { signOut }] = await Promise.all([loadWallet(facts), import("./actions")]);
    await signOut();
    await wallet.leave();
    props.onDone();
  }

  const personas = known.filter((one) => one.kind === "persona");
  const wallets = known.filter((one) => one.kind === "wallet");
  const titles = new Map(facts?.demo?.personas.map((one) => [one.name, one.title]));
  return (
    <Stack>
      {problem !== null && <ProblemNote error={problem} />}
      {me && (
        <Row apart>
          <span>
            {say("who.now")} <strong translate="no">{capital(me.name)}</strong> <Code>{me.address}</Code>
          </span>
          <Button small onClick={leave}>
            {say("who.leave")}
          </Button>
        </Row>
      )}
      {personas.length > 0 && (
        <Stack gap="tight">
          <h3>{say("who.personas")}</h3>
          <Soft small>{say("who.personas.hint")}</Soft>
          <div className={style.choices}>
            {personas.map((one) => (
              <button
                key={one.id}
                type="button"
                className={style.choice}
                disabled={busy !== null}
                aria-current={me?.name === one.name ? "true" : undefined}
                onClick={() => connect(one)}
              >
                <span className={style.face} aria-hidden="true" translate="no">
                  {one.name.slice(0, 1).toUpperCase()}
                </span>
                <span>
                  <strong translate="no">{capital(one.name)}</strong>
                  <br />
                  <Soft small>{say(titleKey(titles.get(one.name)))}</Soft>
                </span>
              </button>
            ))}
          </div>
        </Stack>
      )}
      <Stack gap="tight">
        <h3>{say("who.wallets")}</h3>
        {wallets.length === 0 && <Soft>{say("who.wallets.none")}</Soft>}
        <div className={style.choices}>
          {wallets.map((one) => (
            <button
              key={one.id}
              type="button"
              className={style.choice}
              disabled={busy !== null}
              onClick={() => connect(one)}
            >
              <span className={style.face} aria-hidden="true" translate="no">
                {one.name.slice(0, 1).toUpperCase()}
              </span>
              <strong translate="no">{one.name}</strong>
            </button>
          ))}
        </div>
      </Stack>
      <Soft small>{say("who.promise")}</Soft>
    </Stack>
  );
}

const TITLES = ["librarian", "borrower", "maker", "neighbour", "cook", "arbitrator"] as const;

function titleKey(title: string | undefined) {
  const known = TITLES.find((one) => one === title);
  return known ? (`persona.${known}` as const) : "persona.member";
}
