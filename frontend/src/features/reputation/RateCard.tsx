/** Rating the other side of a closed deal, blind: choose and seal, wait, open. */
import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, useId, useReducer, useState } from "react";
import { type Facts, factsQuery, type Hash } from "../../chain/facts";
import { who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { Countdown, Member, Moment } from "../../ui/Amounts";
import { Card, Row, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { ProblemNote } from "../../ui/ProblemNote";
import { SaveButton } from "../../ui/SaveButton";
import { useWords } from "../../words/context";
import { type RatedDeal, type Rating, reputationQuery } from "./queries";
import style from "./rate.module.css";
import { type Seal, sealFile, sealsOf } from "./seals";
import { roleOf, type Standing, standingOf } from "./standing";

const SCORES = [5, 4, 3, 2, 1] as const;

export function RateCard({ deal }: { deal: RatedDeal }) {
  const me = useStore(who);
  const { data: facts } = useQuery(factsQuery);
  const role = roleOf(deal, me?.address ?? null);
  const other = useQuery({
    ...reputationQuery(role === "payer" ? deal.payee : deal.payer),
    enabled: role !== null,
  });
  const mine = useQuery({ ...reputationQuery(me?.address ?? deal.payer), enabled: role !== null });
  const ratings = (found: typeof mine): readonly Rating[] => found.data?.ratings ?? [];
  const standing = standingOf(deal, me?.address ?? null, ratings(other), ratings(mine));
  if (!facts || !me || !standing || standing.phase === "later") return null;
  return <Rate deal={deal} standing={standing} facts={facts} me={me.address} />;
}

interface Props {
  readonly deal: RatedDeal;
  readonly standing: Standing;
  readonly facts: Facts;
  readonly me: Hash;
}

function Rate(props: Props) {
  const { say } = useWords();
  const { standing } = props;
  return (
    <Card label={say("rate.title")}>
      <h2>{say("rate.title")}</h2>
      <p>
        {say("rate.about")} <Member address={standing.other} />
      </p>
      <Given {...props} />
      {standing.received && <Received rating={standing.received} />}
    </Card>
  );
}

function Given(props: Props) {
  const { say } = useWords();
  const { given, phase } = props.standing;
  switch (phase) {
    case "choose":
      return <Choose {...props} />;
    case "sealed":
    case "open":
      return <Sealed {...props} />;
    case "opened":
      return (
        <Note tone="good">{given?.score ? say("rate.gave", { score: given.score }) : say("rate.over")}</Note>
      );
    case "forfeited":
      return <Note tone="warn">{say("rate.forfeited")}</Note>;
    case "retracted":
      return <Note tone="info">{say("rate.retracted")}</Note>;
    case "over":
    case "later":
      return <Soft>{say("rate.over")}</Soft>;
  }
}

function Choose({ deal, facts }: Props) {
  const { say } = useWords();
  const name = useId();
  const [score, setScore] = useState<number | null>(null);
  const turn = deal.turns.find((one) => one.acts.includes("rate"));
  const about = `/deals/${deal.escrow}`;
  return (
    <Stack>
      <fieldset className={style.scores}>
        <legend>{say("rate.question")}</legend>
        {SCORES.map((one) => (
          <label key={one} className={style.score}>
            <input type="radio" name={name} checked={score === one} onChange={() => setScore(one)} />
            <span>{say(`rate.score.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <Note tone="info">
        <span>{say("rate.blind")}</span>
        <span>{say("rate.public")}</span>
        <span>{say("rate.keep")}</span>
      </Note>
      {turn?.by_s && (
        <p>
          {say("rate.until")} <Moment at={turn.by_s} /> (<Countdown to={turn.by_s} />)
        </p>
      )}
      <ActButton
        what="commit"
        about={about}
        kind="primary"
        disabled={score === null}
        run={async (_, member) => {
          const { commit } = await import("./actions");
          return commit(facts, member.address, deal.escrow as Hash, score ?? 0);
        }}
      />
    </Stack>
  );
}

function Sealed(props: Props) {
  const { say } = useWords();
  const { deal, standing, facts, me } = props;
  const [, again] = useReducer((count: number) => count + 1, 0);
  const keeper = { chainId: facts.chain.chain_id, instance: facts.chain.first_block_hash, member: me };
  const kept = sealsOf(keeper, deal.escrow);
  const { given, phase } = standing;
  return (
    <Stack>
      <Note tone="good">
        <strong>{say("rate.sealed")}</strong>
        <span>{say("rate.sealed.text")}</span>
        {phase === "sealed" && given && (
          <span>
            {say("rate.opens")} <Moment at={given.opens_at_s} /> (<Countdown to={given.opens_at_s} />)
          </span>
        )}
        {given && (
          <span>
            {say("rate.closes")} <Moment at={given.closes_at_s} />
          </span>
        )}
      </Note>
      {kept.length > 0 ? (
        <Keep kept={kept} />
      ) : (
        <Stack gap="tight">
          <Note tone="warn">{say("rate.elsewhere")}</Note>
          <Load {...props} onLoaded={again} />
        </Stack>
      )}
      {phase === "open" && kept.length > 0 && (
        <Stack gap="tight">
          <p>{say("rate.open.effect")}</p>
          <ActButton
            what="reveal"
            about={`/deals/${deal.escrow}`}
            kind="primary"
            run={async (_, member) => {
              const { reveal } = await import("./actions");
              return reveal(facts, member.address, deal.escrow as Hash);
            }}
          />
        </Stack>
      )}
    </Stack>
  );
}

function Keep({ kept }: { kept: readonly Seal[] }) {
  const { say } = useWords();
  const name = `allmende-rating-${kept[0]?.deal.slice(2, 10)}.json`;
  return (
    <Row>
      <SaveButton name={name} content={() => sealFile(kept)}>
        {say("rate.save")}
      </SaveButton>
      <Soft small>{say("rate.save.hint")}</Soft>
    </Row>
  );
}

function Load({ deal, facts, me, onLoaded }: Props & { onLoaded: () => void }) {
  const { say } = useWords();
  const [problem, setProblem] = useState<unknown>(null);

  async function load(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [file] = event.target.files ?? [];
    if (!file) return;
    setProblem(null);
    try {
      const [{ loadSeals }, text] = await Promise.all([import("./actions"), file.text()]);
      loadSeals(facts, me, deal.escrow as Hash, text);
      onLoaded();
    } catch (error) {
      setProblem(error);
    }
  }

  return (
    <>
      <label className={style.file}>
        <span>{say("rate.load")}</span>
        <input type="file" accept="application/json,.json" onChange={load} />
      </label>
      {problem !== null && <ProblemNote error={problem} />}
    </>
  );
}

function Received({ rating }: { rating: Rating }) {
  const { say } = useWords();
  if (rating.state === "open" && rating.score) return <p>{say("rate.got", { score: rating.score })}</p>;
  if (rating.state === "retracted") return <p>{say("rate.other.retracted")}</p>;
  return <p>{say(rating.state === "forfeited" ? "rate.other.forfeited" : "rate.other.sealed")}</p>;
}
