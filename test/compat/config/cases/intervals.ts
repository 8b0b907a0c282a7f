import { everyKey, file, indented, named, type Case } from "./case.ts";

const spec = (keys: string) => file(`time_intervals:\n- name: t\n  time_intervals:\n  - {${keys}}\n`);
const list = (key: string, values: readonly string[]) =>
  Object.fromEntries(values.map((value) => [`${key} ${value}`, spec(`${key}: [${value}]`)]));

export const intervalCases: readonly Case[] = [
  ...everyKey({
    name: "time interval",
    base: {},
    keys: {
      times: "[{start_time: 09:00, end_time: '17:30'}]",
      weekdays: "['monday:friday', Sunday]",
      days_of_month: "['1:15', '-1', 31]",
      months: "['january:march', 12, 'may:june']",
      years: "[2020, '2021:2030']",
      location: "Europe/Berlin",
    },
    wrap: (body) =>
      file(`time_intervals:\n- name: t\n  time_intervals:\n${indented(body, 4).replace(/^ {4}/, "  - ")}`),
  }),
  ...everyKey({
    name: "times",
    base: { start_time: "09:00", end_time: "17:00" },
    keys: { start_time: "'00:00'", end_time: "24:00" },
    wrap: (body) =>
      file(
        `time_intervals:\n- name: t\n  time_intervals:\n  - times:\n${indented(body, 6).replace(/^ {6}/, "    - ")}`,
      ),
  }),
  ...everyKey({
    name: "time_intervals",
    base: { name: "t" },
    keys: { name: "u", time_intervals: "[{}]" },
    wrap: (body) => file(`time_intervals:\n${indented(body, 2).replace(/^ {2}/, "- ")}`),
  }),
  ...everyKey({
    name: "mute_time_intervals",
    base: { name: "t" },
    keys: { name: "u", time_intervals: "[{}]" },
    wrap: (body) => file(`mute_time_intervals:\n${indented(body, 2).replace(/^ {2}/, "- ")}`),
  }),
  ...named("interval names", {
    twice: file("time_intervals: [{name: a}, {name: a}]\n"),
    "mute twice": file("mute_time_intervals: [{name: a}, {name: a}]\n"),
    both: file("mute_time_intervals: [{name: a}]\ntime_intervals: [{name: a}]\n"),
    null: file("time_intervals: [~]\nmute_time_intervals: [~]\n"),
    "null twice": file("time_intervals: [~, ~]\n"),
    "intervals null": file("time_intervals: [{name: a, time_intervals: [~]}]\n"),
  }),
  ...named("interval", {
    ...list("weekdays", [
      "fri",
      "1",
      "'monday:'",
      "'a:b'",
      "'friday:monday'",
      "'monday:tuesday:friday'",
      "MONDAY",
      "~",
      "''",
    ]),
    ...list("days_of_month", [
      "0",
      "32",
      "-32",
      "'5:3'",
      "'-1:5'",
      "'25:-5'",
      "'-5:-1'",
      "a",
      "'1:a'",
      "1.5",
      "'1:2:3'",
      "+3",
      "~",
      "010",
    ]),
    ...list("months", ["foo", "0", "13", "'june:may'", "'13:14'", "'may:12'", "JUNE", "~", "'1:3'"]),
    ...list("years", ["x", "'2022:2020'", "-5", "'2020:2020'", "~", "2_020"]),
    ...Object.fromEntries(
      [
        "Foo/Bar",
        "UTC",
        "Local",
        "''",
        "europe/berlin",
        "US/Eastern",
        "EST",
        "../x",
        "/etc/localtime",
        "Europe",
        "5",
      ].map((zone) => [`location ${zone}`, spec(`location: ${zone}`)]),
    ),
    ...Object.fromEntries(
      [
        "{}",
        "{start_time: '09:00'}",
        "{end_time: '09:00'}",
        "{start_time: '9:00', end_time: '10:00'}",
        "{start_time: '10:00', end_time: '09:00'}",
        "{start_time: '10:00', end_time: '10:00'}",
        "{start_time: '10:00', end_time: '24:01'}",
        "{start_time: '10:60', end_time: '11:00'}",
        "{start_time: 10:00, end_time: 11:00}",
        "{start_time: 600, end_time: 700}",
        "{start: a}",
        "~",
        "x",
      ].map((range) => [`times ${range}`, spec(`times: [${range}]`)]),
    ),
    "location then another": file(
      "time_intervals:\n- name: a\n  time_intervals:\n  - {times: [{start_time: '01:00', end_time: '02:00'}], location: UTC}\n  - {times: [{start_time: '03:00', end_time: '04:00'}], months: [1]}\n  - {weekdays: [monday]}\n- name: b\n  time_intervals:\n  - {years: [2020], location: UTC}\n- name: c\n  time_intervals:\n  - {}\ntracing: {endpoint: 'h:1', insecure: true}\n",
    ),
    "mute location then intervals": file(
      "mute_time_intervals:\n- name: a\n  time_intervals:\n  - {location: Local}\ntime_intervals:\n- name: b\n  time_intervals: []\n",
    ),
    "location then a long one": file(
      `time_intervals:\n- name: a\n  time_intervals:\n  - {location: UTC}\n  - {times: [${Array.from({ length: 8 }, (_, i) => `{start_time: '0${i}:00', end_time: '0${i}:30'}`).join(", ")}], weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], location: Europe/Berlin}\n`,
    ),
    "many in a line": spec(
      `years: [${Array.from({ length: 30 }, (_, i) => 2000 + i).join(", ")}], weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday, monday, tuesday]`,
    ),
  }),
];
