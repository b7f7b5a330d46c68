/** The frame of every page: where one can go, who one is, what the weather is like. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { askWho } from "../chain/ask_who";
import { factsQuery } from "../chain/facts";
import { rows, SETTLED } from "../chain/transactions";
import { who } from "../chain/who";
import { WhoDialog } from "../features/identity/WhoDialog";
import { useStore } from "../kit/store";
import { capital } from "../ui/Amounts";
import { Button } from "../ui/Button";
import { Badge } from "../ui/Layout";
import { LOCALES } from "../words/catalogues";
import { useChooseLocale, useWords } from "../words/context";
import type { Locale } from "../words/speak";
import style from "./shell.module.css";
import { chooseTheme, chosenTheme, type Theme } from "./theme";
import { Weather } from "./Weather";

export function Shell() {
  const { say } = useWords();
  const me = useStore(who);
  const underWay = useStore(rows).filter((row) => !SETTLED.has(row.state)).length;
  const { data: facts } = useQuery(factsQuery);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(path);
  useEffect(() => {
    // a new page begins at its top, also for screen readers; the first one is where the browser put it
    if (first.current !== path) main.current?.focus();
    first.current = path;
  }, [path]);
  return (
    <>
      <a className={style.skip} href="#main">
        {say("skip")}
      </a>
      <header className={style.head}>
        <div className={style.bar}>
          <Link to="/" className={style.brand}>
            <img src="/icon.svg" alt="" width={28} height={28} />
            <span translate="no">Allmende</span>
          </Link>
          <nav className={style.nav} aria-label={say("nav")}>
            <Link to="/">{say("nav.find")}</Link>
            <Link to="/mine">{say("nav.mine")}</Link>
            <Link to="/offer">{say("nav.offer")}</Link>
            <Link to="/activity">
              {say("nav.activity")}
              {underWay > 0 && (
                <>
                  {"\u00a0"}
                  <Badge tone="honey">{underWay}</Badge>
                </>
              )}
            </Link>
            {facts?.demo && <Link to="/demo">{say("nav.demo")}</Link>}
          </nav>
          <Button small kind={me ? "plain" : "primary"} onClick={askWho}>
            {me ? <span translate="no">{capital(me.name)}</span> : say("who.choose")}
          </Button>
        </div>
      </header>
      <Weather />
      <main id="main" ref={main} tabIndex={-1} className={style.main}>
        <Outlet />
      </main>
      <Foot simulated={Boolean(facts?.demo)} />
      <WhoDialog />
    </>
  );
}

function Foot(props: { simulated: boolean }) {
  const { say, locale } = useWords();
  const choose = useChooseLocale();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <footer className={style.foot}>
      <span>{props.simulated ? say("foot.simulated") : say("foot.facilitator")}</span>
      <a href="/api/docs">{say("foot.api")}</a>
      <label>
        {say("foot.language")}{" "}
        <select value={locale} onChange={(event) => choose(event.target.value as Locale)}>
          {LOCALES.map((one) => (
            <option key={one.locale} value={one.locale} translate="no" lang={one.locale}>
              {one.name}
            </option>
          ))}
          {locale === "xx" && (
            <option value="xx" translate="no">
              xx
            </option>
          )}
        </select>
      </label>
      <label>
        {say("foot.theme")}{" "}
        <select
          value={theme}
          onChange={(event) => {
            const next = event.target.value as Theme;
            chooseTheme(next);
            setTheme(next);
          }}
        >
          <option value="auto">{say("theme.auto")}</option>
          <option value="light">{say("theme.light")}</option>
          <option value="dark">{say("theme.dark")}</option>
        </select>
      </label>
    </footer>
  );
}
