/** When it can be booked, and who decides. */
import { chainNow } from "../../../api/freshness";
import { SelectField, TextField } from "../../../ui/Field";
import { Card, Soft } from "../../../ui/Layout";
import { useWords } from "../../../words/context";
import { isZone, type Length, RULES, SLOTS_S } from "./form";
import style from "./offer.module.css";
import { bound, type Typing } from "./typing";

const LENGTH_KEYS = { minutes: "offer.in.minutes", hours: "offer.in.hours", days: "offer.in.days" } as const;
const RULE_KEYS = { manual: "offer.rule.manual", "first-come": "offer.rule.first_come" } as const;
const ZONES = Intl.supportedValuesOf("timeZone");

export function TimesSection({ typing }: { typing: Typing }) {
  const { say, span, moment } = useWords();
  const { form, set } = typing;
  const zones = ["UTC", ...ZONES].includes(form.zone) ? ["UTC", ...ZONES] : [form.zone, "UTC", ...ZONES];
  return (
    <Card label={say("offer.times")}>
      <h2>{say("offer.times")}</h2>
      <SelectField
        label={say("offer.slot")}
        hint={say("offer.slot.hint")}
        value={form.slot_s}
        onChange={(event) => set("slot_s", Number(event.target.value))}
      >
        {SLOTS_S.map((slot) => (
          <option key={slot} value={slot}>
            {span(slot)}
          </option>
        ))}
      </SelectField>
      <div className={style.pair}>
        <TextField label={say("offer.longest")} inputMode="numeric" {...bound(typing, "longest")} />
        <LengthField
          label={say("offer.longest.in")}
          value={form.longestIn}
          set={(unit) => set("longestIn", unit)}
        />
      </div>
      <div className={style.pair}>
        <TextField
          label={say("offer.notice")}
          hint={say("offer.notice.hint")}
          inputMode="numeric"
          {...bound(typing, "notice")}
        />
        <LengthField
          label={say("offer.notice.in")}
          value={form.noticeIn}
          set={(unit) => set("noticeIn", unit)}
        />
      </div>
      <fieldset className={style.group}>
        <legend>{say("offer.rule")}</legend>
        {(Object.keys(RULES) as (keyof typeof RULES)[]).map((rule) => (
          <label key={rule} className={style.choice}>
            <input type="radio" name="rule" checked={form.rule === rule} onChange={() => set("rule", rule)} />
            <span>{say(RULE_KEYS[rule])}</span>
          </label>
        ))}
      </fieldset>
      <SelectField
        label={say("offer.zone")}
        hint={say("offer.zone.hint")}
        error={typing.wrong("zone")}
        translate="no"
        value={form.zone}
        onChange={(event) => set("zone", event.target.value)}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </SelectField>
      {isZone(form.zone) && (
        <Soft small>{say("offer.zone.now", { moment: moment(chainNow(), form.zone) })}</Soft>
      )}
    </Card>
  );
}

function LengthField(props: { label: string; value: Length; set: (unit: Length) => void }) {
  const { say } = useWords();
  return (
    <SelectField
      label={props.label}
      value={props.value}
      onChange={(event) => props.set(event.target.value as Length)}
    >
      {(Object.keys(LENGTH_KEYS) as Length[]).map((unit) => (
        <option key={unit} value={unit}>
          {say(LENGTH_KEYS[unit])}
        </option>
      ))}
    </SelectField>
  );
}
