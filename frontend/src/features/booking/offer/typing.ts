/** A form while it is typed into: its values, and what is wrong where somebody has been. */
import { useState } from "react";
import { useWords } from "../../../words/context";
import type { Faults, Field, OfferForm } from "./form";

export interface Typing {
  readonly form: OfferForm;
  readonly set: <Name extends keyof OfferForm>(name: Name, value: OfferForm[Name]) => void;
  /** What is wrong at a field, in words, once somebody has left it or has tried to send. */
  readonly wrong: (field: Field) => string | undefined;
  /** Somebody has left a field. */
  readonly left: (field: Field) => void;
}

/** Names of the fields whose values are plain text. */
type TextName = { [Name in keyof OfferForm]: string extends OfferForm[Name] ? Name : never }[keyof OfferForm];

/** What a text control needs to show and change one value. */
export function bound({ form, set, wrong, left }: Typing, name: TextName) {
  return {
    name,
    value: form[name],
    error: wrong(name),
    onChange: (event: { target: { value: string } }) => set(name, event.target.value),
    onBlur: () => left(name),
  };
}

export function useTyping(form: OfferForm, faults: Faults, change: (form: OfferForm) => void) {
  const { say } = useWords();
  const [seen, setSeen] = useState<ReadonlySet<Field>>(new Set());
  const [tried, setTried] = useState(false);
  const typing: Typing = {
    form,
    set: (name, value) => change({ ...form, [name]: value }),
    wrong: (field) => {
      const fault = tried || seen.has(field) ? faults[field] : undefined;
      return fault && say(fault.key, fault.params);
    },
    left: (field) => setSeen((known) => new Set(known).add(field)),
  };
  return { typing, showAll: () => setTried(true) };
}
