/** What happened in a deal, where its money is, and what was agreed. */
import { Member, Moment, useUnit } from "../../ui/Amounts";
import { Card, Code, Fact, Facts } from "../../ui/Layout";
import { useWords } from "../../words/context";
import style from "./deal.module.css";
import type { Deal } from "./queries";

/** Everything that happened, oldest first. */
export function Timeline({ deal }: { deal: Deal }) {
  const { say, sentence } = useWords();
  const unit = useUnit({ token: deal.token });
  return (
    <Card label={say("deal.story")}>
      <h2>{say("deal.story")}</h2>
      <ol className={style.line}>
        {deal.steps.map((step) => (
          <li key={`${step.sentence.key} ${step.at_s}`}>
            {step.at_s !== null && (
              <span className={style.when}>
                <Moment at={step.at_s} />
              </span>
            )}
            {sentence(step.sentence, unit)}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** Both legs, and where they are. */
export function MoneyTable({ deal }: { deal: Deal }) {
  const { say, money } = useWords();
  const unit = useUnit({ token: deal.token });
  const { money: at } = deal;
  const shown = (amount: string): string => money(amount, unit);
  const zero = (amount: string): boolean => BigInt(amount) === 0n;
  return (
    <Card label={say("deal.money")}>
      <h2>{say("deal.money")}</h2>
      <table className={style.money}>
        <thead>
          <tr>
            <th scope="col">{say("deal.money.leg")}</th>
            <th scope="col" className={style.amount}>
              {say("deal.money.amount")}
            </th>
            <th scope="col">{say("deal.money.where")}</th>
          </tr>
        </thead>
        <tbody>
          {!zero(deal.price) && (
            <tr>
              <th scope="row">{say("deal.price")}</th>
              <td className={style.amount}>{shown(deal.price)}</td>
              <td>
                {at.price_closed
                  ? say("deal.money.price_closed", {
                      paid: shown(at.price_paid),
                      returned: shown(at.price_returned),
                    })
                  : say(
                      deal.state === "disputed" && !zero(at.disputed_price)
                        ? "deal.money.disputed"
                        : "deal.money.held",
                    )}
                {!at.price_closed && !zero(at.price_paid) && (
                  <>; {say("deal.money.price_released", { paid: shown(at.price_paid) })}</>
                )}
              </td>
            </tr>
          )}
          {!zero(deal.deposit) && (
            <tr>
              <th scope="row">{say("deal.deposit")}</th>
              <td className={style.amount}>{shown(deal.deposit)}</td>
              <td>
                {at.deposit_closed
                  ? say("deal.money.deposit_closed", {
                      returned: shown(at.deposit_returned),
                      kept: shown(at.deposit_kept),
                    })
                  : zero(at.claim)
                    ? say("deal.money.held")
                    : say("deal.money.claimed", { claim: shown(at.claim) })}
              </td>
            </tr>
          )}
          {at.fee !== null && !zero(at.fee) && (
            <tr>
              <th scope="row">{say("deal.money.fee")}</th>
              <td className={style.amount}>{shown(at.fee)}</td>
              <td>{say("deal.money.fee.where")}</td>
            </tr>
          )}
        </tbody>
      </table>
    </Card>
  );
}

/** What was agreed, for whoever wants to know. */
export function Terms({ deal }: { deal: Deal }) {
  const { say, money, span, number } = useWords();
  const unit = useUnit({ token: deal.token });
  const { terms, agreed } = deal;
  return (
    <Card>
      <details className={style.more}>
        <summary>{say("deal.terms")}</summary>
        <Facts>
          <Fact name={say("deal.role.payer")}>
            <Member address={deal.payer} />
          </Fact>
          <Fact name={say("deal.role.payee")}>
            <Member address={deal.payee} />
          </Fact>
          <Fact name={say("deal.role.arbitrator")}>
            {deal.arbitrator ? <Member address={deal.arbitrator} /> : say("deal.terms.no_arbitrator")}
          </Fact>
          <Fact name={say("deal.terms.deliver_by")}>
            <Moment at={deal.deliver_by_s} />
          </Fact>
          <Fact name={say("deal.terms.object_by")}>
            <Moment at={deal.object_by_s} />
          </Fact>
          <Fact name={say("deal.terms.return_by")}>
            <Moment at={deal.return_by_s} />
          </Fact>
          <Fact name={say("deal.terms.claim_by")}>
            <Moment at={deal.claim_by_s} />
          </Fact>
          <Fact name={say("deal.terms.answer")}>
            {say("deal.terms.answer.text", {
              span: span(terms.answer_s),
              percent: number(terms.silent_payer_bps / 100),
            })}
          </Fact>
          {agreed.parts.map((part) => (
            <Fact key={part.due_s} name={say("deal.terms.part")}>
              {say("deal.terms.part.text", {
                amount: money(part.amount, unit),
                held: money(part.held, unit),
              })}{" "}
              <Moment at={part.due_s} />
            </Fact>
          ))}
          {agreed.cancellations.map((entry) => (
            <Fact key={entry.until_s} name={say("deal.terms.cancel")}>
              {say("deal.terms.cancel.text", { percent: number(entry.refund_bps / 100) })}{" "}
              <Moment at={entry.until_s} />
            </Fact>
          ))}
          {agreed.ladder.map((rung) => (
            <Fact key={rung.arbitrator} name={say("deal.terms.rule")}>
              <Member address={rung.arbitrator} />
              {": "}
              {say(rung.is_asked ? "deal.terms.rung_asked" : "deal.terms.rung", {
                span: span(rung.window_s),
                fee: money(rung.fee_cap, unit),
              })}
            </Fact>
          ))}
          {agreed.ladder.length > 0 && (
            <Fact name={say("deal.terms.silence")}>
              {say("deal.terms.silence.text", { percent: number(terms.silent_arbitrator_bps / 100) })}
            </Fact>
          )}
          <Fact name={say("deal.terms.id")}>
            <Code>{deal.escrow}</Code>
          </Fact>
        </Facts>
      </details>
    </Card>
  );
}
