/** The acts that the contract takes now from whoever looks, each with its effect in amounts before it is sent. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { chainNow } from "../../api/freshness";
import { askWho } from "../../chain/ask_who";
import { factsQuery } from "../../chain/facts";
import { who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { useUnit } from "../../ui/Amounts";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Card, Code, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import { parseAmount } from "../../words/speak";
import type { Details } from "./actions";
import { type EscrowAct, offered, rolesOf } from "./acts";
import style from "./deal.module.css";
import { EvidenceField } from "./EvidenceField";
import { type Effect, effectOf, inDispute, rulingOf } from "./effects";
import { type Evidence, keepEvidence } from "./evidence";
import type { Deal } from "./queries";

export function Acts({ deal }: { deal: Deal }) {
  const { say } = useWords();
  const me = useStore(who);
  const roles = rolesOf(deal, me?.address ?? null);
  const { due, also } = offered(deal, me?.address ?? null);
  const one = (act: EscrowAct, first: boolean) => <One key={act} act={act} deal={deal} first={first} />;
  if (deal.state === "closed") return null;
  return (
    <Card label={say("deal.acts")}>
      <h2>{say("deal.acts")}</h2>
      {me ? (
        roles.length > 0 ? (
          roles.map((role) => <p key={role}>{say(`deal.you.${role}`)}</p>)
        ) : (
          <p>{say("deal.you.nobody")}</p>
        )
      ) : (
        <Stack gap="tight">
          <p>{say("deal.acts.who")}</p>
          <div>
            <Button onClick={askWho}>{say("who.choose")}</Button>
          </div>
        </Stack>
      )}
      {due.length > 0 && <div>{due.map((act, index) => one(act, index === 0))}</div>}
      {me && due.length === 0 && also.length === 0 && <Soft>{say("deal.acts.none")}</Soft>}
      {deal.may.anyone?.includes("unwind") && (
        <Note tone="info">
          {say("deal.unwind.how")} <Code>{`allmende deal unwind ${deal.escrow}`}</Code>
        </Note>
      )}
      {also.length > 0 && (
        <details className={style.more}>
          <summary>{say(due.length > 0 ? "deal.acts.also" : "deal.acts.possible")}</summary>
          <div>{also.map((act) => one(act, false))}</div>
        </details>
      )}
    </Card>
  );
}

interface ActProps {
  readonly act: EscrowAct;
  readonly deal: Deal;
  readonly first: boolean;
}

function One(props: ActProps) {
  const { act } = props;
  return (
    <div className={style.act} data-act={act}>
      {act === "claim_damage" ? (
        <Claim {...props} />
      ) : act === "rule" ? (
        <Rule {...props} />
      ) : act === "dispute" ? (
        <Dispute {...props} />
      ) : (
        <Simple {...props} act={act} />
      )}
    </div>
  );
}

/** The button itself; evidence is kept here before anything is sent. */
function Send(
  props: ActProps & { details?: Details; evidence?: Evidence | null; disabled?: boolean; danger?: boolean },
) {
  const { act, deal, evidence } = props;
  return (
    <ActButton
      what={act}
      about={`/deals/${deal.escrow}`}
      kind={props.danger ? "danger" : props.first ? "primary" : "plain"}
      disabled={props.disabled ?? false}
      run={async (facts, me) => {
        if (evidence) keepEvidence(deal.escrow, evidence);
        const actions = await import("./actions");
        const digest = evidence ? { digest: evidence.digest } : {};
        return actions.act(facts, me.address, deal, act, { ...props.details, ...digest });
      }}
    />
  );
}

function useSpokenEffect(deal: Deal): (effect: Effect) => string {
  const { say, money, span } = useWords();
  const unit = useUnit({ token: deal.token });
  return ({ key, amounts }) => {
    const shown = Object.entries(amounts).map(([name, amount]) => [name, money(amount, unit)]);
    const times = { answer: span(deal.terms.answer_s), window: span(deal.terms.window_s ?? 0) };
    return say(`deal.effect.${key}`, { ...times, ...Object.fromEntries(shown) });
  };
}

function Simple(props: ActProps & { act: Exclude<EscrowAct, "claim_damage" | "dispute" | "rule"> }) {
  const { sentence } = useWords();
  const { act, deal } = props;
  const unit = useUnit({ token: deal.token });
  const spoken = useSpokenEffect(deal);
  const closes = deal.turns.filter((turn) => act === "expire" && turn.acts.includes("expire"));
  return (
    <>
      <p>{spoken(effectOf(act, deal, chainNow()))}</p>
      {closes.map((turn) => (
        <p key={turn.otherwise.key}>{sentence(turn.otherwise, unit)}</p>
      ))}
      <Send {...props} danger={act === "refund" || act === "cancel"} />
    </>
  );
}

