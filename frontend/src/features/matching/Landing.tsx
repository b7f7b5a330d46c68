/** The first visit: what this is, how it goes, what is public, and what a demo makes up. */
import { Link } from "@tanstack/react-router";
import { Card, Stack } from "../../ui/Layout";
import { Note } from "../../ui/Note";
import { useWords } from "../../words/context";
import style from "./find.module.css";

export function Landing(props: { demo: boolean }) {
  const { say } = useWords();
  return (
    <div className={style.landing}>
      <Card label={say("find.how")}>
        <h2>{say("find.how")}</h2>
        <ol className={style.steps}>
          <li>{say("find.how.1")}</li>
          <li>{say("find.how.2")}</li>
          <li>{say("find.how.3")}</li>
        </ol>
      </Card>
      <Stack>
        <Card label={say("find.public")}>
          <h2>{say("find.public")}</h2>
          <p>{say("find.public.text")}</p>
        </Card>
        {props.demo && (
          <Note tone="info">
            <span>{say("find.simulated")}</span>
            <Link to="/demo">{say("find.simulated.more")}</Link>
          </Note>
        )}
      </Stack>
    </div>
  );
}
