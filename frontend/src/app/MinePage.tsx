/** What is mine: what waits for me first, then requests, deals, things and reminders. */
import { useQuery } from "@tanstack/react-query";
import { askWho } from "../chain/ask_who";
import { factsQuery } from "../chain/facts";
import { who } from "../chain/who";
import { Claimables } from "../features/escrow/Claimables";
import { useStore } from "../kit/store";
import { Member } from "../ui/Amounts";
import { Button } from "../ui/Button";
import { Row, Stack } from "../ui/Layout";
import { useWords } from "../words/context";
import { Deals, Reminders, Requests, Things } from "./mine/Lists";
import { YourTurn } from "./mine/YourTurn";

export function MinePage() {
  const { say } = useWords();
  const me = useStore(who);
  const { data: facts } = useQuery(factsQuery);
  if (!me)
    return (
      <Stack>
        <h1>{say("mine.title")}</h1>
        <p>{say("mine.nobody")}</p>
        <Row>
          <Button kind="primary" onClick={askWho}>
            {say("who.choose")}
          </Button>
        </Row>
      </Stack>
    );
  return (
    <Stack key={me.address}>
      <h1>{say("mine.title")}</h1>
      <p>
        {say("mine.as")} <Member address={me.address} />
      </p>
      <YourTurn me={me} />
      <Claimables about="/mine" />
      <Requests member={me.address} side="owner" />
      <Requests member={me.address} side="requester" />
      <Deals member={me.address} />
      <Things member={me.address} />
      <Reminders member={me.address} token={facts?.chain.token ?? null} />
    </Stack>
  );
}
