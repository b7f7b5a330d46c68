/** What stands between the member and the chain right now, each with its own words and a way on. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { freshness } from "../api/freshness";
import { Problem } from "../api/problem";
import { live } from "../api/stream";
import { askWho } from "../chain/ask_who";
import { factsQuery } from "../chain/facts";
import { blind } from "../chain/follow_rows";
import { locked, who } from "../chain/who";
import { useStore } from "../kit/store";
import { Button } from "../ui/Button";
import { Row } from "../ui/Layout";
import { Note } from "../ui/Note";
import { ProblemNote } from "../ui/ProblemNote";
import { useWords } from "../words/context";
import style from "./shell.module.css";

/** So many blocks behind the head are still the ordinary rhythm of polling. */
const ORDINARY_LAG_BLOCKS = 5;

export function Weather() {
  const { say, span } = useWords();
  const queries = useQueryClient();
  const { data: facts } = useQuery(factsQuery);
  const { asOf, reachable } = useStore(freshness);
  const streaming = useStore(live);
  const me = useStore(who);
  const isLocked = useStore(locked);
  const noReceipts = useStore(blind);
  const elsewhere = facts && me && me.chainId !== facts.chain.chain_id;
  const stopped = facts?.demo?.indexer === "stopped";
  // a stopped indexer does not see the head move; the node of a demo tells it directly
  const behind = asOf ? Math.max(asOf.lag_blocks, (facts?.demo?.head ?? 0) - asOf.block) : 0;
  return (
    <div className={style.weather}>
      {!reachable && (
        <Note tone="problem">
          <strong>{say("weather.server_gone")}</strong>
          <span>{say("weather.server_gone.next")}</span>
          <Row>
            <Button small onClick={() => queries.invalidateQueries()}>
              {say("again")}
            </Button>
          </Row>
        </Note>
      )}
      {reachable && !streaming && <Note tone="warn">{say("weather.not_live")}</Note>}
      {reachable && (stopped || behind > ORDINARY_LAG_BLOCKS) && (
        <Note tone="warn">
          {stopped
            ? say("weather.indexer_stopped")
            : say("weather.behind", { blocks: behind, span: span(asOf?.lag_s ?? 0) })}
        </Note>
      )}
      {elsewhere && <ProblemNote error={new Problem("page: wrong network")} />}
      {isLocked && (
        <Note tone="warn">
          <span>{say("weather.locked")}</span>
          <Row>
            <Button small onClick={askWho}>
              {say("who.choose")}
            </Button>
          </Row>
        </Note>
      )}
      {noReceipts && reachable && !isLocked && <Note tone="warn">{say("weather.node_gone")}</Note>}
    </div>
  );
}
