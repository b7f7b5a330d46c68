/** One request: who acts next, the answer to it, and paying for it once it is granted. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { chainNow } from "../api/freshness";
import { askWho } from "../chain/ask_who";
import { factsQuery } from "../chain/facts";
import { rows } from "../chain/transactions";
import { who } from "../chain/who";
import { type BookingRequest, type Resource, requestQuery, resourceQuery } from "../features/booking/queries";
import { FundCard } from "../features/escrow/FundCard";
import { dealsQuery } from "../features/escrow/queries";
import { paidIn } from "../features/escrow/quote";
import { useStore } from "../kit/store";
import { knownZone } from "../kit/zone";
import { ActButton } from "../ui/ActButton";
import { Countdown, Member, Moment } from "../ui/Amounts";
import { Button, ButtonLink } from "../ui/Button";
import { Badge, Card, Fact, Facts, Row, Stack, type Tone } from "../ui/Layout";
import { Loaded } from "../ui/Loading";
import { Note } from "../ui/Note";
import { TransactionSteps } from "../ui/TransactionSteps";
import { useWords } from "../words/context";
import { UnderWay } from "./UnderWay";

const TONES: Readonly<Record<BookingRequest["state"], Tone>> = {
  pending: "honey",
  granted: "moss",
  denied: "clay",
  cancelled: "plain",
  expired: "plain",
};

const route = getRouteApi("/requests/$request");

export function RequestPage() {
  const { request } = route.useParams();
  const { say } = useWords();
  const found = useQuery(requestQuery(request));
  const asking = useStore(rows).find((row) => row.what === "request" && row.about === `/requests/${request}`);
  if (!found.data && asking)
    return (
      <Stack>
        <h1>{say("fund.asked.title")}</h1>
        <Card>
          <p>{say("fund.asked.under_way")}</p>
          <TransactionSteps row={asking} />
        </Card>
      </Stack>
    );
  return (
    <Stack>
      {!found.data && <h1>{say("fund.asked.title")}</h1>}
      <Loaded query={found}>{(booked) => <One key={booked.request} booked={booked} />}</Loaded>
    </Stack>
  );
}

function One({ booked }: { booked: BookingRequest }) {
  const { say } = useWords();
  const thing = useQuery(resourceQuery(booked.resource));
  const description = thing.data?.description;
  return (
    <Stack>
      <Row apart>
        <h1>
          {description ? (
            <Link to="/resources/$resource" params={{ resource: booked.resource }}>
              <span translate="no">{description.title}</span>
            </Link>
          ) : (
            say("fund.asked.title")
          )}
        </h1>
        <Badge tone={TONES[booked.state]}>{say(`fund.asked.state.${booked.state}`)}</Badge>
      </Row>
      <What booked={booked} zone={knownZone(description?.tz)} />
      <Next booked={booked} />
      {booked.state === "pending" && <Own booked={booked} />}
      <Loaded query={thing}>{(data) => <Paying booked={booked} thing={data} />}</Loaded>
      {booked.state !== "pending" && <Own booked={booked} />}
      <UnderWay about={`/requests/${booked.request}`} />
    </Stack>
  );
}

/** Which time, for whom: in the zone of the thing, and in the member's own where that is another. */
function What({ booked, zone }: { booked: BookingRequest; zone: string | undefined }) {
  const { say } = useWords();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const span = (of: string | undefined) => (
    <>
      <Moment at={booked.start_s} {...(of && { zone: of })} /> –{" "}
      <Moment at={booked.end_s} {...(of && { zone: of })} />
    </>
  );
  return (
    <Card label={say("fund.asked.what")}>
      <Facts>
        <Fact name={say("fund.asked.time")}>
          {booked.kind === "series" ? <Times booked={booked} zone={zone} /> : span(zone)}
          {booked.end_s < booked.asked_end_s && <p>{say("fund.asked.shorter")}</p>}
          {booked.kind !== "series" && zone && zone !== here && (
            <>
              <br />
              {say("fund.asked.here")} {span(undefined)}
            </>
          )}
        </Fact>
        {booked.units !== "1" && <Fact name={say("fund.asked.units")}>{booked.units}</Fact>}
        <Fact name={say("fund.asked.requester")}>
          <Member address={booked.requester} />
        </Fact>
        <Fact name={say("fund.asked.owner")}>
          <Member address={booked.owner} />
        </Fact>
      </Facts>
      {booked.kind === "bundle" && <Note tone="info">{say("fund.asked.bundle")}</Note>}
    </Card>
  );
}

/** The times of a series; those that were given back are struck out. */
function Times({ booked, zone }: { booked: BookingRequest; zone: string | undefined }) {
  const { say } = useWords();
  return (
    <ol>
      {booked.occurrences.map((one) => {
        const time = (
          <>
            <Moment at={one.start_s} {...(zone && { zone })} /> –{" "}
            <Moment at={one.end_s} {...(zone && { zone })} />
          </>
        );
        return (
          <li key={one.start_s}>
            {one.returned ? (
              <>
                <s>{time}</s> {say("fund.asked.returned")}
              </>
            ) : (
              time
            )}
          </li>
        );
      })}
    </ol>
  );
}

