/** A decimal number: 0.d1d2d3… times ten to the power of `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const buffer = new DataView(new ArrayBuffer(8));

/** A positive finite float as mantissa times a power of two. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  buffer.setFloat64(0, value);
  const bits = buffer.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** All digits: every float has finitely many. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = parts(value);
  const text = exponent >= 0 ? String(mantissa << BigInt(exponent)) : String(mantissa * 5n ** BigInt(-exponent));
  return { digits: text.replace(/0+$/, ""), point: text.length - (exponent >= 0 ? 0 : -exponent) };
}

/** Rounds to so many digits, halves to even. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: "", point: 0 };
  if (digits.length <= count) return { digits, point };
  const half = digits.charAt(count);
  const tie = half === "5" && digits.length === count + 1;
  const odd = count > 0 && Number(digits.charAt(count - 1)) % 2 === 1;
  const up = tie ? odd : half >= "5";
  if (!up) return { digits: digits.slice(0, count).replace(/0+$/, ""), point };
  let i = count - 1;
  while (i >= 0 && digits.charAt(i) === "9") i--;
  if (i < 0) return { digits: "1", point: point + 1 };
  return { digits: digits.slice(0, i) + String(Number(digits.charAt(i)) + 1), point };
}

function fixedNotation({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (places <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, "0")}`;
}

function exponentNotation({ digits, point }: Decimal, places: number, letter: string): string {
  const first = digits.charAt(0) || "0";
  const rest = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, "0")}` : "";
  const exponent = digits === "" ? 0 : point - 1;
  return first + rest + letter + (exponent < 0 ? "-" : "+") + String(Math.abs(exponent)).padStart(2, "0");
}

function general(value: number, precision: number, letter: string): string {
  const isShortest = precision < 0;
  const wanted = precision === 0 ? 1 : precision;
  const decimal = isShortest ? shortest(value) : round(exact(value), wanted);
  const { digits, point } = decimal;
  let limit = isShortest ? 6 : wanted;
  if (!isShortest && limit > digits.length && digits.length >= point) limit = digits.length;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= limit) return exponentNotation(decimal, digits.length - 1, letter);
  return fixedNotation(decimal, Math.max(digits.length - point, 0));
}

/** Hexadecimal: 0x1.8p+01. */
function hexadecimal(value: number, precision: number, upper: boolean): string {
  let { mantissa, exponent } = parts(value);
  if (value === 0) [mantissa, exponent] = [0n, 0];
  else {
    // One bit before the point, 52 after.
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      exponent--;
    }
    exponent += 52;
  }
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(52 - precision * 4);
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= drop;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  let fraction = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, "0");
  fraction = precision < 0 ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  const text = `0x${mantissa >> 52n}${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return upper ? text.toUpperCase() : text;
}

/**
 * Go's strconv.FormatFloat of a 64-bit float.
 *
 * @param verb `e`, `E`, `f`, `g`, `G`, `x`, `X` or `b`
 * @param precision -1 for as many digits as it takes to read the same number back
 */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + formatPositive(Math.abs(value), verb, precision);
}

function formatPositive(value: number, verb: string, precision: number): string {
  switch (verb) {
    case "e":
    case "E": {
      const decimal = precision < 0 ? shortest(value) : round(exact(value), precision + 1);
      return exponentNotation(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision, verb);
    }
    case "f": {
      const all = precision < 0 ? shortest(value) : exact(value);
      const decimal = precision < 0 ? all : round(all, all.point + precision);
      return fixedNotation(decimal, precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
    }
    case "b": {
      const { mantissa, exponent } = parts(value);
      return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
    }
    case "x":
    case "X":
      return hexadecimal(value, precision, verb === "X");
    default:
      return general(value, precision, verb === "G" ? "E" : "e");
  }
}
