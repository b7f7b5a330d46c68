/** What is offered: title, text, tag, and what search compares. */
import { useId } from "react";
import { Button } from "../../../ui/Button";
import { AreaField, TextField } from "../../../ui/Field";
import { Card, Row, Soft, Stack } from "../../../ui/Layout";
import { useWords } from "../../../words/context";
import { MAX_CRITERIA } from "./form";
import style from "./offer.module.css";
import { tagOf } from "./tag";
import { bound, type Typing } from "./typing";

export function WhatSection(props: { typing: Typing; tags: readonly string[] }) {
  const { say } = useWords();
  const list = useId();
  const { typing } = props;
  const tag = tagOf(typing.form.tag);
  return (
    <Card label={say("offer.what")}>
      <h2>{say("offer.what")}</h2>
      <TextField
        label={say("offer.title")}
        hint={say("offer.title.hint")}
        autoComplete="off"
        {...bound(typing, "title")}
      />
      <AreaField label={say("offer.text")} hint={say("offer.text.hint")} {...bound(typing, "text")} />
      <TextField
        label={say("offer.tag")}
        hint={tag && tag !== typing.form.tag ? say("offer.tag.as", { tag }) : say("offer.tag.hint")}
        list={list}
        autoComplete="off"
        autoCapitalize="none"
        {...bound(typing, "tag")}
      />
      <datalist id={list}>
        {props.tags.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <Criteria typing={typing} />
    </Card>
  );
}

function Criteria({ typing }: { typing: Typing }) {
  const { say } = useWords();
  const rows = typing.form.criteria;
  const put = (index: number, change: Partial<(typeof rows)[number]>): void =>
    typing.set(
      "criteria",
      rows.map((row, at) => (at === index ? { ...row, ...change } : row)),
    );
  return (
    <fieldset className={style.group}>
      <legend>{say("offer.criteria")}</legend>
      <Stack gap="tight">
        <Soft small>{say("offer.criteria.hint")}</Soft>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <div key={index} className={style.criterion}>
            <TextField
              label={say("offer.criterion.name", { number: index + 1 })}
              value={row.name}
              error={typing.wrong(`criteria.${index}`)}
              autoCapitalize="none"
              onChange={(event) => put(index, { name: event.target.value })}
              onBlur={() => typing.left(`criteria.${index}`)}
            />
            <TextField
              label={say("offer.criterion.value", { number: index + 1 })}
              value={row.value}
              onChange={(event) => put(index, { value: event.target.value })}
              onBlur={() => typing.left(`criteria.${index}`)}
            />
            <Button
              onClick={() =>
                typing.set(
                  "criteria",
                  rows.filter((_, at) => at !== index),
                )
              }
            >
              {say("offer.criterion.remove", { number: index + 1 })}
            </Button>
          </div>
        ))}
        <Row>
          <Button
            disabled={rows.length >= MAX_CRITERIA}
            onClick={() => typing.set("criteria", [...rows, { name: "", value: "" }])}
          >
            {say("offer.criterion.add")}
          </Button>
        </Row>
      </Stack>
    </fieldset>
  );
}
