import { Button } from "@mantine/core";

interface MoreProps {
  readonly of: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

/** Fetches the next page of a list, where there is one. */
export function More({ of: { hasNextPage, isFetchingNextPage, fetchNextPage } }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      More
    </Button>
  );
}
