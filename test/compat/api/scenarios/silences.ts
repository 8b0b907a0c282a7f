import { type Exchange, type Scenario, get, post, send } from "../exchange.ts";

const PATH = "/api/v2/silences";
const WHEN = `"comment":"c","createdBy":"b","endsAt":"2099-01-01T00:00:00Z","startsAt":"2098-01-01T00:00:00Z"`;
const MATCHERS = `"matchers":[{"name":"a","value":"b","isRegex":false}]`;

function silence(members: string): Exchange {
  return post(PATH, `{${members}}`);
}

function withMatchers(...matchers: string[]): Exchange {
  return silence(`${WHEN},"matchers":[${matchers.join(",")}]`);
}

function between(startsAt: string, endsAt: string, comment: string = "c", more: string = MATCHERS): Exchange {
  return silence(`"comment":"${comment}","createdBy":"b","startsAt":"${startsAt}","endsAt":"${endsAt}",${more}`);
}

/** Bodies of `POST /api/v2/silences` that create nothing. */
export const SILENCE_BODIES: Scenario = {
  name: "silence-bodies",
  exchanges: [
    ...["", " ", "null", "{}", "[]", "1", '"x"', "true", "{", '{"a"', "{} x", "nul", '{"comment":1'].map((body) =>
      post(PATH, body),
    ),
    ...["id", "comment", "createdBy", "startsAt", "endsAt", "annotations", "matchers"].flatMap((field) =>
      ["1", "true", "{}", "[]", "null", '"x"'].map((value) => silence(`"${field}":${value}`)),
    ),
    silence('"annotations":{"a":1}'),
    silence('"annotations":{},"comment":""'),
    silence('"comment":"","createdBy":""'),
    silence('"comment":"","createdBy":"","endsAt":"2099-01-01T00:00:00Z"'),
    silence(WHEN),
    silence(`${WHEN},"matchers":null`),
    withMatchers(),
    {
      ...withMatchers("null"),
      ours: { why: "upstream crashes", status: 422, body: '{"code":602,"message":"matchers.0 in body is required"}' },
    },
    withMatchers("{}"),
    withMatchers("1"),
    withMatchers('"x"'),
    withMatchers("[]"),
    ...["isEqual", "isRegex", "name", "value"].flatMap((field) =>
      ["1", '"x"', "true", "null", "{}"].map((value) => withMatchers(`{"${field}":${value}}`)),
    ),
    withMatchers('{"isRegex":false}'),
    withMatchers('{"isRegex":false,"name":"x"}'),
    withMatchers('{"isRegex":false,"name":"x","value":null}'),
    withMatchers('{"isRegex":false,"name":1,"value":2}'),
    withMatchers('{"isRegex":false,"name":"x","value":"y"}', "{}"),
    silence('"matchers":[{}]'),
    silence('"matchers":[{"name":1}],"comment":1'),
    silence('"annotations":1,"comment":1'),
    silence('"id":1,"comment":1'),
    silence('"startsAt":1,"annotations":1'),
    silence('"comment":1,"startsAt":"x"'),
    silence(`"comment":"c","createdBy":"b","startsAt":"2098-01-01T00:00:00Z",${MATCHERS}`),
    silence(`"comment":"c","createdBy":"b","endsAt":"2098-01-01T00:00:00Z",${MATCHERS}`),
    between("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    between("2020-01-01", ""),
    between("2020-01-01", "2020-01-02"),
    between("2020-01-02", "2020-01-02"),
    between("2099-01-02", "2098-01-02"),
    between("{{+60}}", "{{-60}}"),
    ...["", "a-b", "1", "é", "a b"].map((name) => withMatchers(`{"name":"${name}","value":"","isRegex":false}`)),
    withMatchers('{"name":"a","value":"(","isRegex":true}'),
    withMatchers('{"name":"a","value":"x*","isRegex":true}'),
    withMatchers('{"name":"a","value":"|","isRegex":true}'),
    withMatchers('{"name":"a","value":"","isRegex":true}'),
    withMatchers(
      '{"name":"a","value":"b","isRegex":false,"isEqual":false}',
      '{"name":"a","value":"[","isRegex":true,"isEqual":false}',
    ),
    withMatchers('{"name":"a","value":"","isRegex":false}', '{"name":"","value":"x","isRegex":false}'),
    silence(`${WHEN},"id":"nope",${MATCHERS}`),
    silence(`${WHEN},"id":"550e8400-e29b-41d4-a716-446655440000",${MATCHERS}`),
    get(PATH),
  ],
};

/** Silences made, listed, changed and ended. */
export const SILENCES: Scenario = {
  name: "silences",
  exchanges: [
    get(PATH),
    between("2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "pending 1"),
    between("2097-01-01T00:00:00.123456+02:00", "2099-01-01T00:00:00-03:30", "pending <2>&\\u2028"),
    between("2020-01-01T00:00:00Z", "2097-01-01T00:00:00Z", "active, long"),
    between("{{-60}}", "{{+3600}}", "active, short"),
    between("", "{{+7200}}", "from the epoch"),
    between(
      "2020-01-01",
      "2096-01-01",
      "odd",
      String.raw`"matchers":[{"name":"z","value":"<","isRegex":false},{"name":"a","value":".+","isRegex":true,"isEqual":false},{"name":"z","value":"<","isRegex":false,"isEqual":null}],"annotations":{"b":"<","a":"\u2029","10":"x","9":"y","":"","__proto__":"p"},"ID":"x","Id":"","unknown":1`,
    ),
    get(PATH),
    ...["active", "pending", "expired"].flatMap((flag) =>
      ["false", "true", "", "no"].map((value) => get(`${PATH}?${flag}=${value}`)),
    ),
    get(`${PATH}?active=false&pending=false&expired=false`),
    ...["foo", "", "a=b", "a=~b", 'a="b"', "a!=b", 'z="<"', 'a!~".%2B"', "a=~(", "{a=b}"].map((filter) =>
      get(`${PATH}?filter=${filter}`),
    ),
    get(`${PATH}?filter=z=%22%3C%22&filter=a!~.%2B`),
    get(`${PATH}?filter=z=%22%3C%22&filter=a=b`),

    ...["0", "5"].flatMap((n) => [get(`/api/v2/silence/{{id:${n}}}`), get(`/api/v2/silence/{{id:${n}}}/`)]),
    ...[
      "abc",
      "a%2fb",
      "%3Cx%22",
      "550e8400-e29b-41d4-a716-446655440000",
      "550E8400-e29b-41d4-a716-446655440000",
      "550e8400e29b41d4a716446655440000",
      "%7b550e8400-e29b-41d4-a716-446655440000%7d",
      "{550e8400e29b41d4a716446655440000}",
      "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
      "URN:UUID:550e8400-e29b-41d4-a716-446655440000",
      "550e8400-e29b-41d4-a716-44665544000g",
      "550e8400-e29b-41d4-a716-4466554400000",
      "550e8400-e29b-91d4-c716-446655440000",
      "x550e8400-e29b-41d4-a716-446655440000x",
      "00000000-0000-0000-0000-000000000000",
      "%20",
      "%C3%A9",
    ].flatMap((id) => [get(`/api/v2/silence/${id}`), send("DELETE", `/api/v2/silence/${id}`)]),

    // Changed in place: later end, other comment. Then made anew: other matchers.
    silence(
      `"id":"{{id:0}}","comment":"moved","createdBy":"x","startsAt":"2098-06-01T00:00:00Z","endsAt":"2099-06-01T00:00:00Z",${MATCHERS}`,
    ),
    get("/api/v2/silence/{{id:0}}"),
    silence(
      `"id":"{{id:0}}","comment":"other","createdBy":"x","startsAt":"2098-06-01T00:00:00Z","endsAt":"2099-06-01T00:00:00Z","matchers":[{"name":"n","value":"m","isRegex":false}]`,
    ),
    get("/api/v2/silence/{{id:0}}"),
    get("/api/v2/silence/{{id:6}}"),
    silence(
      `"id":"{{id:1}}","comment":"","createdBy":"","startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-06-01T00:00:00Z",${MATCHERS}`,
    ),
    get(PATH),

    // Ended: at once, twice, before it began.
    send("DELETE", "/api/v2/silence/{{id:2}}"),
    get("/api/v2/silence/{{id:2}}"),
    send("DELETE", "/api/v2/silence/{{id:2}}"),
    send("DELETE", "/api/v2/silence/{{id:6}}/"),
    get("/api/v2/silence/{{id:6}}"),
    silence(
      `"id":"{{id:2}}","comment":"again","createdBy":"x","startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-06-01T00:00:00Z",${MATCHERS}`,
    ),
    get(`${PATH}?expired=false`),
    get(`${PATH}?active=false&pending=false`),
  ],
};
