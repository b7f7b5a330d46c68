/** Where it is, without a map: the exact point and the way there stay here, a coarse cell becomes public. */
import { useState } from "react";
import { Problem } from "../../../api/problem";
import { Button } from "../../../ui/Button";
import { AreaField, TextField } from "../../../ui/Field";
import { Card, Code, Row, Soft, Stack } from "../../../ui/Layout";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { useWords } from "../../../words/context";
import { CellFigure } from "./CellFigure";
import type { Cell } from "./cell";
import style from "./offer.module.css";
import { distanceM, type Heading, type Point, parsePoint, pointText, STEP_M, step, windOf } from "./place";
import { bound, type Typing } from "./typing";

const PAD = [
  { heading: "n", key: "offer.step.n", arrow: "↑", keyName: "ArrowUp" },
  { heading: "w", key: "offer.step.w", arrow: "←", keyName: "ArrowLeft" },
  { heading: "e", key: "offer.step.e", arrow: "→", keyName: "ArrowRight" },
  { heading: "s", key: "offer.step.s", arrow: "↓", keyName: "ArrowDown" },
] as const;
const WIND_KEYS = {
  n: "offer.wind.n",
  ne: "offer.wind.ne",
  e: "offer.wind.e",
  se: "offer.wind.se",
  s: "offer.wind.s",
  sw: "offer.wind.sw",
  w: "offer.wind.w",
  nw: "offer.wind.nw",
} as const;
const HERE_M = 100; // nearer than that is "at the centre"

interface PlaceProps {
  readonly typing: Typing;
  /** The community's centre, where it is known. */
  readonly centre: Point | null;
  /** The cell of the point, once it is known. */
  readonly cell: Cell | null;
}

export function PlaceSection({ typing, centre, cell }: PlaceProps) {
  const { say, distance } = useWords();
  const point = parsePoint(typing.form.point);
  const from = point ?? centre;
  const far = (one: Point, other: Point): string => distance(Math.round(distanceM(one, other)));
  const put = (next: Point): void => typing.set("point", pointText(next));
  const move = (heading: Heading): void => {
    if (from) put(step(from, heading));
  };
  return (
    <Card label={say("offer.place")}>
      <h2>{say("offer.place")}</h2>
      <p>{say("offer.place.hint")}</p>
      <MyPosition onFound={put} />
      <TextField
        label={say("offer.point")}
        hint={say("offer.point.hint")}
        autoComplete="off"
        translate="no"
        {...bound(typing, "point")}
      />
      <fieldset className={style.group}>
        <legend>{say("offer.pad")}</legend>
        <Soft small>{say("offer.pad.hint", { step: distance(STEP_M) })}</Soft>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move where the buttons inside do */}
        <div
          className={style.pad}
          onKeyDown={(event) => {
            const wanted = PAD.find((one) => one.keyName === event.key);
            if (!wanted) return;
            event.preventDefault();
            move(wanted.heading);
          }}
        >
          {PAD.map((one) => (
            <button
              key={one.heading}
              type="button"
              className={style[one.heading]}
              disabled={!from}
              aria-label={say(one.key, { step: distance(STEP_M) })}
              onClick={() => move(one.heading)}
            >
              <span aria-hidden="true">{one.arrow}</span>
            </button>
          ))}
          <button
            type="button"
            className={style.middle}
            disabled={!centre}
            aria-label={say("offer.pad.centre")}
            onClick={() => centre && put(centre)}
          >
            <span aria-hidden="true">•</span>
          </button>
        </div>
        <p aria-live="polite">
          {point && centre && distanceM(centre, point) < HERE_M && say("offer.wind.here")}
          {point &&
            centre &&
            distanceM(centre, point) >= HERE_M &&
            say(WIND_KEYS[windOf(centre, point)], { distance: far(centre, point) })}
          {!point && say("offer.wind.none")}
        </p>
      </fieldset>
      {point && cell && (
        <Note tone="info">
          <strong>{say("offer.cell")}</strong>
          <div className={style.cell}>
            <CellFigure point={point} cell={cell} />
            <Stack gap="tight">
              <span>{say("offer.cell.public", { distance: far(point, cell.centre) })}</span>
              <span>
                {say("offer.cell.id")} <Code>{cell.id}</Code>
              </span>
            </Stack>
          </div>
        </Note>
      )}
      <AreaField
        label={say("offer.address")}
        hint={say("offer.address.hint")}
        {...bound(typing, "address")}
      />
      <TextField
        label={say("offer.distance")}
        hint={say("offer.distance.hint")}
        inputMode="decimal"
        {...bound(typing, "distanceKm")}
      />
    </Card>
  );
}

/** Ask the device where it is; only on a click, and the answer stays here. */
function MyPosition(props: { onFound: (point: Point) => void }) {
  const { say } = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  function ask(): void {
    setBusy(true);
    setProblem(null);
    const refused = (): void => {
      setBusy(false);
      setProblem(new Problem("page: no position"));
    };
    if (!("geolocation" in navigator)) {
      refused();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setBusy(false);
        props.onFound({ lat: coords.latitude, lng: coords.longitude });
      },
      refused,
      { timeout: 15_000, maximumAge: 60_000 },
    );
  }
  return (
    <>
      <Row>
        <Button busy={busy} onClick={ask}>
          {say("offer.position")}
        </Button>
        <Soft small>{say("offer.position.hint")}</Soft>
      </Row>
      {problem && <ProblemNote error={problem} />}
    </>
  );
}
