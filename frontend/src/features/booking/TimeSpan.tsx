/** A time that is booked, by the clock of the thing, and by the member's own where that shows something else. */
import { Soft } from "../../ui/Layout";
import { useWords } from "../../words/context";

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TimeSpan(props: { from: number; to: number; zone?: string | undefined }) {
  const { say, moment, day, time } = useWords();
  const { from, to, zone } = props;
  const own = ownZone();
  /** The end of a span names its day only where it is another one. */
  const end = (by?: string): string => (day(from, by) === day(to, by) ? time(to, by) : moment(to, by));
  const differ =
    zone !== undefined && (moment(from, zone) !== moment(from, own) || moment(to, zone) !== moment(to, own));
  return (
    <>
      <time dateTime={iso(from)}>{moment(from, zone)}</time> – <time dateTime={iso(to)}>{end(zone)}</time>
      {differ && (
        <>
          {" "}
          <Soft small>{say("availability.yours", { from: moment(from, own), to: end(own) })}</Soft>
        </>
      )}
    </>
  );
}

const iso = (at_s: number): string => new Date(at_s * 1000).toISOString();
