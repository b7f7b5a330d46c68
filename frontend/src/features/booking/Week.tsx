/** Seven days of a thing: free stretches as bars for the eye, and as buttons for everybody. */
import type { CSSProperties } from "react";
import { Button } from "../../ui/Button";
import { Row, Soft, Stack } from "../../ui/Layout";
import { useWords } from "../../words/context";
import { type Span, within } from "./availability";
import { ownZone } from "./TimeSpan";
import style from "./week.module.css";

interface WeekProps {
  /** Eight moments: where the seven days begin, and where the last ends. */
  readonly days: readonly number[];
  /** null: not known yet. */
  readonly free: readonly Span[] | null;
  readonly wanted: Span | null;
  readonly zone: string;
  readonly onPick: (stretch: Span) => void;
  readonly onTurn: (weeks: 1 | -1) => void;
  readonly first: boolean;
}

export function Week(props: WeekProps) {
  const { say, day } = useWords();
  const { days, zone } = props;
  const [begin = 0, end = 0] = [days[0], days.at(-1)];
  const own = ownZone();
  return (
    <Stack gap="tight">
      <Row apart>
        <h2>{say("availability.title")}</h2>
        <Row>
          <Button disabled={props.first} onClick={() => props.onTurn(-1)}>
            {say("availability.earlier")}
          </Button>
          <Button onClick={() => props.onTurn(1)}>{say("availability.later")}</Button>
        </Row>
      </Row>
      <p aria-live="polite">
        {say("availability.week", { from: day(begin, zone), to: day(end - 1, zone) })}{" "}
        <Soft small>{say(zone === own ? "availability.zone.same" : "availability.zone", { zone, own })}</Soft>
      </p>
      <ol className={style.days} aria-busy={props.free === null}>
        {days.slice(0, -1).map((from, index) => (
          <Day key={from} {...props} from={from} to={days[index + 1] ?? from} />
        ))}
      </ol>
    </Stack>
  );
}

function Day(props: WeekProps & { from: number; to: number }) {
  const { say, day } = useWords();
  const { from, to, zone } = props;
  const free = props.free && within(props.free, from, to);
  const place = ({ start_s, end_s }: Span): CSSProperties =>
    ({
      "--from": `${(100 * (start_s - from)) / (to - from)}%`,
      "--length": `${(100 * (end_s - start_s)) / (to - from)}%`,
    }) as CSSProperties;
  return (
    <li className={style.day}>
      <h3 className={style.name}>{day(from, zone)}</h3>
      <div className={style.bar} aria-hidden="true">
        {free?.map((one) => (
          <span key={one.start_s} className={style.free} style={place(one)} />
        ))}
        {props.wanted &&
          within([props.wanted], from, to).map((one) => (
            <span key={one.start_s} className={style.wanted} style={place(one)} />
          ))}
      </div>
      <ul className={style.stretches}>
        {free?.map((one) => (
          <li key={one.start_s}>
            <button type="button" className={style.stretch} onClick={() => props.onPick(one)}>
              <Stretch span={one} whole={one.start_s === from && one.end_s === to} zone={zone} />
            </button>
          </li>
        ))}
        {free?.length === 0 && (
          <li>
            <Soft small>{say("availability.none")}</Soft>
          </li>
        )}
      </ul>
    </li>
  );
}

/** A free stretch of a day by both clocks; the member's own names the day too, where it is another. */
function Stretch(props: { span: Span; whole: boolean; zone: string }) {
  const { say, day, time, moment } = useWords();
  const { zone, whole } = props;
  const { start_s, end_s } = props.span;
  const own = ownZone();
  const differ = moment(start_s, zone) !== moment(start_s, own) || moment(end_s, zone) !== moment(end_s, own);
  const sameDay = day(start_s, own) === day(start_s, zone) && day(end_s, own) === day(start_s, zone);
  const mine = sameDay ? time : moment;
  return (
    <>
      <span>
        {whole
          ? say("availability.whole_day")
          : say("availability.stretch", { from: time(start_s, zone), to: time(end_s, zone) })}
      </span>
      {differ && (
        <Soft small>{say("availability.yours", { from: mine(start_s, own), to: mine(end_s, own) })}</Soft>
      )}
    </>
  );
}
