/** The public cell as a hexagon, with the private point in it. North is up. */
import { useWords } from "../../../words/context";
import type { Cell } from "./cell";
import style from "./offer.module.css";
import { type Point, planeM } from "./place";

const HALF_M = 750; // what is shown to each side of the cell's centre

export function CellFigure(props: { point: Point; cell: Cell }) {
  const { say } = useWords();
  const { centre, corners } = props.cell;
  const place = (one: Point): string => {
    const { east, north } = planeM(centre, one);
    return `${Math.round(east)},${Math.round(-north)}`;
  };
  const [x, y] = place(props.point).split(",");
  return (
    <svg
      className={style.hexagon}
      viewBox={`${-HALF_M} ${-HALF_M} ${2 * HALF_M} ${2 * HALF_M}`}
      role="img"
      aria-label={say("offer.cell.figure")}
    >
      <polygon points={corners.map(place).join(" ")} />
      <circle cx={x} cy={y} r={40} />
    </svg>
  );
}
