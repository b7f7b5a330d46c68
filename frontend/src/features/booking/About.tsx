/** Whose a thing is and what is said of them, what it can, on which terms, and where. */
import { useQuery } from "@tanstack/react-query";
import { Member } from "../../ui/Amounts";
import { Facts, Stack } from "../../ui/Layout";
import { Loaded } from "../../ui/Loading";
import { useWords } from "../../words/context";
import type { Sentence } from "../../words/speak";
import { Conditions } from "./Conditions";
import { type Resource, standingQuery } from "./queries";

export function About({ thing }: { thing: Resource }) {
  return (
    <>
      <Owner thing={thing} />
      <Criteria thing={thing} />
      <Policy thing={thing} />
      <Place />
    </>
  );
}

function Owner({ thing }: { thing: Resource }) {
  const { say, sentence } = useWords();
  const standing = useQuery(standingQuery(thing.owner));
  const tag = thing.description?.service;
  /** The ledger knows services by number; this one has a name. */
  const named = (one: Sentence): Sentence =>
    tag && one.params.service === thing.service ? { ...one, params: { ...one.params, service: tag } } : one;
  return (
    <Stack gap="tight">
      <h2>
        {say("resource.owner")} <Member address={thing.owner} />
      </h2>
      <Loaded query={standing}>
        {(found) => (
          <ul>
            {found.explanation.map((one) => (
              <li key={`${one.key}.${JSON.stringify(one.params)}`}>{sentence(named(one))}</li>
            ))}
          </ul>
        )}
      </Loaded>
    </Stack>
  );
}

function Criteria({ thing }: { thing: Resource }) {
  const { say, number } = useWords();
  const entries = Object.entries(thing.description?.criteria ?? {});
  if (entries.length === 0) return null;
  const shown = (value: (typeof entries)[number][1]) => {
    if (typeof value === "boolean") return <dd>{say(value ? "resource.yes" : "resource.no")}</dd>;
    if (typeof value === "number") return <dd>{number(value)}</dd>;
    return <dd translate="no">{typeof value === "string" ? value : value.join(", ")}</dd>;
  };
  return (
    <Stack gap="tight">
      <h2>{say("resource.criteria")}</h2>
      <Facts>
        {entries.map(([name, value]) => [
          <dt key={name} translate="no">
            {name.replaceAll("_", " ")}
          </dt>,
          <Value key={`${name}=`}>{shown(value)}</Value>,
        ])}
      </Facts>
    </Stack>
  );
}

const Value = (props: { children: React.ReactNode }) => props.children;

const DECIDES = {
  manual: "resource.policy.manual",
  "first-come": "resource.policy.first_come",
  policy: "resource.policy.policy",
} as const;

function Policy({ thing }: { thing: Resource }) {
  const { say, span } = useWords();
  const waits = thing.rule !== "first-come";
  return (
    <Stack gap="tight">
      <h2>{say("resource.policy")}</h2>
      <ul>
        <li>{say(DECIDES[thing.rule])}</li>
        <Conditions thing={thing} />
        <li>
          {say("resource.policy.length", {
            step: span(thing.quantum_s),
            longest: span(thing.max_quanta * thing.quantum_s),
          })}
        </li>
        {thing.notice_s > 0 && <li>{say("resource.policy.notice", { notice: span(thing.notice_s) })}</li>}
        <li>{say("resource.policy.horizon", { horizon: span(thing.horizon_s) })}</li>
        {waits && <li>{say("resource.policy.expires", { ttl: span(thing.ttl_s) })}</li>}
        <li>{say("resource.policy.cancel")}</li>
      </ul>
    </Stack>
  );
}

function Place() {
  const { say } = useWords();
  return (
    <Stack gap="tight">
      <h2>{say("resource.place")}</h2>
      <p>{say("resource.place.text")}</p>
    </Stack>
  );
}
