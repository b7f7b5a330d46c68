/** A time that is booked, by the clock of the thing, and by the member's own where that shows something else. */
import { Soft } from "../../ui/Layout";
import { useWords } from "../../words/context";

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TimeSpan(props: { from: number; to: number; zone?: string | undefined }) {
  const { say, moment } = useWords();
  const { from, to, zone } = props;
  const own = ownZone();
  const differ =
    zone !== undefined && (moment(from, zone) !== moment(from, own) || moment(to, zone) !== moment(to, own));
  return (
    <>
      <time dateTime={iso(from)}>{moment(from, zone)}</time> –{" "}
      <time dateTime={iso(to)}>{moment(to, zone)}</time>
      {differ && (
        <>
          {" "}
          <Soft small>{say("availability.yours", { from: moment(from, own), to: moment(to, own) })}</Soft>
        </>
      )}
    </>
  );
}

const iso = (at_s: number): string => new Date(at_s * 1000).toISOString();
