import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plus, Problem } from "../api/client.ts";
import type { Page, Token } from "../api/types.ts";
import { useMe } from "../parts/creator.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Empty, Failure, Note, PageTitle, Shown } from "../parts/say.tsx";
import { Time } from "../parts/time.tsx";
import { done, failed } from "../parts/toast.ts";
import { href } from "../route.ts";
import { SignIn } from "./settings.tsx";
import { Table } from "../parts/table.tsx";

/** Who may do what here, and the tokens that prove it. */
export default function AccessPage() {
  const me = useMe();
  const asked = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => plus<Page<Token>>("/tokens", { signal }),
    retry: false,
  });
  const mayNot = asked.error instanceof Problem && (asked.error.status === 403 || asked.error.status === 401);
  return (
    <>
      <PageTitle title="Access" />
      <SignIn />
      {me?.access === "off" ? (
        <Note>
          <p>
            Access control is off: as with Alertmanager, whoever reaches this server may see and silence everything, and
            programs on its machine may do all. Tokens open nothing until <code>access: {"{enabled: true}"}</code>{" "}
            stands in the file of <code>--plus.config.file</code>.
          </p>
        </Note>
      ) : null}
      <h2>Tokens</h2>
      {mayNot ? (
        <p className="dim">Tokens are for administrators: sign in with the token of one to see and make them.</p>
      ) : (
        <Shown of={asked} what="tokens">
          {({ items }) => (
            <>
              <NewToken />
              <Tokens items={items} />
            </>
          )}
        </Shown>
      )}
      <p>
        Who came in and who changed tokens: <a href={href("/history", { kind: "access" })}>history</a>.
      </p>
    </>
  );
}

function Tokens({ items }: { readonly items: readonly Token[] }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => plus(`/tokens/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => {
      done("The token was revoked.");
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
    onError: (e) => failed("The token was not revoked", e),
  });
  if (items.length === 0) return <Empty title="No token" />;
  return (
    <Table label="Tokens">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">May silence</th>
          <th scope="col">Made</th>
          <th scope="col">Last used</th>
          <th scope="col">Expires</th>
          <th scope="col">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, name, role, silenceMatchers, createdAt, createdBy, lastUsedAt, expiresAt, declared }) => (
          <tr key={id}>
            <td>{name}</td>
            <td>{role}</td>
            <td>{silenceMatchers?.join(" or ") ?? "everything its role may"}</td>
            <td>
              <Time at={createdAt} none="in the file" /> {createdBy === null ? "" : `by ${createdBy}`}
            </td>
            <td>
              <Time at={lastUsedAt} />
            </td>
            <td>
              <Time at={expiresAt} />
            </td>
            <td>
              {declared ? null : (
                <Confirm
                  label="Revoke"
                  question={`Revoke the token ${name}? Who uses it is let in no more.`}
                  onConfirm={() => revoke.mutate(id)}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function NewToken() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState("responder");
  const make = useMutation({
    mutationFn: () => plus<{ readonly token: string }>("/tokens", { method: "POST", body: { name, role } }),
    onSuccess: () => {
      setName("");
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className="form panel" onSubmit={submit}>
      <div className="fields">
        <TextInput
          label="Name of the new token"
          required
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <NativeSelect
          label="Role"
          data={["viewer", "responder", "admin"]}
          value={role}
          onChange={(e) => setRole(e.currentTarget.value)}
        />
      </div>
      {make.error === null ? null : <Failure error={make.error} />}
      {make.data === undefined ? null : (
        <Note>
          <p>
            The token, shown this once: <code className="matchers">{make.data.token}</code>
          </p>
        </Note>
      )}
      <div className="buttons">
        <Button type="submit" loading={make.isPending}>
          Make a token
        </Button>
      </div>
    </form>
  );
}
