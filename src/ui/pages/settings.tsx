import { Button, NativeSelect, TextInput, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plus } from "../api/client.ts";
import { live } from "../api/live.ts";
import type { Me } from "../api/types.ts";
import { rememberCreator, rememberedCreator, useMe } from "../parts/creator.ts";
import { PageTitle } from "../parts/say.tsx";
import { done, failed } from "../parts/toast.ts";
import { zone } from "../text/time.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
// As upstream's page names it.
const FIRST_DAY = "firstDayOfWeek";

/** 0: Sunday. */
export function firstDayOfWeek(): number {
  const kept = DAYS.indexOf((localStorage.getItem(FIRST_DAY) ?? "").replaceAll('"', ""));
  return kept < 0 ? 1 : kept;
}

export default function SettingsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [creator, setCreator] = useState(rememberedCreator());
  const [first, setFirst] = useState(DAYS[firstDayOfWeek()] ?? "Monday");
  return (
    <>
      <PageTitle title="Settings" />
      <p className="dim">Kept in this browser. Times are shown in {zone}.</p>
      <div className="form narrow">
        <NativeSelect
          label="Theme"
          data={[
            { value: "auto", label: "As the system" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
          value={colorScheme}
          onChange={(e) => setColorScheme(e.currentTarget.value as "auto" | "light" | "dark")}
        />
        <TextInput
          label="Your name"
          description="Stands as the creator of your silences"
          value={creator}
          onChange={(e) => {
            setCreator(e.currentTarget.value);
            rememberCreator(e.currentTarget.value);
          }}
        />
        <NativeSelect
          label="First day of the week"
          data={DAYS}
          value={first}
          onChange={(e) => {
            setFirst(e.currentTarget.value);
            localStorage.setItem(FIRST_DAY, e.currentTarget.value);
          }}
        />
      </div>
      <SignIn />
    </>
  );
}

function wordsFor({ name, role, via, access, silencePermissions }: Me): string {
  if (access === "off") return `${name}, ${role}; access control is off, so everybody may respond.`;
  const limits = silencePermissions === null ? "" : ` May silence what matches ${silencePermissions.join(" or ")}.`;
  if (via !== "nobody") return `${name}, ${role}, by ${via}.${limits}`;
  return role === null
    ? "Not signed in: there is nothing to see without a token."
    : `Not signed in, with the role ${role}. A token may open more.${limits}`;
}

/** Who the server takes the reader for; with a token, somebody who may do more. */
export function SignIn() {
  const me = useMe();
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const changed = () => {
    void client.invalidateQueries();
    live.restart();
  };
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await plus("/session", { method: "POST", body: { token: token.trim() } });
      setToken("");
      done("Signed in.");
      changed();
    } catch (e) {
      failed("Not signed in", e);
    }
  };
  const signOut = async () => {
    try {
      await plus("/session", { method: "DELETE" });
      done("Signed out.");
      changed();
    } catch (e) {
      failed("Not signed out", e);
    }
  };
  return (
    <section className="panel narrow" aria-labelledby="who">
      <h2 id="who">Who you are</h2>
      {me === undefined ? null : <p className="plain">{wordsFor(me)}</p>}
      {me?.access === "off" ? null : (
        <form onSubmit={(event) => void signIn(event)} className="form">
          <TextInput
            type="password"
            label="Token"
            description="From whoever runs this server"
            value={token}
            onChange={(e) => setToken(e.currentTarget.value)}
            autoComplete="off"
          />
          <div className="buttons">
            <Button type="submit" disabled={token.trim() === ""}>
              Sign in
            </Button>
            {me?.via === "session" ? (
              <Button variant="default" onClick={() => void signOut()}>
                Sign out
              </Button>
            ) : null}
          </div>
        </form>
      )}
    </section>
  );
}
