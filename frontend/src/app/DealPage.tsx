/** One deal from funding to rating: what happened, who acts next, what each may do, where the money is. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { requestQuery, resourceQuery } from "../features/booking/queries";
import { Acts } from "../features/escrow/Acts";
import { Claimables } from "../features/escrow/Claimables";
import { MoneyTable, Terms, Timeline } from "../features/escrow/DealStory";
import { EvidenceKept } from "../features/escrow/EvidenceKept";
import { type Deal, dealQuery } from "../features/escrow/queries";
import { Turns } from "../features/escrow/Turns";
import { RateCard } from "../features/reputation/RateCard";
import { Member, useUnit } from "../ui/Amounts";
import { Badge, Row, Stack, type Tone } from "../ui/Layout";
import { Loaded } from "../ui/Loading";
import { Note } from "../ui/Note";
import { useWords } from "../words/context";
import { UnderWay } from "./UnderWay";

const TONES: Readonly<Record<Deal["state"], Tone>> = {
  funded: "moss",
  claimed: "honey",
  disputed: "clay",
  closed: "plain",
};

const route = getRouteApi("/deals/$deal");

export function DealPage() {
  const { deal } = route.useParams();
  const { say } = useWords();
  const found = useQuery(dealQuery(deal));
  return (
    <Stack>
      {!found.data && <h1>{say("deal.title")}</h1>}
      <Loaded query={found}>{(data) => <One key={data.escrow} deal={data} />}</Loaded>
    </Stack>
  );
}

function One({ deal }: { deal: Deal }) {
  const { say, sentence } = useWords();
  const unit = useUnit({ token: deal.token });
  return (
    <Stack>
      <Row apart>
        <Title deal={deal} />
        <Badge tone={TONES[deal.state]}>{say(`deal.state.${deal.state}`)}</Badge>
      </Row>
      <p>
        <Member address={deal.payer} /> → <Member address={deal.payee} />
      </p>
      {deal.warnings.map((warning) => (
        <Note key={warning.key} tone="warn">
          {sentence(warning, unit)}
        </Note>
      ))}
      <Turns deal={deal} />
      <Acts deal={deal} />
      <RateCard deal={deal} />
      <Claimables about={`/deals/${deal.escrow}`} />
      <UnderWay about={`/deals/${deal.escrow}`} />
      <Timeline deal={deal} />
      <MoneyTable deal={deal} />
      <EvidenceKept deal={deal.escrow} />
      <Terms deal={deal} />
    </Stack>
  );
}

/** The thing that the deal is about, where it belongs to a booking that is known here. */
function Title({ deal }: { deal: Deal }) {
  const { say } = useWords();
  const { data: booked } = useQuery({ ...requestQuery(deal.booking ?? ""), enabled: deal.booking !== null });
  const { data: thing } = useQuery({
    ...resourceQuery(booked?.resource ?? ""),
    enabled: booked !== undefined,
  });
  const title = thing?.description?.title;
  if (!title || !booked) return <h1>{say("deal.title")}</h1>;
  return (
    <h1>
      <Link to="/requests/$request" params={{ request: booked.request }}>
        <span translate="no">{title}</span>
      </Link>
    </h1>
  );
}
