import { ActionIcon, Burger, Button, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBellPlus, IconKeyboard, IconMoon, IconSun } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { useMe } from "../parts/creator.ts";
import { Dialog } from "../parts/dialog.tsx";
import { href, usePlace } from "../route.ts";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { useKeys } from "./keys.ts";
import { LiveBadge } from "./live-badge.tsx";
import { DESTINATIONS } from "./navigation.ts";

interface ShellProps {
  /** The path of the page that is shown, which may lag behind the address. */
  readonly at: string;
  readonly children: ReactNode;
}

/** What stands around every page: where one can go, whether what is shown is up to date, who one is. */
export function Shell({ at, children }: ShellProps) {
  const { parts } = usePlace();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [helps, help] = useDisclosure(false);
  const section = parts[0] ?? "alerts";
  useKeys({ "?": help.open });
  useEffect(close, [section, close]);
  const me = useMe();

  return (
    <>
      <a href="#main" className="skip" onClick={skip}>
        Skip to the content
      </a>
      <header className="header">
        <Burger
          opened={opened}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label="Navigation"
          aria-expanded={opened}
        />
        <a className="brand" href={href("/alerts")}>
          Alertmanager<span aria-hidden>++</span>
          <span className="sr-only"> plus plus</span>
        </a>
        <LiveBadge />
        <span className="grow" />
        {me === undefined || me.access === "off" ? null : (
          <a className="dim me" href={href("/settings")}>
            {me.via === "nobody" ? "Sign in" : `${me.name} (${me.role})`}
          </a>
        )}
        <Button
          component="a"
          href={href("/silences/new")}
          size="compact-sm"
          variant="default"
          leftSection={<IconBellPlus size={16} aria-hidden />}
          visibleFrom="xs"
        >
          New silence
        </Button>
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Keyboard shortcuts"
            onClick={help.open}
            visibleFrom="sm"
          >
            <IconKeyboard size={20} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <ThemeSwitch />
      </header>
      <nav className="navbar" aria-label="Pages">
        <Destinations section={section} />
      </nav>
      <Dialog as="drawer" opened={opened} onClose={close} title="Pages">
        <nav aria-label="Pages">
          <Destinations section={section} />
        </nav>
      </Dialog>
      <main id="main" data-at={at}>
        {children}
      </main>
      <KeyboardHelp opened={helps} onClose={help.close} />
    </>
  );
}

function Destinations({ section }: { readonly section: string }) {
  return DESTINATIONS.map((group) => (
    <ul className="nav-group" key={group[0]?.path}>
      {group.map(({ path, name, icon: Icon }) => (
        <li key={path}>
          <a
            className="nav-link"
            href={href(`/${path}`)}
            {...(section === path ? { "aria-current": "page" as const } : {})}
          >
            <Icon size={18} stroke={1.7} />
            {name}
          </a>
        </li>
      ))}
    </ul>
  ));
}

/** The hash is the place, so a link to an anchor would leave the page. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main h1")?.focus();
}

function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark =
    colorScheme === "dark" || (colorScheme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  const label = dark ? "Light theme" : "Dark theme";
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setColorScheme(dark ? "light" : "dark")}
      >
        {dark ? <IconSun size={20} aria-hidden /> : <IconMoon size={20} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
