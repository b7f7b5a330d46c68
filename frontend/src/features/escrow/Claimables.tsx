/** What could not be paid out to a member and waits for them. */
import { useQuery } from "@tanstack/react-query";
import type { Address } from "../../chain/facts";
import { who } from "../../chain/who";
import { useStore } from "../../kit/store";
import { ActButton } from "../../ui/ActButton";
import { useUnit } from "../../ui/Amounts";
import { Card } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { claimablesQuery } from "./queries";

/** `about` is the page it is shown on. Shows nothing where nothing waits. */
export function Claimables({ about }: { about: string }) {
  const { say } = useWords();
  const me = useStore(who);
  const { data } = useQuery({ ...claimablesQuery(me?.address ?? ""), enabled: me !== null });
  if (!me || !data?.items.length) return null;
  return (
    <Card label={say("deal.waits")}>
      <h2>{say("deal.waits")}</h2>
      <p>{say("deal.waits.why")}</p>
      {data.items.map((item) => (
        <One key={item.token} token={item.token as Address} amount={item.amount} about={about} />
      ))}
    </Card>
  );
}

function One(props: { token: Address; amount: string; about: string }) {
  const { say, money } = useWords();
  const unit = useUnit({ token: props.token });
  return (
    <>
      <p>{say("deal.waits.effect", { amount: money(props.amount, unit) })}</p>
      <ActButton
        what="withdraw"
        about={props.about}
        kind="primary"
        run={async (facts, me) => {
          const { withdraw } = await import("./actions");
          return withdraw(facts, me.address, props.token, props.about);
        }}
      />
    </>
  );
}
