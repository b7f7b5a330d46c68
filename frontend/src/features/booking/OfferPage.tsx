/** Announcing a thing of one's own. */
import { useQuery } from "@tanstack/react-query";
import { factsQuery } from "../../chain/facts";
import { Stack } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { useWords } from "../../words/context";
import { OfferDesk } from "./offer/OfferDesk";

export function OfferPage() {
  const { say } = useWords();
  const facts = useQuery(factsQuery);
  return (
    <Stack>
      <h1>{say("offer.heading")}</h1>
      <p>{say("offer.intro")}</p>
      <Loaded query={facts}>{(found) => <OfferDesk facts={found} />}</Loaded>
    </Stack>
  );
}