function actorKey(actor: BookingRequest["next_actor"], mine: boolean) {
  if (actor === "owner" || actor === "requester")
    return mine ? (`fund.asked.actor.${actor}_you` as const) : (`fund.asked.actor.${actor}` as const);
  return `fund.asked.actor.${actor}` as const;
}

const ACTS = ["confirm", "deny", "cancel"] as const;

function rolesOf(booked: BookingRequest, address: string | undefined): ("owner" | "requester")[] {
  return (["owner", "requester"] as const).filter(
    (role) => booked[role].toLowerCase() === address?.toLowerCase(),
  );
}

/** Who acts next, by when, and what silence does; once it is paid for, the deal says that. */
function Next({ booked }: { booked: BookingRequest }) {
  const { say, sentence } = useWords();
  const me = useStore(who);
  const deals = useQuery(dealsQuery({ booking: booked.request }));
  if (booked.state === "granted" && deals.data && paidIn(deals.data.items, booked.requester)) return null;
  const roles = rolesOf(booked, me?.address);
  const actor = booked.next_actor;
  const mine = actor === "both" ? roles.length > 0 : roles.some((role) => role === actor);
  const named = actor === "owner" ? booked.owner : actor === "requester" ? booked.requester : null;
  return (
    <Card label={say("deal.next")}>
      <h2>{say("deal.next")}</h2>
      {booked.state === "granted" && actor === "requester" ? (
        <p>{say("fund.asked.granted")}</p>
      ) : (
        <p>
          <strong>{say(actorKey(actor, mine))}</strong> {!mine && named && <Member address={named} />}
        </p>
      )}
      {booked.by_s !== null && (
        <p>
          {say("deal.by")} <Moment at={booked.by_s} /> (<Countdown to={booked.by_s} />)
        </p>
      )}
      <p>{sentence(booked.otherwise)}</p>
      {actor === "both" && <p>{say("fund.asked.rate")}</p>}
      {!me && (
        <Row>
          <Button onClick={askWho}>{say("who.choose")}</Button>
        </Row>
      )}
    </Card>
  );
}

/** What whoever looks may do with the request itself. */
function Own({ booked }: { booked: BookingRequest }) {
  const { say } = useWords();
  const me = useStore(who);
  const may = new Set(rolesOf(booked, me?.address).flatMap((role) => booked.may[role] ?? []));
  const acts = ACTS.filter((act) => may.has(act));
  if (acts.length === 0) return null;
  return (
    <Card label={say("fund.asked.acts")}>
      <h2>{say("fund.asked.acts")}</h2>
      {acts.map((act) => (
        <Stack key={act} gap="tight">
          <p>{say(`fund.asked.effect.${act}`)}</p>
          <ActButton
            what={act}
            about={`/requests/${booked.request}`}
            kind={act === "confirm" ? "primary" : "plain"}
            run={async (facts, member) => {
              const actions = await import("../features/booking/actions");
              return actions[act](facts, member.address, booked);
            }}
          />
        </Stack>
      ))}
    </Card>
  );
}

/** The money side: a deal there is, one to open, or what is waited for. */
function Paying({ booked, thing }: { booked: BookingRequest; thing: Resource }) {
  const { say } = useWords();
  const me = useStore(who);
  const { data: facts } = useQuery(factsQuery);
  const deals = useQuery(dealsQuery({ booking: booked.request }));
  const isRequester = me?.address.toLowerCase() === booked.requester.toLowerCase();
  return (
    <Loaded query={deals}>
      {({ items }) => {
        const paid = paidIn(items, booked.requester);
        const mine = items.filter((deal) => deal.payer.toLowerCase() === booked.requester.toLowerCase());
        const shown = paid ?? mine.at(-1) ?? null;
        return (
          <>
            {shown && (
              <Card label={say("fund.deal")}>
                <h2>{say("fund.deal")}</h2>
                <p>{say(paid ? "fund.deal.text" : "fund.deal.returned")}</p>
                <Row>
                  <ButtonLink
                    kind={paid ? "primary" : "plain"}
                    to="/deals/$deal"
                    params={{ deal: shown.escrow }}
                  >
                    {say("fund.deal.show")}
                  </ButtonLink>
                </Row>
              </Card>
            )}
            {!paid && booked.state === "pending" && <Note tone="info">{say("fund.later")}</Note>}
            {!paid && booked.state === "granted" && isRequester && booked.kind === "series" && (
              <Note tone="info">{say("fund.series")}</Note>
            )}
            {!paid &&
              booked.state === "granted" &&
              booked.kind !== "series" &&
              facts &&
              me &&
              isRequester && (
                <FundCard
                  key={`${me.address}.${mine.length}`}
                  facts={facts}
                  me={me}
                  booked={booked}
                  thing={thing}
                  round={mine.length}
                />
              )}
            {!paid && booked.state === "granted" && !isRequester && (
              <Note tone="info">
                {chainNow() < booked.start_s ? say("fund.waiting") : say("fund.too_late")}
              </Note>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