function Claim(props: ActProps) {
  const { say, money } = useWords();
  const { deal } = props;
  const unit = useUnit({ token: deal.token });
  const spoken = useSpokenEffect(deal);
  const [text, setText] = useState("");
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  const amount = parseAmount(text, unit.decimals);
  const deposit = BigInt(deal.deposit);
  const fits = amount !== null && amount > 0n && amount <= deposit;
  const effect = effectOf("claim_damage", deal, chainNow());
  return (
    <Stack>
      <h3>{say("act.claim_damage")}</h3>
      <TextField
        label={say("deal.claim.amount", { symbol: unit.symbol })}
        hint={say("deal.claim.most", { deposit: money(deposit, unit) })}
        error={text && !fits ? say("deal.claim.unfit", { deposit: money(deposit, unit) }) : null}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <EvidenceField label={say("deal.claim.evidence")} onChange={setEvidence} />
      {fits && <p>{spoken({ ...effect, amounts: { ...effect.amounts, claim: amount } })}</p>}
      <Public />
      <Send {...props} danger disabled={!fits} evidence={evidence} {...(fits && { details: { amount } })} />
    </Stack>
  );
}

function Dispute(props: ActProps) {
  const { say } = useWords();
  const { deal } = props;
  const spoken = useSpokenEffect(deal);
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  return (
    <Stack>
      <h3>{say("act.dispute")}</h3>
      <p>{spoken(effectOf("dispute", deal, chainNow()))}</p>
      {deal.agreed.ladder.length > 1 && (
        <p>{say("deal.effect.dispute_ladder", { count: String(deal.agreed.ladder.length) })}</p>
      )}
      <EvidenceField label={say("deal.dispute.evidence")} onChange={setEvidence} />
      <Public />
      <Send {...props} danger evidence={evidence} />
    </Stack>
  );
}

function Rule(props: ActProps) {
  const { say, money } = useWords();
  const { data: facts } = useQuery(factsQuery);
  const { deal } = props;
  const unit = useUnit({ token: deal.token });
  const [to, setTo] = useState("");
  const [kept, setKept] = useState("0");
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  const whole = inDispute(deal);
  const toPayee = parseAmount(to, unit.decimals);
  const fee = parseAmount(kept, unit.decimals);
  const ruling = rulingOf(deal, toPayee ?? 0n, fee ?? 0n);
  const fits = facts !== undefined && toPayee !== null && fee !== null && ruling.problem === null;
  const shown = (amount: bigint): string => money(amount, unit);
  return (
    <Stack>
      <h3>{say("act.rule")}</h3>
      <p>{say("deal.rule.about", { amount: shown(whole) })}</p>
      <TextField
        label={say("deal.rule.to_payee", { symbol: unit.symbol })}
        hint={say("deal.rule.to_payee.hint", { amount: shown(whole) })}
        error={
          to && (toPayee === null || ruling.problem === "more than in dispute")
            ? say("deal.rule.unfit", { amount: shown(whole) })
            : null
        }
        inputMode="decimal"
        autoComplete="off"
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <TextField
        label={say("deal.rule.fee", { symbol: unit.symbol })}
        hint={say("deal.rule.fee.hint", { amount: shown(ruling.mostFee) })}
        error={
          fee === null || ruling.problem === "fee too large"
            ? say("deal.rule.fee.unfit", { amount: shown(ruling.mostFee) })
            : null
        }
        inputMode="decimal"
        autoComplete="off"
        value={kept}
        onChange={(event) => setKept(event.target.value)}
      />
      <EvidenceField label={say("deal.rule.reasons")} onChange={setEvidence} />
      {fits && (
        <p>
          {say("deal.effect.rule", {
            to_payee: shown(toPayee),
            to_payer: shown(ruling.toPayer),
            fee: shown(fee),
          })}
        </p>
      )}
      <Public />
      <Send
        {...props}
        disabled={!fits}
        evidence={evidence}
        {...(fits && { details: { amount: toPayee, fee } })}
      />
    </Stack>
  );
}

function Public() {
  const { say } = useWords();
  return <Note tone="info">{say("deal.public")}</Note>;
}
