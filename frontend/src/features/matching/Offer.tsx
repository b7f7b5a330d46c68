/** One offer of a search: how far, how much, when, on whose word, and why it stands where it stands. */
import { Link } from "@tanstack/react-router";
import { Member, useUnit } from "../../ui/Amounts";
import { Badge, Row, Soft } from "../../ui/Layout";
import { useWords } from "../../words/context";
import style from "./find.module.css";
import type { Result } from "./queries";
import type { FindSearch } from "./wish";

const PER = { booking: "find.price.booking", hour: "find.price.hour", day: "find.price.day" } as const;
const RULE = {
  manual: "find.rule.manual",
  "first-come": "find.rule.first_come",
  policy: "find.rule.policy",
} as const;
const FACTOR = {
  proximity: "find.factor.proximity",
  reputation: "find.factor.reputation",
  availability: "find.factor.availability",
  price: "find.factor.price",
  criteria: "find.factor.criteria",
} as const;

/** Positions are known to about half a kilometre, so that nothing finer than 100 m is said. */
const roughly = (metres: number): number => Math.max(100, Math.round(metres / 100) * 100);

export function Offer({ offer, wish, zone }: { offer: Result; wish: FindSearch; zone: string }) {
  const { say, money, distance, moment, day, time, sentence, number } = useWords();
  const unit = useUnit({ currency: offer.price.currency });
  const { from, to } = wish;
  const timed = from !== undefined && to !== undefined;
  const { slot } = offer;
  const trust = offer.factors.find((one) => one.name === "reputation");
  const sameDay = slot && day(slot.start_s, zone) === day(slot.end_s, zone);
  const price = money(offer.price.amount, unit);
  return (
    <article className={style.offer} data-resource={offer.resource}>
      {offer.photo && (
        <img
          className={style.photo}
          src={`/api/photos/${offer.photo}`}
          alt=""
          loading="lazy"
          width={320}
          height={240}
        />
      )}
      <div className={style.words}>
        <h3>
          <Link
            to="/resources/$resource"
            params={{ resource: offer.resource }}
            search={timed ? { from, to } : {}}
            className={style.link}
            translate="no"
          >
            {offer.title}
          </Link>
        </h3>
        <Row>
          <span>{say("find.away", { distance: distance(roughly(offer.distance_m)) })}</span>
          <Badge tone={offer.rule === "first-come" ? "moss" : "sky"}>{say(RULE[offer.rule])}</Badge>
          {offer.gated && <Badge tone="honey">{say("find.gated")}</Badge>}
        </Row>
        <p>
          <strong>{timed ? say("find.price.total", { price }) : say(PER[offer.price.per], { price })}</strong>{" "}
          <span>{say("find.deposit", { deposit: money(offer.deposit, unit) })}</span>
        </p>
        {slot && (
          <p>
            {say(timed ? "find.free" : "find.free.next", {
              from: moment(slot.start_s, zone),
              to: sameDay ? time(slot.end_s, zone) : moment(slot.end_s, zone),
            })}
          </p>
        )}
        <p>
          <Soft>
            {say("find.owner")} <Member address={offer.owner} />. {trust && sentence(trust.words, unit, zone)}
          </Soft>
        </p>
        <details className={style.more}>
          <summary>{say("find.why", { score: Math.round(offer.score * 100) })}</summary>
          <dl className={style.factors}>
            {offer.factors.map((one) => (
              <div key={one.name}>
                <dt>
                  {say(FACTOR[one.name])}{" "}
                  <Soft small>
                    {say("find.factor.points", {
                      points: number(Math.round(one.value * one.weight * 100)),
                      most: number(Math.round(one.weight * 100)),
                    })}
                  </Soft>
                </dt>
                <dd>{sentence(one.words, unit, zone)}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
    </article>
  );
}
