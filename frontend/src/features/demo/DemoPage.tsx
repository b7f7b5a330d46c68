/** Demo tools: whose shoes, what time, is the mirror running, play money; and what here is simulated. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { chainNow } from "../../api/freshness";
import { askWho } from "../../chain/ask_who";
import { type DemoFacts, type Facts, factsQuery } from "../../chain/facts";
import { loadWallet, who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { Moment } from "../../ui/Amounts";
import { Button } from "../../ui/Button";
import { Card, Code, Fact, Facts as FactList, Row, Soft, Stack } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { Note } from "../../ui/Note";
import { ProblemNote } from "../../ui/ProblemNote";
import { useWords } from "../../words/context";
import { advance, faucet, setIndexer } from "./actions";

const STEPS = [
  { seconds: 3_600, key: "demo.time.hour" },
  { seconds: 86_400, key: "demo.time.day" },
  { seconds: 3 * 86_400, key: "demo.time.days" },
] as const;

export function DemoPage() {
  const { say } = useWords();
  const facts = useQuery(factsQuery);
  return (
    <Stack>
      <h1>{say("demo.title")}</h1>
      <Loaded query={facts}>
        {(found) => (found.demo ? <Tools facts={found} demo={found.demo} /> : <p>{say("demo.none")}</p>)}
      </Loaded>
    </Stack>
  );
}

function Tools({ facts, demo }: { facts: Facts; demo: DemoFacts }) {
  const { say } = useWords();
  const queries = useQueryClient();
  const me = useStore(who);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  async function doing(what: string, act: () => Promise<unknown>): Promise<void> {
    setBusy(what);
    setProblem(null);
    try {
      await act();
      await queries.invalidateQueries();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(null);
    }
  }

  const running = demo.indexer === "running";
  return (
    <>
      <Note tone="info">
        <strong>{say("demo.simulated")}</strong>
        <ul>
          <li>{say("demo.simulated.chain")}</li>
          <li>{say("demo.simulated.money")}</li>
          <li>{say("demo.simulated.keys")}</li>
          <li>{say("demo.simulated.time")}</li>
        </ul>
      </Note>
      {problem !== null && <ProblemNote error={problem} />}
      <Card label={say("demo.who")}>
        <h2>{say("demo.who")}</h2>
        <Row>
          <Button onClick={askWho}>{say("who.choose")}</Button>
        </Row>
      </Card>
      <Card label={say("demo.time")}>
        <h2>{say("demo.time")}</h2>
        <p>
          {say("demo.time.now")} <Clock zone={demo.tz} />
        </p>
        <Row>
          {STEPS.map((step) => (
            <Button
              key={step.key}
              busy={busy === step.key}
              disabled={busy !== null}
              onClick={() => doing(step.key, () => advance(step.seconds))}
            >
              {say(step.key)}
            </Button>
          ))}
        </Row>
        <Soft small>{say("demo.time.hint")}</Soft>
      </Card>
      <Card label={say("demo.indexer")}>
        <h2>{say("demo.indexer")}</h2>
        <p>{say(running ? "demo.indexer.running" : "demo.indexer.stopped")}</p>
        <Row>
          <Button
            busy={busy === "indexer"}
            disabled={busy !== null}
            onClick={() => doing("indexer", () => setIndexer(!running))}
          >
            {say(running ? "demo.indexer.stop" : "demo.indexer.start")}
          </Button>
        </Row>
        <Soft small>{say("demo.indexer.hint")}</Soft>
      </Card>
      <Card label={say("demo.faucet")}>
        <h2>{say("demo.faucet")}</h2>
        <p>{say("demo.faucet.text", { symbol: facts.chain.token_symbol ?? "" })}</p>
        <ActButton what="faucet" about="/demo" run={(_, member) => faucet(member.address)} />
      </Card>
      <Card label={say("demo.wallet")}>
        <h2>{say("demo.wallet")}</h2>
        <FactList>
          <Fact name={say("demo.wallet.chain")}>
            <Code>{demo.chain_id}</Code>
          </Fact>
          <Fact name={say("demo.wallet.rpc")}>
            <Code>{demo.rpc_url}</Code>
          </Fact>
          {facts.chain.token && (
            <Fact name={say("demo.wallet.token")}>
              <Code>{facts.chain.token}</Code>
            </Fact>
          )}
        </FactList>
        <Row>
          <Button
            disabled={me?.kind !== "wallet"}
            busy={busy === "wallet"}
            onClick={() => doing("wallet", async () => (await loadWallet(facts)).addToWallet())}
          >
            {say("demo.wallet.add")}
          </Button>
        </Row>
        {me?.kind !== "wallet" && <Soft small>{say("demo.wallet.hint")}</Soft>}
      </Card>
    </>
  );
}

/** The clock of the chain. */
function Clock(props: { zone: string }) {
  const [now, setNow] = useState(chainNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(chainNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <strong>
      <Moment at={now} zone={props.zone} />
    </strong>
  );
}
