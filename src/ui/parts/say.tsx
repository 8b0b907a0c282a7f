import { Alert, Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Problem } from "../api/client.ts";
import { href } from "../route.ts";
import { Text } from "./text.tsx";

/** What went wrong, in the server's words, and a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = error instanceof Problem ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} role="alert" title={titleOf(problem)}>
      <p className="plain">{message}</p>
      {problem?.errors.map(({ path, message: what }) => (
        <p className="plain" key={path + what}>
          <code>{path}</code>: {what}
        </p>
      ))}
      {problem?.status === 401 || problem?.status === 403 ? (
        <p className="plain">
          <a href={href("/settings")}>Sign in</a> with a token that may.
        </p>
      ) : null}
      {retry === undefined ? null : (
        <Button size="xs" variant="default" mt="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

function titleOf(problem: Problem | undefined): string {
  switch (problem?.status) {
    case 0:
      return "No connection";
    case 401:
      return "Please sign in";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    default:
      return "That did not work";
  }
}

/** What to say, and what to do, where there is nothing to show. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A remark that is no failure. */
export function Note({ children, tone = "blue" }: { readonly children: ReactNode; readonly tone?: "blue" | "amber" }) {
  return (
    <div className={`note tone-${tone}`}>
      <IconInfoCircle size={18} aria-hidden />
      <div>{children}</div>
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="loading" role="status">
      <Loader size="sm" aria-hidden /> Loading {what}…
    </div>
  );
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** What was asked, once it is there; until then that it is on its way, or why it did not come. What has come stays where asking again fails. */
export function Shown<T>({
  of,
  what,
  title,
  children,
}: {
  readonly of: Asked<T>;
  readonly what: string;
  /** The page's, where it is the answer that gives it one. */
  readonly title?: string;
  readonly children: (data: T) => ReactNode;
}) {
  const status = of.error instanceof Problem ? of.error.status : undefined;
  if (of.data !== undefined && status !== 401 && status !== 403) {
    return (
      <>
        {/* That nothing answers says the page's head. */}
        {of.error === null || status === 0 ? null : <Failure error={of.error} retry={() => void of.refetch()} />}
        {children(of.data)}
      </>
    );
  }
  return (
    <>
      {title === undefined ? null : <PageTitle title={title} />}
      {of.isPending ? <Loading what={what} /> : <Failure error={of.error} retry={() => void of.refetch()} />}
    </>
  );
}

export function PageTitle({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="page-title">
      <h1 tabIndex={-1}>
        <Text>{title}</Text>
      </h1>
      <div className="page-actions">{children}</div>
    </div>
  );
}
