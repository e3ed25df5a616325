/** Findings as a person and as a program read them, one line each, as they come. */

import type { Finding, Place } from '../../../audit/finding.js';
import type { CheckTally } from '../../../audit/verify-log.js';
import { inColumns } from '../../cli/columns.js';
import type { Terminal } from '../../cli/terminal.js';

const placeText = ({ stream, revision, position }: Place): string => {
  if (stream === null) return position === null ? '-' : `position ${position}`;
  const at = position === null ? '' : ` (position ${position})`;
  return `${revision === null ? '' : `${revision}@`}${stream}${at}`;
};

const asText = ({ code, place, expected, found }: Finding): string =>
  `${code}  ${placeText(place)}  expected: ${expected}; found: ${found}`;

const orNull = (value: bigint | null): string | null => (value === null ? null : String(value));

/** Revisions and positions as text, since they may exceed a number of JSON. */
const asJson = (check: string, { code, place, expected, found }: Finding): string => {
  const { stream, revision, position } = place;
  const where = { stream, revision: orNull(revision), position: orNull(position) };
  return JSON.stringify({ check, code, ...where, expected, found });
};

export interface FindingsReport {
  tell(check: string, finding: Finding): void;
  /** After everything was asked: what was asked, and how much each found. */
  sum(tallies: readonly CheckTally[], asked: { readonly withDatabase: boolean }): void;
}

export const findingsReport = (
  output: Terminal,
  { json }: { readonly json: boolean },
): FindingsReport => ({
  tell: (check, finding) => output.line(json ? asJson(check, finding) : asText(finding)),
  sum: (tallies, { withDatabase }) => {
    if (json) return output.line(JSON.stringify({ checks: tallies, withDatabase }));
    const rows = tallies.map(({ name, claim, findings }) => [
      name,
      findings === 0 ? 'holds' : `${findings} findings`,
      claim,
    ]);
    for (const line of inColumns(['CHECK', 'RESULT', 'WHAT WAS ASKED'], rows)) output.line(line);
    if (!withDatabase) output.line('nothing was asked of the database');
  },
});
