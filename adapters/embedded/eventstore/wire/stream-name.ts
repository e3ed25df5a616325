/** Stream names travel as UTF-8 bytes. */
import type { SharedPb } from './messages.js';

/** The name in an identifier, or nothing if it names no stream. */
export function readStreamName(
  identifier: SharedPb.StreamIdentifier | undefined,
): string | undefined {
  const name = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
  // "$$" alone would be the metadata stream of the stream without a name.
  return name === '' || name === '$$' ? undefined : name;
}
