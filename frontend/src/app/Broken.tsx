/** Pages for what should not happen, and for addresses that lead nowhere. */
import { ButtonLink } from "../ui/Button";
import { Stack } from "../ui/Layout";
import { ProblemNote } from "../ui/ProblemNote";
import { useWords } from "../words/context";

export function Broken(props: { error: unknown; reset: () => void }) {
  return <ProblemNote error={props.error} onRetry={props.reset} />;
}

export function NotFound() {
  const { say } = useWords();
  return (
    <Stack>
      <h1>{say("notfound.title")}</h1>
      <p>{say("notfound.text")}</p>
      <div>
        <ButtonLink to="/" kind="primary">
          {say("nav.find")}
        </ButtonLink>
      </div>
    </Stack>
  );
}
