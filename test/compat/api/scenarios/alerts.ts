import { type Exchange, type Scenario, get, post } from "../exchange.ts";

const PATH = "/api/v2/alerts";

function postAlerts(...alerts: object[]): Exchange {
  return post(PATH, JSON.stringify(alerts));
}

function both(query: string): Exchange[] {
  return [get(`${PATH}${query}`), get(`${PATH}/groups${query}`)];
}

const ENDED_LATER = { endsAt: "2097-01-01T00:00:00Z" };
const STARTED = { startsAt: "2020-01-02T03:04:05.678Z" };

/** What is stored, how it is written, and which of it is asked for. */
export const ALERTS: Scenario = {
  name: "alerts",
  exchanges: [
    ...both(""),
    // Plain ones, one ended, one in the future.
    postAlerts(
      {
        labels: { alertname: "A", instance: "1", team: "x" },
        annotations: { summary: "s" },
        ...STARTED,
        ...ENDED_LATER,
      },
      {
        labels: { alertname: "A", instance: "2", team: "y" },
        ...STARTED,
        ...ENDED_LATER,
        generatorURL: "http://p/graph?a=b#c",
      },
      { labels: { alertname: "B", team: "z" }, ...STARTED },
      { labels: { alertname: "B", team: "y" } },
      { labels: { alertname: "Over" }, startsAt: "2020-01-01T00:00:00Z", endsAt: "2020-01-02T00:00:00Z" },
      { labels: { alertname: "Later" }, startsAt: "2090-01-01T00:00:00Z", endsAt: "2090-01-02T00:00:00Z" },
      { labels: { alertname: "EndOnly" }, endsAt: "2091-01-01T00:00:00Z" },
      { labels: { alertname: "YearOne" }, startsAt: "0001-01-01T00:00:00Z", endsAt: "0001-01-01T00:00:00.000Z" },
      { labels: { alertname: "Epoch" }, startsAt: "" },
    ),
    ...both(""),
    // Odd characters, order of keys, escapes.
    post(
      PATH,
      String.raw`[{"labels":{"alertname":"<w>&\u2028\u2029é\u0007\u007f\b\f\n\t\"\\\/","z<":"1","10":"a","9":"b","__proto__":"p","Z":"","ﬀ":"x","𝒳":"y","￿":"z"},"annotations":{"x":"<&>","e":"","2":"b","10":"a"},"startsAt":"2020-01-02T03:04:05Z","endsAt":"2097-01-01T00:00:00Z","generatorURL":"http://x/?a=<b>&c"}]`,
    ),
    post(
      PATH,
      String.raw`[{"labels":{"half":"\ud800","pair":"\ud83d\ude00","other":"\udc00x"},"startsAt":"2020-01-02T03:04:05Z"}]`,
    ),
    { ...post(PATH, '[{"labels":{"bytes":"\xff\xfe\xe2\x82"},"startsAt":"2020-01-02T03:04:05Z"}]'), latin1: true },
    ...both(""),
    // Times as they come back.
    ...[
      ["2020-01-02T03:04:05.6789Z", "2097-01-02T03:04:05.999999999Z"],
      ["2020-01-02T03:04:05+02:00", "2097-01-02T03:04:05.1-03:30"],
      ["2020-01-02T03:04:05.123+0200", "2097-01-02"],
      ["2020-01-02 03:04:05", "2097-01-02T03:04"],
      ["2020-01-02T03:04:05", "2097-01-02T03:04Z"],
      ["1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
      ["2020-02-29T00:00:00Z", "2096-02-29T00:00:00Z"],
    ].flatMap(([startsAt, endsAt], i) => [
      postAlerts({ labels: { alertname: "Time", n: String(i) }, startsAt, endsAt }),
      get(`${PATH}?filter=alertname=Time&filter=n=${i}`),
    ]),
    // Keys in another case, repeated, unknown, null.
    post(
      PATH,
      `[{"LABELS":{"alertname":"Case","x":"1"},"Labels":{"y":"2"},"AnnotationS":{"a":"b"},"STARTSAT":"2020-01-02T03:04:05Z","unknown":[{}]}]`,
    ),
    post(
      PATH,
      `[{"labels":{"alertname":"Case","x":"1"},"labels":{"x":"2"},"annotations":{"a":"b"},"annotations":null}]`,
    ),
    post(
      PATH,
      `[{"labels":{"alertname":"Case","x":"3","x":"4"},"startsAt":null,"endsAt":null,"generatorURL":null,"annotations":null}] x`,
    ),
    post(PATH, `[{"labels":{"alertname":"Case","n":null,"x":"5"},"ſtartsAt":"2020-01-02T03:04:05Z"}]`),
    ...both("?filter=alertname=Case"),
    // Empty labels go, valid ones of a faulty batch stay.
    postAlerts(
      { labels: { alertname: "Empty", gone: "" }, ...STARTED },
      { labels: { gone: "" } },
      { labels: { "": "x" } },
    ),
    ...both("?filter=alertname=Empty"),

    ...[
      "?filter=foo",
      "?filter=",
      "?filter=%7B",
      "?filter=%7Bteam%3D%22y%22%7D",
      "?filter=a%3D%22b%22,c%3D%22d%22",
      "?filter=a=~(",
      '?filter=a=~"("',
      "?filter=<b>",
      "?filter=foo&receiver=(&receiver_matchers=x",
      "?receiver=(",
      "?receiver=<(",
      "?receiver=(&receiver_matchers=x",
      "?receiver_matchers=x",
      "?receiver_matchers=",
      '?receiver_matchers=a=~"("',
      "?receiver_matchers=team-Y",
    ].flatMap(both),
    ...[
      "?filter=team=y",
      '?filter=team="y"',
      "?filter=team!=y",
      "?filter=team=~x|y",
      "?filter=team=~%22x|y%22",
      "?filter=team!~x.*",
      "?filter=team=~",
      "?filter=team=~.%2B",
      "?filter=team=",
      '?filter=team=""',
      '?filter=team!=""',
      "?filter=team!~",
      '?filter=nope=""',
      '?filter=nope!=""',
      '?filter=nope=~"qux|"',
      '?filter=nope!~"qux|"',
      '?filter=nope!="qux"',
      "?filter=team=y&filter=alertname=A",
      "?filter=team=y&filter=team=z",
      "?filter=team%20=%20y",
      "?filter=team+%3D+y",
      "?filter=team=y;x=1",
      "?filter=%zz&filter=team=y",
      "?FILTER=foo&filter=team=y",
      '?filter="z<"=1',
      "?receiver=team-Y",
      "?receiver=team-[YZ]",
      "?receiver=team",
      "?receiver=",
      "?receiver=nobody&receiver=team-X&filter=team=~.%2B",
      "?receiver_matchers=name=team-Y",
      "?receiver_matchers=tier=gold",
      '?receiver_matchers=tier=""&filter=alertname=A',
      '?receiver_matchers=tier!=""',
      "?receiver_matchers=name=team-Y&receiver_matchers=tier=silver",
      "?receiver=team-Z&receiver_matchers=tier=gold",
      "?receiver_matchers=name=nobody",
    ].flatMap(both),
    ...["true", "false", "maybe", "", "TRUE", "1", "t", "0", "Enabled", "on%20"].flatMap((value) =>
      both(`?filter=alertname=A&active=${value}`),
    ),
    ...["silenced", "inhibited", "muted", "unprocessed"].flatMap((flag) => both(`?filter=alertname=A&${flag}=false`)),
    ...both("?active"),
    ...both("?active=false&active=true&filter=alertname=A"),
    ...both("?active=true&active=false&filter=alertname=A"),
  ],
};

/** Alerts that are silenced or inhibited. */
export const SUPPRESSED_ALERTS: Scenario = {
  name: "suppressed-alerts",
  exchanges: [
    postAlerts(
      { labels: { alertname: "Source", severity: "critical", cluster: "a" }, ...STARTED, ...ENDED_LATER },
      { labels: { alertname: "Target", severity: "warning", cluster: "a" }, ...STARTED, ...ENDED_LATER },
      { labels: { alertname: "Target", severity: "warning", cluster: "b" }, ...STARTED, ...ENDED_LATER },
      { labels: { alertname: "Quiet", severity: "info", cluster: "b" }, ...STARTED, ...ENDED_LATER },
    ),
    post(
      "/api/v2/silences",
      `{"comment":"c","createdBy":"b","startsAt":"2020-01-01T00:00:00Z","endsAt":"2097-01-01T00:00:00Z","matchers":[{"name":"alertname","value":"Quiet|Source","isRegex":true}]}`,
    ),
    post(
      "/api/v2/silences",
      `{"comment":"not yet","createdBy":"b","startsAt":"2090-01-01T00:00:00Z","endsAt":"2097-01-01T00:00:00Z","matchers":[{"name":"alertname","value":"Target","isRegex":false}]}`,
    ),
    ...[
      "",
      "?active=false",
      "?silenced=false",
      "?inhibited=false",
      "?active=false&silenced=false",
      "?active=false&inhibited=false",
      "?silenced=false&inhibited=false",
      "?active=false&silenced=false&inhibited=false",
    ].flatMap(both),
    { method: "DELETE", path: "/api/v2/silence/{{id:0}}" },
    ...both(""),
  ],
};
