/** Who acts next, by when, and what happens if nobody does: every open matter, the next one first. */
import { who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { Countdown, Member, Moment, useUnit } from "../../ui/Amounts";
import { Badge, Card } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { type Role, rolesOf } from "./acts";
import style from "./deal.module.css";
import type { Deal, Turn } from "./queries";

const TODO = [
  "hand_over",
  "give_back",
  "release_part",
  "release",
  "unwind",
  "finish",
  "refund",
  "claim_damage",
  "accept_claim",
  "dispute",
  "rule",
  "expire",
  "rate",
  "reveal",
] as const;

export function Turns({ deal }: { deal: Deal }) {
  const { say } = useWords();
  return (
    <Card label={say("deal.next")}>
      <h2>{say("deal.next")}</h2>
      {deal.turns.map((turn) => (
        <One key={`${turn.actor} ${turn.acts.join()} ${turn.otherwise.key}`} deal={deal} turn={turn} />
      ))}
    </Card>
  );
}

function One({ deal, turn }: { deal: Deal; turn: Turn }) {
  const { say, sentence } = useWords();
  const unit = useUnit({ token: deal.token });
  return (
    <div className={style.turn} data-actor={turn.actor}>
      <p className={style.who}>
        <Actor deal={deal} turn={turn} />
      </p>
      <Todo acts={turn.acts} />
      {turn.by_s !== null && (
        <p>
          {say("deal.by")} <Moment at={turn.by_s} /> (<Countdown to={turn.by_s} />)
        </p>
      )}
      <p>{sentence(turn.otherwise, unit)}</p>
    </div>
  );
}

/** What there is to do, in words. */
export function Todo(props: { acts: readonly string[] }) {
  const { say } = useWords();
  const acts = TODO.filter((act) => props.acts.includes(act));
  if (acts.length === 0) return null;
  return (
    <ul className={style.todo}>
      {acts.map((act) => (
        <li key={act}>
          <Badge tone="sky">{say(`deal.todo.${act}`)}</Badge>
        </li>
      ))}
    </ul>
  );
}

function Actor({ deal, turn }: { deal: Deal; turn: Turn }) {
  const { say } = useWords();
  const me = useStore(who);
  const roles = rolesOf(deal, me?.address ?? null);
  const { actor } = turn;
  if (actor === "nobody" || actor === "anyone") return say(`deal.actor.${actor}`);
  if (actor === "both")
    return say(roles.some((role) => role !== "arbitrator") ? "deal.actor.both_you" : "deal.actor.both");
  if (roles.includes(actor)) return say(`deal.actor.${actor}_you`);
  const address = addressOf(deal, actor);
  return (
    <>
      {say(`deal.actor.${actor}`)} {address && <Member address={address} />}
    </>
  );
}

export function addressOf(deal: Deal, role: Role): string | null {
  return { payer: deal.payer, payee: deal.payee, arbitrator: deal.arbitrator }[role];
}
