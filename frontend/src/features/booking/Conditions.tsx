/** What a thing asks for beside a time, as lines of its terms: who is admitted, when, how much, together with what. */
import { Link } from "@tanstack/react-router";
import { useWords } from "../../words/context";
import type { Resource } from "./queries";

const POLICY = {
  MembersOnly: "resource.gate.members",
  TicketHolder: "resource.gate.ticket",
  MinimumReputation: "resource.gate.reputation",
  EscrowFunded: "resource.gate.escrow",
  GroupSignatures: "resource.gate.group",
  AttestedByKey: "resource.gate.attested",
  Lottery: "resource.gate.lottery",
} as const;

export function Conditions({ thing }: { thing: Resource }) {
  const { say, span } = useWords();
  const asks = thing.conditions;
  if (!asks) return null;
  const name = asks.policy_name as keyof typeof POLICY | null;
  return (
    <>
      {asks.policy && <li>{say((name && POLICY[name]) ?? "resource.gate.unknown")}</li>}
      {asks.open_hours && <li>{say("resource.gate.open")}</li>}
      {asks.quota > 0 && <li>{say("resource.gate.quota", { quota: span(asks.quota * thing.quantum_s) })}</li>}
      {asks.requires && (
        <li>
          {say("resource.gate.requires")}{" "}
          <Link to="/resources/$resource" params={{ resource: asks.requires }}>
            {say("resource.gate.requires.which")}
          </Link>
        </li>
      )}
    </>
  );
}
