/** The Alertmanager release whose behaviour this program has, and which it reports as its own. */
export const COMPAT_VERSION = "0.34.0";

// Baked in by scripts/build; run from the sources there are none.
declare const BUILD_REVISION: string | undefined;
declare const BUILD_DATE: string | undefined;

/** The facts of this build, by the names of Prometheus's version package. */
export const BUILD = {
  version: COMPAT_VERSION,
  branch: "alertmanager++",
  revision: typeof BUILD_REVISION === "string" ? BUILD_REVISION : "unknown",
  buildUser: "",
  /** `YYYYMMDD-HH:MM:SS`, UTC. */
  buildDate: typeof BUILD_DATE === "string" ? BUILD_DATE : "",
  goVersion: `bun${Bun.version}`,
  platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  tags: "unknown",
} as const;

/** What `--version` prints, without the last line feed (spec §1.3). */
export function versionText(program: "alertmanager" | "amtool"): string {
  return [
    `${program}, version ${BUILD.version} (branch: ${BUILD.branch}, revision: ${BUILD.revision})`,
    `  build user:       ${BUILD.buildUser}`,
    `  build date:       ${BUILD.buildDate}`,
    `  go version:       ${BUILD.goVersion}`,
    `  platform:         ${BUILD.platform}`,
    `  tags:             ${BUILD.tags}`,
  ].join("\n");
}

/** `(version=…, branch=…, revision=…)`, as logged at the start. */
export function versionInfo(): string {
  return `(version=${BUILD.version}, branch=${BUILD.branch}, revision=${BUILD.revision})`;
}

/** `(go=…, platform=…, user=…, date=…, tags=…)`, as logged at the start. */
export function buildContext(): string {
  const { goVersion, platform, buildUser, buildDate, tags } = BUILD;
  return `(go=${goVersion}, platform=${platform}, user=${buildUser}, date=${buildDate}, tags=${tags})`;
}
