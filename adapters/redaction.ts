/** Keeps secrets out of log lines, whoever puts them there (P-121). */

const redacted = '[redacted]';

/** Names of fields whose value nobody may read, wherever they stand. */
const secretName = new RegExp(
  [
    'passw|secret|pepper|token|authoriz|cookie|signature|credential',
    '(^|_)(otp|pin$)',
    '(api|private)_?key',
  ].join('|'),
  'i',
);
/** Secrets inside of longer texts: what follows `Bearer`, and the password of a URL. */
const bearerText = /\b(Bearer\s+)[^\s"',]+/gi;
const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;

/** A log line is no place for deep structures; what lies deeper is not shown. */
const depthMax = 6;
const listLengthMax = 50;

export const redactText = (text: string): string =>
  text.replace(bearerText, `$1${redacted}`).replace(urlPassword, `$1${redacted}@`);

/**
 * A copy that is safe to print: secrets gone, errors as plain objects, bigints as text. Cycles end
 * at the depth limit.
 */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= depthMax) return '[deeper]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    return value.slice(0, listLengthMax).map((item) => redact(item, depth + 1));
  }
  return redactFields(value, depth);
};

/** The fields of a line, or of an object in it. */
export const redactFields = (fields: object, depth = 0): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]: [string, unknown]) => [
      name,
      secretName.test(name) ? redacted : redact(field, depth + 1),
    ]),
  );

const redactError = (error: Error, depth: number): unknown => ({
  type: error.name,
  message: redactText(error.message),
  ...('code' in error ? { code: redact(error.code, depth + 1) } : {}),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
});
