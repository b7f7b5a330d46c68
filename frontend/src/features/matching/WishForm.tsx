/** The wish as a form. What is sent goes into the address, so that it can be kept, shared and gone back to. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { chainNow } from "../../api/freshness";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { Row, Soft, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import style from "./find.module.css";
import { devicePlace, keepPlace } from "./last_place";
import { fieldOf, type Span, saturday, tomorrow } from "./place_time";
import { servicesQuery } from "./services";
import { KILOMETRES, slugOf } from "./wish";
import { type Fields, fieldsOf, type Known, type Wrong, wishOf } from "./wish_fields";

export function WishForm(props: Known & { onLook: () => void }) {
  const { say } = useWords();
  const { zone } = props;
  const navigate = useNavigate({ from: "/" });
  const services = useQuery(servicesQuery);
  const [fields, setFields] = useState(() => fieldsOf(props, chainNow()));
  const [wrong, setWrong] = useState<Wrong>({});
  const [locating, setLocating] = useState<"idle" | "asked" | "refused">("idle");
  const now = chainNow();
  const usual: readonly (readonly [
    "find.when.saturday" | "find.when.tomorrow" | "find.when.any",
    Span | null,
  ])[] = [
    ["find.when.saturday", saturday(now, zone)],
    ["find.when.tomorrow", tomorrow(now, zone)],
    ["find.when.any", null],
  ];

  function look(asked: Fields): void {
    const found = wishOf(asked, props);
    if (!("service" in found)) {
      setWrong(found as Wrong);
      return;
    }
    setWrong({});
    if (found.lat !== undefined && found.lng !== undefined) keepPlace({ lat: found.lat, lng: found.lng });
    props.onLook();
    navigate({ search: found });
  }

  /** A choice of a chip counts at once where it is known what is looked for. */
  function choose(change: Partial<Fields>): void {
    const next = { ...fields, ...change };
    setFields(next);
    if (slugOf(next.what)) look(next);
  }

  const chosen = (span: Span | null): boolean =>
    fields.from === (span ? fieldOf(span.from, zone) : "") &&
    fields.to === (span ? fieldOf(span.to, zone) : "");

  async function locate(): Promise<void> {
    setLocating("asked");
    const found = await devicePlace();
    setLocating(found ? "idle" : "refused");
    if (found) choose({ lat: String(found.lat), lng: String(found.lng) });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    look(fields);
  }

  const set = (name: keyof Fields) => (event: { target: { value: string } }) =>
    setFields({ ...fields, [name]: event.target.value });
  const somewhere = !wrong.place && fields.lat !== "" && fields.lng !== "";
  return (
    <form className={style.form} onSubmit={submit} aria-label={say("find.form")} noValidate>
      <TextField
        label={say("find.what")}
        hint={say("find.what.hint")}
        error={wrong.what && say("find.what.missing")}
        value={fields.what}
        onChange={set("what")}
        list="services"
        autoComplete="off"
        autoCapitalize="none"
        enterKeyHint="search"
        translate="no"
      />
      <datalist id="services">
        {services.data?.map((tag) => (
          <option key={tag} value={tag} translate="no" />
        ))}
      </datalist>
      {!props.wish.service && services.data && services.data.length > 0 && (
        <fieldset className={style.chips}>
          <legend>{say("find.services")}</legend>
          {services.data.slice(0, 12).map((tag) => (
            <Button key={tag} translate="no" onClick={() => choose({ what: tag })}>
              {tag}
            </Button>
          ))}
        </fieldset>
      )}
      <fieldset className={style.chips}>
        <legend>{say("find.when")}</legend>
        {usual.map(([key, span]) => (
          <Button
            key={key}
            kind={chosen(span) ? "primary" : "plain"}
            aria-pressed={chosen(span)}
            onClick={() =>
              choose({ from: span ? fieldOf(span.from, zone) : "", to: span ? fieldOf(span.to, zone) : "" })
            }
          >
            {say(key)}
          </Button>
        ))}
      </fieldset>
      <div className={style.pair}>
        <TextField
          label={say("find.from")}
          type="datetime-local"
          step={300}
          value={fields.from}
          onChange={set("from")}
          error={wrong.time && say("find.time.wrong")}
        />
        <TextField
          label={say("find.to")}
          type="datetime-local"
          step={300}
          value={fields.to}
          onChange={set("to")}
        />
      </div>
      <Soft small>{say("find.zone", { zone })}</Soft>
      <details className={style.more} open={!somewhere || wrong.place || wrong.budget}>
        <summary>
          {somewhere
            ? say("find.where.summary", { lat: fields.lat, lng: fields.lng, km: fields.km })
            : say("find.where.nowhere")}
        </summary>
        <Stack>
          <Stack gap="tight">
            <Row>
              <Button busy={locating === "asked"} onClick={locate}>
                {say("find.locate")}
              </Button>
            </Row>
            <Soft small>{say("find.locate.hint")}</Soft>
            {locating === "refused" && <Note tone="warn">{say("find.locate.refused")}</Note>}
          </Stack>
          <div className={style.pair}>
            <TextField
              label={say("find.lat")}
              inputMode="decimal"
              value={fields.lat}
              onChange={set("lat")}
              error={wrong.place && say("find.place.wrong")}
            />
            <TextField label={say("find.lng")} inputMode="decimal" value={fields.lng} onChange={set("lng")} />
          </div>
          <SelectField
            label={say("find.within")}
            value={fields.km}
            onChange={(event) => setFields({ ...fields, km: Number(event.target.value) })}
          >
            {KILOMETRES.map((km) => (
              <option key={km} value={km}>
                {say("find.km", { km })}
              </option>
            ))}
          </SelectField>
          {props.currency && (
            <TextField
              label={say("find.budget", { currency: props.currency })}
              hint={say("find.budget.hint")}
              inputMode="decimal"
              value={fields.budget}
              onChange={set("budget")}
              error={wrong.budget && say("find.budget.wrong")}
            />
          )}
        </Stack>
      </details>
      <div>
        <Button kind="primary" type="submit">
          {say("find.look")}
        </Button>
      </div>
    </form>
  );
}
