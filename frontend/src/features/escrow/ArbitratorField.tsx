/** Who decides if the two sides disagree: nobody, an address, or in a demo one of its people. */
import { useState } from "react";
import type { Address, Facts } from "../../chain/facts";
import { capital } from "../../ui/Amounts";
import { SelectField, TextField } from "../../ui/Field";
import { Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const ARBITRATOR = "arbitrator";

/** In a demo the neighbour who decides disputes, unless that is one of the sides. */
export function defaultArbitrator(facts: Facts, ...sides: string[]): Address | null {
  const found = facts.demo?.personas.find((one) => one.title === ARBITRATOR);
  return found && !isSide(found.address, sides) ? (found.address as Address) : null;
}

const isSide = (address: string, sides: readonly string[]): boolean =>
  sides.some((side) => side.toLowerCase() === address.toLowerCase());

interface Props {
  readonly facts: Facts;
  readonly sides: readonly string[];
  readonly chosen: Address | null;
  /** "malformed": an address is being typed and is none yet. */
  readonly onChange: (arbitrator: Address | null | "malformed") => void;
}

export function ArbitratorField({ facts, sides, chosen, onChange }: Props) {
  const { say } = useWords();
  const people = facts.demo?.personas.filter((one) => !isSide(one.address, sides)) ?? [];
  const isPerson = people.some((one) => one.address.toLowerCase() === chosen?.toLowerCase());
  const [typed, setTyped] = useState<string | null>(chosen && !isPerson ? chosen : null);
  const problem = typed === null || typed === "" ? null : problemOf(typed, sides);

  function type(text: string): void {
    const address = text.trim();
    setTyped(address);
    onChange(problemOf(address, sides) === null ? (address as Address) : "malformed");
  }

  function choose(value: string): void {
    if (value === "other") type("");
    else {
      setTyped(null);
      onChange(value === "nobody" ? null : (value as Address));
    }
  }

  return (
    <Stack gap="tight">
      <SelectField
        label={say("fund.arbitrator")}
        hint={say("fund.arbitrator.hint")}
        value={typed !== null ? "other" : (chosen ?? "nobody")}
        onChange={(event) => choose(event.target.value)}
      >
        {people.map((one) => (
          <option key={one.address} value={one.address} translate="no">
            {capital(one.name)}
          </option>
        ))}
        <option value="other">{say("fund.arbitrator.other")}</option>
        <option value="nobody">{say("fund.arbitrator.nobody")}</option>
      </SelectField>
      {typed !== null && (
        <TextField
          label={say("fund.arbitrator.address")}
          error={problem === null ? null : say(`fund.arbitrator.${problem}`)}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      )}
      {typed === null && chosen === null && <Note tone="warn">{say("fund.arbitrator.without")}</Note>}
    </Stack>
  );
}

function problemOf(address: string, sides: readonly string[]): "malformed" | "side" | null {
  if (!ADDRESS.test(address) || /^0x0{40}$/.test(address)) return "malformed";
  return isSide(address, sides) ? "side" : null;
}
