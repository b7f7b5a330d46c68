/** What paying means, before anything is sent: the money, what is public, what happens by itself and when. */
import { Member, Moment, useUnit } from "../../ui/Amounts";
import { Fact, Facts, Soft, Stack } from "../../ui/Layout";
import { useWords } from "../../words/context";
import style from "./deal.module.css";
import { ANSWER_S, ARBITRATOR_S, CLAIM_S, OBJECT_S, type Quote } from "./quote";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function FundPreview({ quote, zone }: { quote: Quote; zone: string | undefined }) {
  const { say, money, span, moment } = useWords();
  const unit = useUnit({ token: quote.token });
  const { price, deposit, arbitrator, feeCap } = quote;
  const sum = money(price + deposit, unit);
  const at = (seconds: number): string => moment(seconds, zone);
  return (
    <Stack>
      <Facts>
        {price > 0n && (
          <Fact name={say("fund.pay")}>
            <strong>{money(price, unit)}</strong>
            <br />
            {say("fund.pay.text")} <Member address={quote.payee} />
          </Fact>
        )}
        {deposit > 0n && (
          <Fact name={say("fund.lay_down")}>
            <strong>{money(deposit, unit)}</strong>
            <br />
            {say(arbitrator ? "fund.lay_down.text" : "fund.lay_down.surely")}
          </Fact>
        )}
        <Fact name={say("fund.allow")}>
          <strong>{sum}</strong>
          <br />
          {say("fund.allow.text")}
        </Fact>
        <Fact name={say("fund.get")}>
          <Moment at={quote.start_s} {...(zone && { zone })} /> –{" "}
          <Moment at={quote.end_s} {...(zone && { zone })} />
        </Fact>
      </Facts>
      {zone && zone !== HERE && <Soft small>{say("fund.zone")}</Soft>}
      <h3>{say("fund.by_itself")}</h3>
      <ul className={style.plain}>
        {price > 0n && (
          <li>
            {say(arbitrator ? "fund.price_by_silence" : "fund.price_final", {
              price: money(price, unit),
              by: at(quote.start_s + OBJECT_S),
            })}
          </li>
        )}
        {deposit > 0n && (
          <li>
            {say(arbitrator ? "fund.deposit_by_silence" : "fund.deposit_final", {
              deposit: money(deposit, unit),
              end: at(quote.end_s),
              by: at(quote.end_s + CLAIM_S),
            })}
          </li>
        )}
        {deposit > 0n && arbitrator && <li>{say("fund.claim", { answer: span(ANSWER_S) })}</li>}
        {arbitrator && (
          <li>{say("fund.dispute", { window: span(ARBITRATOR_S), fee: money(feeCap, unit) })}</li>
        )}
      </ul>
      <h3>{say("fund.public")}</h3>
      <p>{say("fund.public.text")}</p>
    </Stack>
  );
}
