/** The offer in words before anything is sent: what becomes public for ever, what stays on this device. */
import { Member } from "../../../ui/Amounts";
import { Card, Code, Soft } from "../../../ui/Layout";
import { useWords } from "../../../words/context";
import type { Cell } from "./cell";
import { LENGTHS, type Money, type Offer, TTL_H } from "./form";
import style from "./offer.module.css";

const PRICE_KEYS = {
  booking: "offer.preview.price.booking",
  hour: "offer.preview.price.hour",
  day: "offer.preview.price.day",
} as const;

interface PreviewProps {
  /** null: something is missing still. */
  readonly offer: Offer | null;
  readonly cell: Cell | null;
  readonly money: Money;
  readonly photos: number;
  readonly me: string | null;
}

export function OfferPreview({ offer, cell, money, photos, me }: PreviewProps) {
  const { say, money: amount, span, distance } = useWords();
  return (
    <Card label={say("offer.preview")}>
      <h2>{say("offer.preview")}</h2>
      {!offer && <Soft>{say("offer.preview.later")}</Soft>}
      {offer && (
        <>
          <p>
            <strong translate="no">{offer.title}</strong>{" "}
            {offer.price.amount === 0n
              ? say("offer.preview.price.free")
              : say(PRICE_KEYS[offer.price.per], { amount: amount(offer.price.amount, money.unit) })}{" "}
            {offer.deposit === 0n
              ? say("offer.preview.deposit.none")
              : say("offer.preview.deposit", { amount: amount(offer.deposit, money.unit) })}
          </p>
          <p>
            {say("offer.preview.times", {
              slot: span(offer.quantum_s),
              longest: span(offer.quantum_s * offer.max_quanta),
            })}{" "}
            {offer.notice_h > 0 &&
              say("offer.preview.notice", { notice: span(offer.notice_h * LENGTHS.hours) })}{" "}
            {offer.rule === "manual"
              ? say("offer.preview.manual", { ttl: span(TTL_H * LENGTHS.hours) })
              : say("offer.preview.first_come")}{" "}
            {say("offer.preview.near", { distance: distance(offer.max_distance_m) })}
          </p>
        </>
      )}
      <div className={style.columns}>
        <div>
          <h3>{say("offer.public")}</h3>
          <ul>
            <li>{say("offer.public.description")}</li>
            <li>
              {say("offer.public.cell")} {cell && <Code>{cell.id}</Code>}
            </li>
            {photos > 0 && <li>{say("offer.public.photos", { count: photos })}</li>}
            <li>
              {say("offer.public.address")} {me && <Member address={me} />}
            </li>
            <li>{say("offer.public.terms")}</li>
          </ul>
        </div>
        <div>
          <h3>{say("offer.stays")}</h3>
          <ul>
            <li>{say("offer.stays.point")}</li>
            <li>{say("offer.stays.address")}</li>
            <li>{say("offer.stays.photos")}</li>
            <li>{say("offer.stays.key")}</li>
          </ul>
        </div>
      </div>
      <Soft small>{say("offer.preview.forever")}</Soft>
      <Soft small>{say("offer.preview.steps")}</Soft>
    </Card>
  );
}
