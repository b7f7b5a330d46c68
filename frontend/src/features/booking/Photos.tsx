/** Photos of a thing beside one another; what does not fit is scrolled to. */
import { useWords } from "../../words/context";
import style from "./resource.module.css";

export function Photos(props: { cids: readonly string[]; title: string }) {
  const { say } = useWords();
  const count = props.cids.length;
  if (count === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={style.photos} aria-label={say("resource.photos")} tabIndex={0}>
      {props.cids.map((cid, index) => (
        <img
          key={cid}
          src={`/api/photos/${cid}`}
          alt={say("resource.photo", { number: index + 1, count, title: props.title })}
        />
      ))}
    </section>
  );
}
