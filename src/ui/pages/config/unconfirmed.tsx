import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import { Note } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { done, failed } from "../../parts/toast.ts";

/** A configuration on trial: it goes back by itself unless somebody says that it is well. */
export function Unconfirmed({ until, revision }: { readonly until: string; readonly revision: number }) {
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => plus("/config/confirm", { method: "POST" }),
    onSuccess: () => {
      done("The configuration stays.");
      void client.invalidateQueries({ queryKey: ["config"] });
    },
    onError: (e) => failed("Not confirmed", e),
  });
  return (
    <Note tone="amber">
      <p>
        On trial: goes back to revision {revision} <Time at={until} /> unless it is confirmed.
      </p>
      <Button size="compact-sm" mt="xs" loading={confirm.isPending} onClick={() => confirm.mutate()}>
        Keep it
      </Button>
    </Note>
  );
}
