/** What it costs, and what is laid down meanwhile. */
import { SelectField, TextField } from "../../../ui/Field";
import { Card } from "../../../ui/Layout";
import { useWords } from "../../../words/context";
import { type Money, type OfferForm, PER } from "./form";
import style from "./offer.module.css";
import { bound, type Typing } from "./typing";

const PER_KEYS = { booking: "offer.per.booking", hour: "offer.per.hour", day: "offer.per.day" } as const;

export function MoneySection(props: { typing: Typing; money: Money; ownCurrency: boolean }) {
  const { say } = useWords();
  const { typing } = props;
  const symbol = props.money.unit.symbol || props.money.currency;
  return (
    <Card label={say("offer.money")}>
      <h2>{say("offer.money")}</h2>
      {!props.ownCurrency && (
        <TextField
          label={say("offer.currency")}
          hint={say("offer.currency.hint")}
          autoCapitalize="none"
          translate="no"
          {...bound(typing, "currency")}
        />
      )}
      <div className={style.pair}>
        <TextField
          label={say("offer.price", { symbol })}
          hint={say("offer.price.hint")}
          inputMode="decimal"
          {...bound(typing, "price")}
        />
        <SelectField
          label={say("offer.per")}
          value={typing.form.per}
          onChange={(event) => typing.set("per", event.target.value as OfferForm["per"])}
        >
          {PER.map((per) => (
            <option key={per} value={per}>
              {say(PER_KEYS[per])}
            </option>
          ))}
        </SelectField>
      </div>
      <TextField
        label={say("offer.deposit", { symbol })}
        hint={say("offer.deposit.hint")}
        inputMode="decimal"
        {...bound(typing, "deposit")}
      />
    </Card>
  );
}
